/** What holds for any traffic through any configuration, tried with random ones. */

import { expect } from 'chai';
import fc from 'fast-check';
import { parseAddress } from '../../src/wire/address.js';
import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';
import {
  Bench,
  frameOf,
  icmpOf,
  l4Checksum,
  L3,
  L4,
  NAT_IN_OUT,
  ports,
  tcpOf,
  TWO_INTERFACES,
  udpOf,
  viewOf,
} from './packets.js';

const POOL = '192.168.16.10';
const SERVICE = '10.96.0.10';
const TWICE = '10.1.254.254';
const ADDRESSES = [
  '10.1.1.1',
  '10.1.1.3',
  '10.1.1.4',
  '192.168.16.1',
  POOL,
  '192.168.16.30',
  '192.168.16.100',
  '8.8.8.8',
  SERVICE,
  SERVICE,
  TWICE,
];

const subset = (...lines: string[]) => fc.subarray(lines);

const natRoles = fc.constantFrom(
  [],
  ['set interface nat44 in pg0', 'set interface nat44 out pg1'],
  ['set interface nat44 out pg1 output-feature'],
  ['set interface nat44 out pg0', 'set interface nat44 out pg1 output-feature'],
  ['set interface nat44 in pg0 out pg0', 'set interface nat44 out pg1'],
  ['set interface nat44 in pg0 output-feature', 'set interface nat44 out pg1 output-feature'],
);

const RULES = [
  'permit+reflect src 10.1.1.0/24 dst 0.0.0.0/0',
  'permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0 proto 17 sport 0-65535 dport 0-60',
  'deny src 8.8.8.8/32 dst 0.0.0.0/0 proto 6 sport 0-65535 dport 0-65535 tcpflags 2 18',
  'permit src 0.0.0.0/0 dst 0.0.0.0/0',
];

const acls = fc
  .tuple(fc.subarray(RULES, { minLength: 1 }), subset('pg0 input', 'pg0 output', 'pg1 input', 'pg1 output'))
  .map(([rules, places]) => [
    `set acl-plugin acl ${rules.join(', ')}`,
    ...places.map((place) => `set acl-plugin interface ${place} acl 0`),
  ]);

const twiceNats = fc.constantFrom('', ' twice-nat', ' self-twice-nat');

/** Endpoint-dependent mode's load-balanced mappings and one with a single back end, on pool and service addresses. */
const services = fc
  .array(
    fc.record({
      protocol: fc.constantFrom('tcp', 'udp'),
      external: fc.constantFrom(`${SERVICE}:80`, `${SERVICE}:53`, `${POOL}:1000`),
      backEnds: fc.uniqueArray(fc.constantFrom('10.1.1.3', '10.1.1.4', '10.1.1.5', '192.168.16.100'), {
        minLength: 1,
        maxLength: 4,
      }),
      probability: fc.integer({ min: 1, max: 63 }),
      twiceNat: twiceNats,
      affinity: fc.constantFrom('', ' affinity 1', ' affinity 3600'),
    }),
    { maxLength: 3 },
  )
  .map((list) => [
    `nat44 add address ${TWICE} twice-nat`,
    ...new Map(
      list.map(({ protocol, external, backEnds, probability, twiceNat, affinity }) => {
        const flags = twiceNat + (external.startsWith(SERVICE) ? ' out2in-only' : '');
        const locals = backEnds.map((host, i) => ` local ${host}:8080 probability ${i === 0 ? probability : 1}`);
        const line =
          backEnds.length > 1
            ? `nat44 add load-balancing static mapping protocol ${protocol} external ${external}${locals.join('')}${flags}${affinity}`
            : `nat44 add static mapping ${protocol} local ${backEnds[0]} 8081 external ${external.replace(':', ' ')}${flags}`;
        return [protocol + external, line] as const;
      }),
    ).values(),
  ]);

const configs = fc
  .record({
    startup: fc.constantFrom(
      '# startup: nat { max translations per user 3 }',
      '# startup: nat { endpoint-dependent }',
      '# startup: nat { endpoint-dependent max translations per user 3 }',
      '#',
    ),
    services,
    timeouts: subset('set nat timeout udp 1', 'set nat timeout tcp-transitory 1', 'set nat timeout icmp 1'),
    nat: natRoles,
    mappings: subset(
      `nat44 add static mapping tcp local 10.1.1.3 8080 external ${POOL} 80`,
      `nat44 add static mapping udp local 10.1.1.4 53 external ${POOL} 53`,
      'nat44 add static mapping local 10.1.1.4 external 192.168.16.30',
      'nat44 add identity mapping 10.1.1.3 udp 60',
    ),
    options: subset('nat44 forwarding enable', 'nat mss-clamping 1000', 'set interface mtu packet 400 pg1'),
    acls,
  })
  .map(({ startup, services: balanced, timeouts, nat, mappings, options, acls: rules }) => [
    startup,
    ...TWO_INTERFACES,
    `nat44 add address ${POOL}`,
    ...nat,
    ...mappings,
    ...(startup.includes('endpoint') ? balanced : []),
    ...timeouts,
    ...options,
    ...rules,
  ]);

const port = fc.constantFrom(0, 53, 60, 80, 1000, 8080, 16253, 18995, 53893);

/** Frames of all sorts: fragments, cut off, damaged, with all TTLs; most of them sound. */
const frames = fc
  .record({
    source: fc.constantFrom(...ADDRESSES),
    destination: fc.constantFrom(...ADDRESSES),
    protocol: fc.constantFrom(1, 6, 17, 17, 47),
    ttl: fc.constantFrom(0, 1, 2, 64, 64, 64),
    identification: fc.constantFrom(1, 2),
    fragment: fc.constantFrom(0, 0, 0, 0, ip4.DONT_FRAGMENT, ip4.MORE_FRAGMENTS, ip4.MORE_FRAGMENTS | 5, 10),
    from: port,
    to: port,
    length: fc.constantFrom(20, 20, 40, 40, 500, 1500, 0, 3, 7, 8, 17),
    quoted: fc.constantFrom(...ADDRESSES),
    flags: fc.constantFrom(2, 2, 2, 18, 16, 17, 4, 20),
    damage: fc.option(fc.record({ at: fc.nat({ max: 60 }), value: fc.nat({ max: 255 }) }), { freq: 6 }),
    on: fc.constantFrom('pg0', 'pg1'),
    pause: fc.constantFrom(0, 0, 0, 1, 3),
  })
  .map(({ from, to, length, quoted, flags, damage, on, pause, ...packet }) => {
    const inner = frameOf({ ...packet, protocol: 17, fragment: 0, source: quoted }, ports(from, to, 8)).slice(L3);
    const isError = packet.protocol === 1 && to === 80;
    const payload = new Uint8Array(length);
    payload.set(ports(from, to, 20).subarray(0, length));
    if (packet.protocol === 6 && length > 13) payload.set([0x50, flags], 12);
    const rest = Uint8Array.of(from >> 8, from & 255, 0, 0, ...(isError ? inner : payload));
    const frame =
      packet.protocol === 1 ? icmpOf(packet, isError ? 3 : to === 53 ? 0 : 8, 0, rest) : frameOf(packet, payload);
    if (damage && damage.at < frame.length) frame[damage.at] = damage.value;
    return { on, pause, frame };
  });

const traffic = fc.array(frames, { minLength: 1, maxLength: 40 });
const RUNS = { numRuns: 150 };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What leaves for each frame. */
function replay(bench: Bench, sent: readonly { on: string; pause: number; frame: Uint8Array }[]): string[][] {
  return sent.map(({ on, pause, frame }) =>
    bench.send(on, frame, pause).output.map((packet) => `${packet.on} ${hex(packet.bytes)}`),
  );
}

describe('properties of the dataplane', () => {
  it('every received frame is transmitted, dropped, punted or consumed', () => {
    fc.assert(
      fc.property(configs, traffic, (config, sent) => {
        const bench = new Bench(config);
        const left = replay(bench, sent);
        const { received, transmitted, dropped, punted, consumed, originated } = bench.dataplane.totals;
        expect(received).to.equal(sent.length);
        expect(transmitted + dropped + punted + consumed).to.equal(received);
        expect(transmitted + originated.transmitted).to.equal(left.flat().length);
      }),
      RUNS,
    );
  });

  it('the same frames give the same bytes, whatever lies behind them in memory, with and without verdicts', () => {
    fc.assert(
      fc.property(configs, traffic, fc.nat({ max: 255 }), (config, sent, garbage) => {
        const expected = replay(new Bench(config), sent);
        expect(replay(new Bench(config, garbage), sent)).to.deep.equal(expected);
        expect(replay(new Bench(config, garbage, false), sent)).to.deep.equal(expected);
      }),
      RUNS,
    );
  });

  it('no two NAT44 sessions share an outside address, port and protocol', () => {
    const dynamic = configs.filter((config) => !config[0].includes('endpoint'));
    fc.assert(
      fc.property(dynamic, traffic, (config, sent) => {
        const bench = new Bench(config);
        replay(bench, sent);
        const { sessions } = bench.tables.nat44;
        const live = Array.from({ length: sessions.length }, (_, index) => index).filter((i) => sessions.isUsed(i));
        const outsides = live.map((i) => `${sessions.out2inAddress(i)} ${sessions.out2inWord(i)}`);
        expect(new Set(outsides).size).to.equal(outsides.length);
      }),
      RUNS,
    );
  });

  /** Sound packets of pods to servers. */
  const flows = fc.array(
    fc.record({
      protocol: fc.constantFrom(1, 6, 17),
      pod: fc.constantFrom('10.1.1.3', '10.1.1.4'),
      server: fc.constantFrom('8.8.8.8', '9.9.9.9'),
      from: fc.integer({ min: 1, max: 65535 }),
      to: fc.integer({ min: 1, max: 65535 }),
      data: fc.uint8Array({ maxLength: 30 }),
      hasChecksum: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  );
  type Flow = typeof flows extends fc.Arbitrary<(infer F)[]> ? F : never;

  const packetOf = (
    { protocol, from, to, data, hasChecksum }: Omit<Flow, 'pod' | 'server'>,
    source: string,
    destination: string,
  ): Uint8Array => {
    const packet = { source, destination, protocol };
    if (protocol === 6) return tcpOf(packet, from, to, 2, [2, 4, 5, 180]);
    if (protocol === 17) return udpOf(packet, from, to, data, hasChecksum);
    return icmpOf(packet, 8, 0, Uint8Array.of(from >> 8, from & 255, 0, 1, ...data));
  };

  const natConfig = fc.constantFrom(
    NAT_IN_OUT,
    ['nat mss-clamping 1000', ...NAT_IN_OUT],
    ['# startup: nat { endpoint-dependent }', ...NAT_IN_OUT],
  );

  it('the translation of an answer undoes that of its question', () => {
    fc.assert(
      fc.property(natConfig, flows, (config, sent) => {
        const bench = new Bench(config);
        for (const flow of sent) {
          const { output } = bench.send('pg0', packetOf(flow, flow.pod, flow.server));
          expect(output).to.have.length(1);
          const answered = bench.send('pg1', answerTo(output[0].bytes)).output;
          expect(answered.map(({ on }) => on)).to.deep.equal(['pg0']);
          const view = viewOf(answered[0].bytes);
          expect(ip4.source(view, L3)).to.equal(parseAddress(flow.server));
          expect(ip4.destination(view, L3)).to.equal(parseAddress(flow.pod));
          if (flow.protocol === 1) expect(view.getUint16(L4 + 4)).to.equal(flow.from);
          else expect([view.getUint16(L4), view.getUint16(L4 + 2)]).to.deep.equal([flow.to, flow.from]);
        }
      }),
      RUNS,
    );
  });

  it('checksums that were right stay right', () => {
    fc.assert(
      fc.property(natConfig, flows, (config, sent) => {
        const bench = new Bench(config);
        for (const flow of sent) {
          const question = bench.send('pg0', packetOf(flow, flow.pod, flow.server)).output;
          const answer = bench.send('pg1', answerTo(question[0].bytes)).output;
          for (const { bytes } of [...question, ...answer]) {
            const view = viewOf(bytes);
            expect(checksum.fold(checksum.sumWords(view, L3, ip4.HEADER_BYTES))).to.equal(0xffff);
            const isAbsent = flow.protocol === 17 && !flow.hasChecksum;
            if (isAbsent) expect(view.getUint16(L4 + 6)).to.equal(0);
            else expect(l4Checksum(bytes) % 0xffff).to.equal(0);
          }
        }
      }),
      RUNS,
    );
  });

  /** A service of one or more pods, asked for by hosts outside and (with a classifier) by the pods themselves. */
  const serviceConfig = fc
    .record({
      pods: fc.uniqueArray(fc.constantFrom('10.1.1.3', '10.1.1.4'), { minLength: 1, maxLength: 2 }),
      twiceNat: twiceNats,
      affinity: fc.constantFrom('', ' affinity 1'),
      isClassified: fc.boolean(),
    })
    .map(({ pods, twiceNat, affinity, isClassified }) => [
      '# startup: nat { endpoint-dependent }',
      ...TWO_INTERFACES,
      `nat44 add address ${POOL}`,
      `nat44 add address ${TWICE} twice-nat`,
      'nat44 forwarding enable',
      ...(isClassified
        ? ['set interface nat44 in pg0 out pg0', 'set interface nat44 in pg1 out pg1']
        : ['set interface nat44 in pg0', 'set interface nat44 out pg1']),
      ...['tcp', 'udp'].map((protocol) =>
        pods.length === 1
          ? `nat44 add static mapping ${protocol} local ${pods[0]} 8080 external ${SERVICE} 80${twiceNat} out2in-only`
          : `nat44 add load-balancing static mapping protocol ${protocol} external ${SERVICE}:80` +
            pods.map((pod, i) => ` local ${pod}:8080 probability ${i + 1}`).join('') +
            `${twiceNat} out2in-only${affinity}`,
      ),
    ]);

  it('a service answers under its own address, from one back end per flow, with right checksums', () => {
    const clients = fc.array(
      fc.record({
        protocol: fc.constantFrom(6, 17),
        client: fc.constantFrom('8.8.8.8', '9.9.9.9'),
        from: fc.integer({ min: 1, max: 65535 }),
        data: fc.uint8Array({ maxLength: 30 }),
        hasChecksum: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(serviceConfig, clients, (config, sent) => {
        const bench = new Bench(config);
        const backEndOf = new Map<string, number>();
        for (const { client, ...flow } of sent) {
          const packet = packetOf({ ...flow, to: 80 }, client, SERVICE);
          const asked = bench.send('pg1', packet).output;
          expect(asked.map(({ on }) => on)).to.deep.equal(['pg0']);
          const pod = ip4.destination(viewOf(asked[0].bytes), L3);
          const key = `${flow.protocol} ${client} ${flow.from}`;
          expect(pod).to.equal(backEndOf.get(key) ?? pod);
          backEndOf.set(key, pod);
          const answered = bench.send('pg0', answerTo(asked[0].bytes)).output;
          expect(answered.map(({ on }) => on)).to.deep.equal(['pg1']);
          const view = viewOf(answered[0].bytes);
          expect(ip4.source(view, L3)).to.equal(parseAddress(SERVICE));
          expect(ip4.destination(view, L3)).to.equal(parseAddress(client));
          expect([view.getUint16(L4), view.getUint16(L4 + 2)]).to.deep.equal([80, flow.from]);
          if (flow.protocol === 6 || flow.hasChecksum) expect(l4Checksum(answered[0].bytes) % 0xffff).to.equal(0);
        }
      }),
      RUNS,
    );
  });

  it("every live endpoint-dependent session is in exactly one user's list", () => {
    const endpointDependent = configs.filter((config) => config[0].includes('endpoint'));
    fc.assert(
      fc.property(endpointDependent, traffic, (config, sent) => {
        const bench = new Bench(config);
        replay(bench, sent);
        const { sessions, users } = bench.tables.nat44;
        const live = Array.from({ length: sessions.length }, (_, index) => index).filter((i) => sessions.isUsed(i));
        expect(live.length).to.equal(sessions.count);
        const listed: number[] = [];
        for (const user of new Set(live.map((i) => sessions.userIndex(i))))
          for (let i = users.oldest[user]; i >= 0; i = sessions.newer(i)) listed.push(i);
        expect(listed.sort((a, b) => a - b)).to.deep.equal(live);
      }),
      RUNS,
    );
  });
});

/** The packet back: addresses and ports swapped, an echo request made a reply, which changes no checksum but ICMP's. */
function answerTo(frame: Uint8Array): Uint8Array {
  const answer = frame.slice();
  const view = viewOf(answer);
  const source = ip4.source(view, L3);
  ip4.setSource(view, L3, ip4.destination(view, L3));
  ip4.setDestination(view, L3, source);
  if (ip4.protocol(view, L3) === ip4.PROTOCOL_ICMP) {
    view.setUint8(L4, 0);
    view.setUint16(L4 + 2, 0);
    view.setUint16(L4 + 2, checksum.compute(view, L4, ip4.totalLength(view, L3) - ip4.HEADER_BYTES), true);
    return answer;
  }
  const from = view.getUint16(L4);
  view.setUint16(L4, view.getUint16(L4 + 2));
  view.setUint16(L4 + 2, from);
  return answer;
}
