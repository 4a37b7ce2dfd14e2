import { expect } from 'chai';
import fc from 'fast-check';
import { ChangedForms } from '../../src/verify/packet/changed-forms.js';
import { Layer, Layers } from '../../src/verify/packet/layers.js';
import { NatEndpoints } from '../../src/verify/ports/nat-pool.js';
import type { PacketColumns } from '../../src/verify/packet/packet-columns.js';
import { PacketForm, WHOLE } from '../../src/verify/packet/packet-form.js';
import { Traits } from '../../src/verify/packet/traits.js';
import * as icmp4 from '../../src/wire/icmp4.js';
import { column } from './columns.js';
import { fromHex } from './frames.js';
import { OUTSIDE, POOL } from './hex-captures.js';
import { ARP_FRAME, tagged, withIpOptions, withoutChecksum, withTotalLength } from './more-packets.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const ENDS = { from: `${OUTSIDE}:2000`, to: '8.8.8.8:53' };
const ETHERNET = [0, 5, 6, 11];
const IP = [15, 22, 24, 25];

interface Sample {
  readonly hex: string;
  /** Places that NAT and routing change, or that are just beside them. */
  readonly places: readonly number[];
  /** Bytes on the wire beyond those captured. */
  readonly lost?: number;
  /** How often the property is tried with it; at least this many of the pairs are taken for changed ones. */
  readonly atLeast: number;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  TCP: { hex: frame(tcpIp(ENDS)), places: [...ETHERNET, ...IP, 50, 51], atLeast: 500 },
  'TCP without data, padded': {
    hex: `${frame(tcpIp({ ...ENDS, payload: '' }))}a1a2a3a4a5a6`,
    places: [...IP, 50, 51, 54, 55, 56, 59],
    atLeast: 500,
  },
  'TCP without data, not padded': {
    hex: frame(tcpIp({ ...ENDS, payload: '' })),
    places: [...IP, 50, 51],
    atLeast: 500,
  },
  'TCP that was cut': { hex: frame(tcpIp(ENDS)), places: [...ETHERNET, ...IP, 50], lost: 900, atLeast: 500 },
  'TCP with IP options': {
    hex: frame(withIpOptions(tcpIp(ENDS))),
    places: [...IP, 34, 35, 36, 37, 54, 55],
    atLeast: 500,
  },
  // 0 and 0xffff are one checksum once a port is taken out.
  'TCP whose checksum is 0': {
    hex: `${frame(tcpIp(ENDS)).slice(0, 100)}0000${frame(tcpIp(ENDS)).slice(104)}`,
    places: [22, 50, 51, 50, 51, 50, 51],
    atLeast: 500,
  },
  // Never: what would be headers is padding.
  'TCP in a packet that is shorter than its headers': {
    hex: frame(withTotalLength(tcpIp(ENDS), 39)),
    places: [...IP, 50, 51, 53],
    atLeast: 0,
  },
  'IP options in a packet that is shorter than its header': {
    hex: frame(withTotalLength(withIpOptions(tcpIp({ ...ENDS, payload: '' })), 20)),
    places: [34, 35, 36, 37],
    atLeast: 0,
  },
  'TCP with a tag': { hex: tagged(frame(tcpIp(ENDS))), places: [14, 15, 19, 26, 28, 29, 54, 55], atLeast: 500 },
  'TCP with two tags': { hex: tagged(tagged(frame(tcpIp(ENDS)))), places: [14, 15, 18, 30, 32], atLeast: 500 },
  'a later fragment': {
    hex: frame(tcpIp(ENDS)).replace('00014000', '00012001'),
    places: [...ETHERNET, ...IP],
    atLeast: 500,
  },
  UDP: { hex: frame(udpIp({ ...ENDS, payload: '686970' })), places: [...ETHERNET, ...IP, 40, 41], atLeast: 500 },
  'UDP without checksum': { hex: frame(withoutChecksum(udpIp(ENDS))), places: [...IP, 40, 41], atLeast: 500 },
  echo: { hex: frame(echoIp(ENDS)), places: [...ETHERNET, ...IP, 36, 37], atLeast: 500 },
  // Never: what is quoted was translated, too.
  'ICMP error': { hex: frame(icmpErrorIp({ ...ENDS, quotes: udpIp(ENDS) })), places: [...IP, 36, 37], atLeast: 0 },
  VXLAN: {
    hex: vxlan(frame(tcpIp(ENDS)), 50000),
    places: [...ETHERNET, ...IP, 34, 35, 40, 50, 61, 65, 72, 74, 75, 100, 101],
    atLeast: 500,
  },
  ARP: { hex: ARP_FRAME, places: [...ETHERNET, 42, 59], atLeast: 500 },
  'an unknown protocol': { hex: frame(udpIp(ENDS)).replace('08004500', '88b54500'), places: ETHERNET, atLeast: 500 },
};

/** What lies behind a packet in its capture: other bytes on either side, which must not count. */
function columnOf(bytes: Uint8Array, offset: number, lost: number, behind: number): PacketColumns {
  const packets = column(bytes, offset);
  packets.bytes.fill(behind, offset + bytes.length);
  return { ...packets, originalLength: Uint32Array.of(bytes.length + lost) };
}

const headersOf = ({ count, kind, at, headerEnd, context, payloadAt }: Layers): unknown => ({
  payloadAt,
  headers: Array.from({ length: count }, (_, k) => [kind[k], at[k], headerEnd[k], context[k]]),
});

const identifiersOf = ({ count, kind, at }: Layers, { view, offset }: PacketColumns): number[] =>
  Array.from({ length: count }, (_, k) => offset[0] + at[k])
    .filter((start, k) => kind[k] === (Layer.Icmp as number) && icmp4.hasIdentifier(view.getUint8(start)))
    .map((start) => view.getUint16(start + 4));

describe('packets of which one is the changed form of the other', () => {
  const endpoints = new NatEndpoints(POOL);

  for (const [name, { hex, places, lost = 0, atLeast }] of Object.entries(SAMPLES)) {
    const flip = fc.record({
      at: fc.oneof(
        { arbitrary: fc.constantFrom(...places), weight: 6 },
        { arbitrary: fc.nat({ max: 119 }), weight: 1 },
      ),
      bits: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constant(255)),
    });

    it(`are those whose traits and headers are the same: ${name}`, () => {
      const forms = new ChangedForms();
      let told = 0;
      let different = 0;
      fc.assert(
        fc.property(fc.array(flip, { maxLength: 3 }), (changes) => {
          const [e, a] = [fromHex(hex), fromHex(hex)];
          for (const { at, bits } of changes) a[at % a.length] ^= bits;
          const [expected, actual] = [columnOf(e, 3, lost, 0x55), columnOf(a, 6, lost, 0xaa)];
          const [theirs, ours] = [new Layers(), new Layers()];
          theirs.findOf(expected, 0);
          ours.findOf(actual, 0);
          const [before, after] = [new Traits(), new Traits()];
          before.take(expected, 0);
          after.take(actual, 0);
          const areTraitsSame = before.flow.value === after.flow.value && before.content.value === after.content.value;

          if (!forms.isChanged(expected, 0, actual, 0)) {
            const isSimple = theirs.context.subarray(0, theirs.count).every((context) => context === 0);
            const areHeadersSame =
              ours.areThoseOf(expected.view, expected.offset[0]) && ours.contentLength >= ours.payloadAt;
            const areIdentifiersSame = String(identifiersOf(theirs, expected)) === String(identifiersOf(ours, actual));
            expect(areTraitsSame && isSimple && areHeadersSame && areIdentifiersSame).to.equal(false);
            return;
          }
          told++;
          expect(areTraitsSame).to.equal(true);
          expect(headersOf(ours)).to.deep.equal(headersOf(theirs));
          expect(headersOf(forms.layers)).to.deep.equal(headersOf(theirs));

          const apartAt: number[] = [];
          for (let at = 0; at < theirs.payloadAt; at += 4)
            if (e.subarray(at, Math.min(at + 4, theirs.payloadAt)).some((byte, k) => byte !== a[at + k]))
              apartAt.push(at);
          // The last word may be listed for what is behind the headers in it.
          const last = theirs.payloadAt & ~3;
          const listed = [...forms.apartAt.subarray(0, forms.apart)];
          expect(listed.filter((at) => at !== last || apartAt.includes(last))).to.deep.equal(apartAt);

          if (!forms.areDifferent) return;
          different++;
          const [x, y] = [0, 1].map(() => new PacketForm({ endpoints, comparesPadding: false }));
          x.make(expected, 0, [], WHOLE);
          y.make(actual, 0, [], WHOLE);
          expect(x.equals(y)).to.equal(false);
        }),
        { numRuns: 3000, seed: 1 },
      );
      expect(told).to.be.at.least(atLeast);
      if (atLeast === 0) expect(told).to.equal(0);
      // Of tunnels it is not told.
      if (atLeast > 0 && name !== 'VXLAN') expect(different).to.be.at.least(100);
    });
  }
});
