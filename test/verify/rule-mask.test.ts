import { expect } from 'chai';
import fc from 'fast-check';
import { compileRules, parseFieldRule } from '../../src/verify/packet/field-rules.js';
import { Layers } from '../../src/verify/packet/layers.js';
import { NatEndpoints } from '../../src/verify/ports/nat-pool.js';
import { PacketForm } from '../../src/verify/packet/packet-form.js';
import { RuleMask } from '../../src/verify/packet/rule-mask.js';
import { Tolerances } from '../../src/verify/tolerances.js';
import { column } from './columns.js';
import { fromHex } from './frames.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const OUTSIDE = '192.168.16.1';
const ENDS = { from: `${OUTSIDE}:2000`, to: '8.8.8.8:53' };
const endpoints = new NatEndpoints({
  addresses: [{ first: OUTSIDE, last: OUTSIDE }],
  firstPort: 1025,
  lastPort: 65535,
  fixedPorts: [],
});
const PACKETS: Readonly<Record<string, string>> = {
  'TCP with data': frame(tcpIp(ENDS)),
  'TCP without': frame(tcpIp({ ...ENDS, payload: '' })) + '000000000000',
  UDP: frame(udpIp({ ...ENDS, payload: '6869' })),
  'UDP without checksum': frame(udpIp(ENDS)).replace(/(0035000d)..../, '$10000'),
  echo: frame(echoIp(ENDS)),
  error: frame(icmpErrorIp({ quotes: udpIp(ENDS) })),
  VXLAN: vxlan(frame(tcpIp(ENDS)), 50000),
};
/**
 * Rules, and where something is that they are about: fields whose checksums are compared, are not, or in part; fields that decide where
 * headers are and where ports are.
 */
const RULES: readonly (readonly [rules: readonly string[], places: readonly number[]])[] = [
  [
    ['ip4.ttl', 'ip4.checksum'],
    [22, 24, 25],
  ],
  [['ip4.ttl'], [22, 24, 25]],
  [
    ['ip4.ttl', 'ip4.id', 'ip4.checksum=0xff00'],
    [18, 19, 22, 24, 25],
  ],
  [
    ['tcp.seq', 'tcp.flags', 'tcp.checksum', 'udp.checksum', 'payload@0-1'],
    [38, 41, 42, 43, 47, 50, 54],
  ],
  [
    ['tcp.window', 'payload@1', 'eth.src'],
    [6, 43, 48, 50, 51, 55],
  ],
  [['frame@18-25'], [18, 19, 22, 25]],
  [['frame@0-59'], [6, 48]],
  [
    ['tcp.checksum', 'tcp.checksum', 'tcp.seq'],
    [38, 50, 51],
  ],
  [
    ['ip4.len', 'tcp.hdr_len', 'udp.dstport'],
    [17, 46, 37],
  ],
  [
    ['tcp.srcport', 'udp.srcport', 'icmp.ident'],
    [35, 39, 40, 51],
  ],
  [
    ['icmp.seq', 'icmp.checksum', 'quoted.ip4.checksum'],
    [36, 40, 41, 52],
  ],
  [
    ['ip4.src=255.255.255.0', 'inner.ip4.ttl'],
    [24, 29, 51, 72],
  ],
];
const WHOLE = 0x7fffffff;

describe('packets that are the same but for what rules take out', () => {
  /** Changes are mostly where the rules are about something. */
  const flipsAt = (places: readonly number[]): fc.Arbitrary<{ readonly at: number; readonly bits: number }[]> => {
    const at = fc.oneof(
      { arbitrary: fc.constantFrom(...places), weight: 7 },
      { arbitrary: fc.nat({ max: 70 }), weight: 1 },
    );
    return fc.array(fc.record({ at, bits: fc.integer({ min: 1, max: 255 }) }), { minLength: 1, maxLength: 3 });
  };
  const sample = fc
    .constantFrom(...RULES)
    .chain(([rules, places]) => fc.tuple(fc.constant(rules), fc.boolean(), flipsAt(places)));
  /** How often the mask said that packets whose bytes differ are the same. */
  let told = 0;

  for (const [name, hex] of Object.entries(PACKETS))
    it(`are told, and counted, as their forms tell it: ${name}`, () => {
      fc.assert(
        fc.property(sample, ([given, hasPool, changes]) => {
          const rules = compileRules(given.map(parseFieldRule));
          const formOptions = {
            endpoints: hasPool
              ? endpoints
              : new NatEndpoints({ addresses: [], firstPort: 1025, lastPort: 65535, fixedPorts: [] }),
            comparesPadding: false,
          };
          const [e, a] = [fromHex(hex), fromHex(hex)];
          for (const { at, bits } of changes) a[at % a.length] ^= bits;
          const [expected, actual] = [column(e, 3), column(a, 5)];
          const layers = new Layers();
          layers.find(actual.view, 5, 5 + a.length, a.length, 1);
          const counted = new Tolerances();
          const mask = new RuleMask(rules, hasPool, counted);
          if (!mask.areSame(expected, 0, actual, 0, layers)) return;
          mask.note(expected, 0, actual, 0, 1);
          told++;

          const [x, y] = [new PacketForm(formOptions), new PacketForm(formOptions)];
          const areEqual = (which: typeof rules): boolean => {
            x.make(expected, 0, which, WHOLE);
            y.make(actual, 0, which, WHOLE);
            return x.equals(y) && x.slots.equals(y.slots);
          };
          expect(areEqual(rules)).to.equal(true);
          const counts = new Tolerances();
          for (const open of counts.noteEqualForms(expected, 0, x, actual, 0, y, rules, 1))
            if (!areEqual(rules.filter((rule) => rule !== open))) counts.note(open.kind, open.text, 1);
          expect(counted.list()).to.deep.equal(counts.list());
        }),
        { numRuns: 2000, seed: 1 },
      );
    });

  it('are so often enough for the comparison to mean something', () => {
    expect(told).to.be.above(500);
  });
});
