/** Packets that nodes make of frames which a snaplen cut: as long as those made of the whole frame, and as much of them as is known. */

import { expect } from 'chai';
import { parseScript } from '../../../src/config/parse-script.js';
import type { RecordedFrame } from '../../../tools/oracle/oracle-case.js';
import { frameOf, icmpOf, L4, NAT_OUTPUT_FEATURE, TWO_INTERFACES, udpOf } from '../packets.js';
import { cutTo, differenceOf, Side } from './snaplen-sweep.js';

interface Given {
  readonly on: string;
  readonly frame: Uint8Array;
  /** Bytes of it that were captured; all where absent. */
  readonly cutTo?: number;
}

interface Row {
  readonly name: string;
  readonly config: readonly string[];
  readonly frames: readonly Given[];
  /** Of each packet that the last frame makes leave: bytes on the wire, and those that are known. */
  readonly expected: readonly (readonly [wire: number, captured: number])[];
  /** Its ICMP checksum is not known. */
  readonly isChecksumUnknown?: boolean;
}

const UDP = 17;
const ICMP = 1;
const MORE_FRAGMENTS = 0x2000;
const DONT_FRAGMENT = 0x4000;
const out = { source: '10.1.1.3', destination: '8.8.8.8', protocol: UDP } as const;
/** A frame of 1442 bytes, and one of 142. */
const LONG = new Uint8Array(1400).fill(0x78);
const SHORT = new Uint8Array(100).fill(0x78);
const SMALL_MTU = [...TWO_INTERFACES, 'set interface mtu packet 1300 pg1'];

/** An echo request of 24 bytes of ICMP to the node, in two fragments: 16 bytes, and the last 8. */
const echo = icmpOf({ ...out, destination: '10.1.1.1', protocol: ICMP }, 8, 0, new Uint8Array(20).fill(0x78)).slice(L4);
const echoFragment = (first: number, end: number): Uint8Array =>
  frameOf(
    {
      ...out,
      destination: '10.1.1.1',
      protocol: ICMP,
      flagsAndFragment: first / 8 + (end < echo.length ? MORE_FRAGMENTS : 0),
    },
    echo.slice(first, end),
  );

const rows: readonly Row[] = [
  {
    name: 'fragments: 1300 bytes of IP, 1280 of them payload, then the other 128',
    config: SMALL_MTU,
    frames: [{ on: 'pg0', frame: udpOf(out, 5000, 53, LONG), cutTo: 96 }],
    expected: [
      [1314, 96],
      [162, 34],
    ],
  },
  {
    name: 'fragments, of which the second is known in part',
    config: SMALL_MTU,
    frames: [{ on: 'pg0', frame: udpOf(out, 5000, 53, LONG), cutTo: 34 + 1280 + 10 }],
    expected: [
      [1314, 1314],
      [162, 44],
    ],
  },
  {
    name: 'fragments of a packet whose IP header was captured, and no more',
    config: SMALL_MTU,
    frames: [{ on: 'pg0', frame: udpOf(out, 5000, 53, LONG), cutTo: 34 }],
    expected: [
      [1314, 34],
      [162, 34],
    ],
  },
  {
    name: 'an ICMP error: 576 bytes of IP, 28 of them headers, and what is known of the packet behind',
    config: TWO_INTERFACES,
    frames: [{ on: 'pg0', frame: udpOf({ ...out, ttl: 1 }, 5000, 53, LONG), cutTo: 96 }],
    expected: [[590, 14 + 28 + 82]],
    isChecksumUnknown: true,
  },
  {
    name: 'an ICMP error about a short packet, which is quoted whole',
    config: TWO_INTERFACES,
    frames: [{ on: 'pg0', frame: udpOf({ ...out, ttl: 1 }, 5000, 53, SHORT), cutTo: 96 }],
    expected: [[14 + 28 + 128, 14 + 28 + 82]],
    isChecksumUnknown: true,
  },
  {
    name: 'an ICMP error that quotes no byte that is missing',
    config: TWO_INTERFACES,
    frames: [{ on: 'pg0', frame: udpOf({ ...out, ttl: 1 }, 5000, 53, LONG), cutTo: 14 + 548 }],
    expected: [[590, 590]],
  },
  {
    name: 'fragmentation needed',
    config: SMALL_MTU,
    frames: [{ on: 'pg0', frame: udpOf({ ...out, flagsAndFragment: DONT_FRAGMENT }, 5000, 53, LONG), cutTo: 68 }],
    expected: [[590, 14 + 28 + 54]],
    isChecksumUnknown: true,
  },
  {
    name: 'port unreachable',
    config: TWO_INTERFACES,
    frames: [{ on: 'pg0', frame: udpOf({ ...out, destination: '10.1.1.1' }, 5000, 53, SHORT), cutTo: 60 }],
    expected: [[14 + 28 + 128, 14 + 28 + 46]],
    isChecksumUnknown: true,
  },
  {
    name: 'an ICMP error that NAT44 translates: what is not known stays so',
    config: NAT_OUTPUT_FEATURE,
    frames: [
      { on: 'pg0', frame: udpOf(out, 5000, 53, SHORT) },
      {
        on: 'pg1',
        frame: udpOf({ source: '8.8.8.8', destination: '10.1.1.3', protocol: UDP, ttl: 1 }, 53, 5000, SHORT),
        cutTo: 90,
      },
    ],
    expected: [[14 + 28 + 128, 14 + 28 + 76]],
    isChecksumUnknown: true,
  },
  {
    name: 'a reassembled datagram whose last fragment was cut',
    config: TWO_INTERFACES,
    frames: [
      { on: 'pg0', frame: echoFragment(0, 16) },
      { on: 'pg0', frame: echoFragment(16, 24), cutTo: 38 },
    ],
    expected: [[34 + 24, 34 + 20]],
  },
  {
    name: 'a reassembled datagram whose first fragment was cut: nothing is known behind the gap',
    config: TWO_INTERFACES,
    frames: [
      { on: 'pg0', frame: echoFragment(0, 16), cutTo: 46 },
      { on: 'pg0', frame: echoFragment(16, 24) },
    ],
    expected: [[34 + 24, 34 + 12]],
  },
];

describe('pipeline/cut-frames: packets that nodes make', () => {
  for (const { name, config, frames, expected, isChecksumUnknown = false } of rows)
    it(name, () => {
      const script = parseScript(config.join('\n'), 'node.vpp');
      const given = frames.map(({ on, frame }, i): RecordedFrame => ({
        interfaceName: on,
        bytes: frame,
        originalLength: frame.length,
        seconds: 1,
        nanoseconds: i,
      }));
      const [whole, cut] = [new Side(script), new Side(script)];
      const ofWhole = given.map((frame) => whole.run(frame)).at(-1);
      const ofCut = given.map((frame, i) => cut.run(cutTo(frame, frames[i].cutTo ?? frame.bytes.length))).at(-1);
      if (ofWhole === undefined || ofCut === undefined) throw new Error('no frames');
      expect(ofCut.sent.map(({ wireBytes, bytes }) => [wireBytes, bytes.length])).to.deep.equal(expected);
      expect(differenceOf(ofWhole, ofCut)).to.equal(null);
      expect(ofCut.sent.some(({ unknownChecksumAt }) => unknownChecksumAt >= 0)).to.equal(isChecksumUnknown);
    });
});
