import { expect } from 'chai';
import fc from 'fast-check';
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from '../../src/capture/frame-batch.js';
import { compileRules, parseFieldRule } from '../../src/verify/packet/field-rules.js';
import { NatEndpoints } from '../../src/verify/ports/nat-pool.js';
import { NO_POOL } from '../../src/verify/options.js';
import { Hash64 } from '../../src/verify/packet/hash64.js';
import { NormalForm, WHOLE } from '../../src/verify/packet/normal-form.js';
import type { Packet } from '../../src/verify/packet/packet.js';
import { packetAt } from './packet-at.js';
import { fromHex } from './frames.js';
import { compare, OUTSIDE, POOL } from './hex-captures.js';
import { ARP_FRAME, tagged, withIpOptions, withoutChecksum, withTotalLength } from './more-packets.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const SERVER = '8.8.8.8:53';
/** Packets by what may differ between two that are the same but for their ports. */
const PACKETS: readonly ((port: number, payload: string) => string)[] = [
  (port, payload) => tcpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload }),
  (port, payload) => tcpIp({ from: SERVER, to: `${OUTSIDE}:${port}`, payload }),
  (port, payload) => tcpIp({ from: `${OUTSIDE}:${port}`, to: `${OUTSIDE}:9000`, payload }),
  (_, payload) => tcpIp({ payload }),
  (port, payload) => withIpOptions(tcpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload })),
  (port, payload) => withIpOptions(udpIp({ from: SERVER, to: `${OUTSIDE}:${port}`, payload })),
  (port, payload) => udpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload }),
  (port, payload) => udpIp({ from: SERVER, to: `${OUTSIDE}:${port}`, payload }),
  (port, payload) => withoutChecksum(udpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload })),
  (port, payload) => echoIp({ from: OUTSIDE, to: '8.8.8.8', ident: port, payload }),
  (port) => icmpErrorIp({ from: '8.8.8.8', to: OUTSIDE, quotes: udpIp({ from: `${OUTSIDE}:${port}`, to: SERVER }) }),
  // Too short for the port, the checksum, or a part of either.
  ...[20, 21, 22, 23, 24, 27, 36, 37].map(
    (totalLength) => (port: number, payload: string) =>
      withTotalLength(tcpIp({ from: SERVER, to: `${OUTSIDE}:${port}`, payload }), totalLength),
  ),
];
/** The same as frames, and what only frames can be. */
const FRAMES: readonly ((port: number, payload: string) => string)[] = [
  ...PACKETS.map((packet) => (port: number, payload: string) => frame(packet(port, payload))),
  (port, payload) => tagged(frame(tcpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload }))),
  (port, payload) => vxlan(frame(tcpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, payload })), 50000),
  () => ARP_FRAME,
];
const RULES: readonly (readonly string[])[] = [
  ['ip4.ttl'],
  ['ip4.id', 'tcp.checksum', 'udp.checksum'],
  ['tcp.seq', 'payload@0-2', 'ip4.checksum=0xff00'],
  ['frame@18-25', 'ip4.src=255.255.255.0'],
];
/** Within and behind every header, and none. */
const LIMITS = [14, 20, 34, 35, 37, 40, 42, 43, 47, 53, 54, 57, 58, 60, 64, 71, WHOLE];

const endpoints = new NatEndpoints(POOL);
const none = new NatEndpoints(NO_POOL);

const port = fc.oneof(fc.integer({ min: 1025, max: 65535 }), fc.integer({ min: 1, max: 1024 }));
const payload = fc.nat({ max: 24 }).map((length) => '5a'.repeat(length));
const padding = fc.constantFrom('', '', '00', '000000', '0102030405060708');
const flip = fc.option(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }), { nil: null });

const packetsOf = (
  hex: string,
  linkType: number,
  offset: number,
  change: { at: number; bits: number } | null,
): Packet => {
  const bytes = fromHex(hex);
  if (change) bytes[change.at % bytes.length] ^= change.bits;
  return packetAt(bytes, offset, linkType);
};

/** Two packets that differ in a port, and perhaps in a byte; with the padding of each. */
const pair = fc
  .record({ isRaw: fc.boolean(), which: fc.nat(), ports: fc.tuple(port, port), payload, padding, flip })
  .map(({ isRaw, which, ports, payload: data, padding: fill, flip: change }) => {
    const makers = isRaw ? PACKETS : FRAMES;
    const make = makers[which % makers.length];
    const linkType = isRaw ? LINKTYPE_RAW : LINKTYPE_ETHERNET;
    return [
      packetsOf(make(ports[0], data) + fill, linkType, 3, null),
      packetsOf(make(ports[1], data) + fill, linkType, 6, change),
    ] as const;
  });
const options = fc.record({
  rules: fc.oneof(fc.constant<readonly string[]>([]), fc.constantFrom(...RULES)),
  limit: fc.oneof(fc.constantFrom(...LIMITS), fc.constant(WHOLE)),
  hasPool: fc.boolean(),
  comparesPadding: fc.boolean(),
});

/** What hashes are of: not which port it was that was taken out, nor what `fits` asks besides. */
function haveSameBytes(x: NormalForm, y: NormalForm): boolean {
  if (x.contentLength !== y.contentLength || x.linkType !== y.linkType || x.length !== y.length) return false;
  return (
    x.slots.count === y.slots.count &&
    Buffer.compare(x.bytes.subarray(0, x.length), y.bytes.subarray(0, y.length)) === 0
  );
}

function hashOf(form: NormalForm): string {
  const hash = new Hash64();
  form.hashInto(hash);
  return `${hash.high} ${hash.low}`;
}

describe('hashes of normal forms', () => {
  it('are the same where the forms are, and only there', () => {
    let same = 0;
    let equal = 0;
    fc.assert(
      fc.property(pair, options, ([left, right], { rules: given, limit, hasPool, comparesPadding }) => {
        const formOptions = { endpoints: hasPool ? endpoints : none, comparesPadding };
        const rules = compileRules(given.map(parseFieldRule));
        const [x, y] = [new NormalForm(formOptions), new NormalForm(formOptions)];
        x.make(left, rules, limit);
        y.make(right, rules, limit);
        const areSame = hashOf(x) === hashOf(y);
        if (x.equals(y) && x.length === y.length) {
          expect(areSame).to.equal(true);
          equal++;
        }
        expect(areSame).to.equal(haveSameBytes(x, y));
        if (areSame) same++;
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(equal).to.be.above(2000);
    expect(20_000 - same).to.be.above(4000);
  });

  it('are the same whichever packet was looked at before', () => {
    const formOptions = { endpoints, comparesPadding: false };
    const used = new NormalForm(formOptions);
    fc.assert(
      fc.property(pair, fc.constantFrom(...LIMITS), ([left, right], limit) => {
        used.make(left, [], limit);
        used.make(right, [], limit);
        const fresh = new NormalForm(formOptions);
        fresh.make(right, [], limit);
        expect([hashOf(used), used.slots.count]).to.deep.equal([hashOf(fresh), fresh.slots.count]);
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  it('do not collide where packets differ in few bits', () => {
    const form = new NormalForm({ endpoints, comparesPadding: false });
    const packets = packetAt(fromHex(frame(tcpIp({ from: `${OUTSIDE}:2000`, to: SERVER }))), 3);
    const seen = new Set<string>();
    let count = 0;
    const add = (): void => {
      form.make(packets, [], WHOLE);
      seen.add(hashOf(form));
      count++;
    };
    // IP id and the two halves of the sequence number count up, each in one word or across two.
    for (let id = 0; id < 256; id++)
      for (let seq = 0; seq < 256; seq++) {
        packets.view.setUint16(3 + 18, id);
        packets.view.setUint16(3 + 38, seq);
        packets.view.setUint16(3 + 40, (id * 7) & 0xff);
        add();
      }
    packets.view.setUint16(3 + 18, 1000);
    // Every two bits but those that say how long headers and packet are, and those of the port that is taken out.
    const isLength = (bit: number): boolean => bit >> 3 === 14 || bit >> 4 === 8;
    const isPort = (bit: number): boolean => bit >> 4 === 17;
    for (let one = 0; one < 8 * 59; one++)
      for (let other = 0; other < one; other++) {
        if ([one, other].some((bit) => isLength(bit) || isPort(bit))) continue;
        for (const bit of [one, other]) packets.bytes[3 + (bit >> 3)] ^= 1 << (bit & 7);
        add();
        for (const bit of [one, other]) packets.bytes[3 + (bit >> 3)] ^= 1 << (bit & 7);
      }
    expect(count).to.be.above(100_000);
    expect(seen.size).to.equal(count);
  });

  it('do not make duplicates of packets whose payloads differ in four bits', async () => {
    // Bit 31 of a word and of the next, bit 12 of the two behind: what two words mixed in turns carry on from one to the other.
    const payloads = [
      [10, 0x80],
      [14, 0x80],
      [20, 0x10],
      [24, 0x10],
    ] as const;
    for (let fill = 0; fill < 64; fill++) {
      const [one, other] = [0, 1].map((which) => {
        const data = Buffer.alloc(30, fill);
        payloads.forEach(([at, bit], k) => (data[at] = k % 2 === which ? fill | bit : fill & ~bit));
        return frame(udpIp({ payload: data.toString('hex') }));
      });
      expect(one).not.to.equal(other);
      const { counts } = await compare([one, other], [one], { unique: true });
      expect(counts, `payload of ${fill}`).to.include({ unexpected: 1, missing: 0, changed: 0 });
    }
  });
});
