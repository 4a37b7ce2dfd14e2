import { expect } from 'chai';
import fc from 'fast-check';
import { AclSessions } from '../../../src/pipeline/acl/sessions/acl-sessions.js';
import { FiveTuple } from '../../../src/pipeline/acl/five-tuple.js';
import { SessionCleaner } from '../../../src/pipeline/acl/sessions/session-cleaner.js';
import { PURGATORY, TCP_IDLE, TCP_TRANSIENT, UDP_IDLE } from '../../../src/pipeline/acl/sessions/session-lists.js';
import { answer, tuple } from './rules.js';

const FIN = 1;
const SYN = 2;
const ACK = 16;

const udp = (sourcePort = 1024): FiveTuple => tuple({ protocol: 17, sourcePort });
const icmp = (type: number): FiveTuple => tuple({ protocol: 1, sourcePort: type, destinationPort: 0 });

describe('tables/acl/acl-sessions', () => {
  const found = [
    { name: 'another packet of the flow', first: tuple(), then: tuple({ tcpFlags: ACK }), expected: 0 },
    { name: 'the answer', first: tuple(), then: answer(tuple()), expected: 0 },
    {
      name: 'the answer with both ports 65535',
      first: tuple({ sourcePort: 65535, destinationPort: 65535 }),
      then: answer(tuple({ sourcePort: 65535, destinationPort: 65535 })),
      expected: 0,
    },
    { name: 'the flow on another interface', first: tuple(), then: tuple({ swIfIndex: 2 }), expected: -1 },
    { name: 'the flow in the other direction', first: tuple(), then: tuple({ l4Flags: 0 }), expected: -1 },
    { name: 'the answer coming in', first: tuple(), then: answer(tuple(), { l4Flags: 1 }), expected: -1 },
    {
      name: 'an echo reply to a request',
      first: icmp(8),
      then: answer(icmp(8), { sourcePort: 0, destinationPort: 0 }),
      expected: 0,
    },
    {
      name: 'a timestamp reply',
      first: icmp(13),
      then: answer(icmp(13), { sourcePort: 14, destinationPort: 0 }),
      expected: 0,
    },
    {
      name: 'an information reply',
      first: icmp(15),
      then: answer(icmp(15), { sourcePort: 16, destinationPort: 0 }),
      expected: 0,
    },
    {
      name: 'an address mask reply',
      first: icmp(17),
      then: answer(icmp(17), { sourcePort: 18, destinationPort: 0 }),
      expected: 0,
    },
    {
      name: 'an echo request back',
      first: icmp(8),
      then: answer(icmp(8), { sourcePort: 8, destinationPort: 0 }),
      expected: -1,
    },
    {
      name: 'an answer to an ICMP error',
      first: icmp(3),
      then: answer(icmp(3), { sourcePort: 3, destinationPort: 0 }),
      expected: -1,
    },
    {
      name: 'ESP back',
      first: tuple({ protocol: 50, sourcePort: 0, destinationPort: 0 }),
      then: answer(tuple({ protocol: 50, sourcePort: 0, destinationPort: 0 })),
      expected: 0,
    },
  ];
  for (const { name, first, then, expected } of found)
    it(`${expected === 0 ? 'finds' : 'does not find'} ${name}`, () => {
      const sessions = new AclSessions();
      expect(sessions.add(first, 1)).to.equal(0);
      expect(sessions.find(then)).to.equal(expected);
    });

  const timeouts = [
    { name: 'SYN', seen: [[1, SYN]], expected: [0] },
    {
      name: 'SYN, SYN-ACK',
      seen: [
        [1, SYN],
        [0, SYN | ACK],
      ],
      expected: [0, 0],
    },
    {
      name: 'the three-way handshake',
      seen: [
        [1, SYN],
        [0, SYN | ACK],
        [1, ACK],
      ],
      expected: [0, 0, (TCP_TRANSIENT << 8) + TCP_IDLE],
    },
    {
      name: 'a FIN after the handshake',
      seen: [
        [1, SYN],
        [0, SYN | ACK],
        [1, ACK],
        [0, FIN | ACK],
        [1, FIN | ACK],
      ],
      expected: [0, 0, (TCP_TRANSIENT << 8) + TCP_IDLE, (TCP_IDLE << 8) + TCP_TRANSIENT, 0],
    },
  ];
  for (const { name, seen, expected } of timeouts)
    it(`changes the timeout with TCP flags: ${name}`, () => {
      const sessions = new AclSessions();
      const session = sessions.add(tuple(), 1);
      const changes = seen.map(([isInput, tcpFlags]) =>
        sessions.track(session, tuple({ tcpFlags, l4Flags: isInput }), 1),
      );
      expect(changes).to.deep.equal(expected);
    });

  it('gives out the index freed last', () => {
    const sessions = new AclSessions();
    sessions.lists.timeoutSeconds[UDP_IDLE] = 1;
    const indices = [1, 2, 3].map((port) => sessions.add(udp(port), 1));
    new SessionCleaner(sessions).advance(10);
    expect(sessions.pool.size).to.equal(0);
    indices.push(...[4, 5, 6, 7].map((port) => sessions.add(udp(port), 10)));
    expect(indices).to.deep.equal([0, 1, 2, 2, 1, 0, 3]);
  });

  const idle = [
    { name: 'keeps a session within its timeout', timeout: 2, packets: [1], at: 2.9, expected: 1 },
    { name: 'deletes it within a second after', timeout: 2, packets: [1], at: 4.1, expected: 0 },
    { name: 'keeps a session that has traffic', timeout: 2, packets: [1, 2, 3, 4, 5, 6], at: 7, expected: 1 },
    { name: 'counts from the last packet', timeout: 2, packets: [1, 2, 3, 4], at: 5.9, expected: 1 },
    { name: 'deletes it after the last packet', timeout: 2, packets: [1, 2, 3, 4], at: 9, expected: 0 },
    { name: 'waits for years', timeout: 86400, packets: [1], at: 1e9, expected: 0 },
  ];
  for (const { name, timeout, packets, at, expected } of idle)
    it(`the cleaner ${name}`, () => {
      const sessions = new AclSessions();
      const cleaner = new SessionCleaner(sessions);
      sessions.lists.timeoutSeconds[UDP_IDLE] = timeout;
      const session = sessions.add(udp(), packets[0]);
      for (const time of packets) {
        cleaner.advance(time);
        sessions.track(session, udp(), time);
      }
      cleaner.advance(at);
      expect([sessions.pool.size, sessions.hash.size]).to.deep.equal([expected, expected * 2]);
    });

  it('the cleaner deletes more sessions than one sweep takes', () => {
    const sessions = new AclSessions();
    for (let port = 0; port < 1000; port++) sessions.add(port % 3 === 0 ? tuple({ sourcePort: port }) : udp(port), 1);
    new SessionCleaner(sessions).advance(1000);
    expect([sessions.pool.size, sessions.hash.size]).to.deep.equal([0, 0]);
  });

  it('a change of ACLs deletes those of the interface among the first 100 of each list, at once', () => {
    const sessions = new AclSessions();
    const cleaner = new SessionCleaner(sessions);
    const on2 = tuple({ protocol: 17, sourcePort: 50, swIfIndex: 2 });
    for (let port = 0; port < 150; port++) sessions.add(port === 50 ? on2 : udp(port), 1);
    cleaner.clear(3, 2);
    expect(sessions.pool.size).to.equal(150);
    cleaner.clear(1, 2);
    expect([udp(0), udp(99), udp(100), udp(149), on2].map((one) => sessions.find(one))).to.deep.equal([
      -1, -1, 100, 149, 50,
    ]);
    expect(sessions.pool.size).to.equal(51);
    expect(sessions.add(udp(0), 3)).to.equal(99);
    cleaner.clear(null, 4);
    expect(sessions.pool.size).to.equal(0);
  });

  it('a full table recycles transient TCP sessions, at the second try', () => {
    const sessions = new AclSessions();
    sessions.maxEntries = 4;
    for (const port of [1, 2, 3]) sessions.add(tuple({ sourcePort: port }), 1);
    expect(sessions.canAdd()).to.equal(false);
    sessions.recycle(1.001);
    expect([sessions.canAdd(), sessions.find(tuple({ sourcePort: 1 }))]).to.deep.equal([false, -1]);
    expect(sessions.lists.head[PURGATORY]).to.equal(0);
    sessions.recycle(1.002);
    expect(sessions.canAdd()).to.equal(true);
    expect(sessions.add(tuple({ sourcePort: 4 }), 1.002)).to.equal(0);
  });

  it('a key stored twice belongs to the last session, and goes with whichever is deleted first', () => {
    const sessions = new AclSessions();
    const reply = answer(icmp(8), { sourcePort: 0, destinationPort: 0 });
    const unasked = sessions.add(reply, 1);
    const asked = sessions.add(icmp(8), 1);
    expect(sessions.find(reply)).to.equal(asked);
    sessions.deactivate(unasked);
    expect([sessions.find(reply), sessions.find(icmp(8))]).to.deep.equal([-1, asked]);
  });

  it('finds what a Map finds, whatever is added and deleted', () => {
    const port = fc.integer({ min: 0, max: 40 });
    const step = fc.record({ sourcePort: port, destinationPort: port, isDelete: fc.boolean(), isAnswer: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const sessions = new AclSessions();
        const twin = new Map<string, number>();
        const keyOf = (t: FiveTuple): string => [t.source, t.destination, t.ports, t.l4].join();
        for (const { sourcePort, destinationPort, isDelete, isAnswer } of steps) {
          const flow = tuple({ protocol: 17, sourcePort, destinationPort });
          const asked = isAnswer ? answer(flow) : flow;
          const session = sessions.find(asked);
          expect(session).to.equal(twin.get(keyOf(asked)) ?? -1);
          if (session === -1) {
            const added = sessions.add(asked, 1);
            twin.set(keyOf(asked), added).set(keyOf(answer(asked)), added);
          } else if (isDelete) {
            sessions.lists.remove(session, 1);
            sessions.deactivate(session);
            sessions.pool.put(session);
            twin.delete(keyOf(asked));
            twin.delete(keyOf(answer(asked)));
          }
        }
        expect(sessions.hash.size).to.equal(twin.size);
      }),
    );
  });
});
