/**
 * Frames that a snaplen cut: from how many bytes on each node does with them what it does with whole ones, and what it says of shorter
 * ones. The numbers are those of the headers: 14 bytes of Ethernet, 20 of IP, then what the node reads.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { openBatches } from '../../../src/capture/input/open-batches.js';
import { applyScript } from '../../../src/config/apply.js';
import type { NodeScript } from '../../../src/config/node-script.js';
import { builtInScript } from '../../../src/config/locate.js';
import { parseScript, parseScriptFile } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { feedCaptures } from '../../../src/dataplane/feed-captures.js';
import { Ingress } from '../../../src/dataplane/ingress.js';
import { loadCase } from '../../../src/regression/case/case.js';
import { findCases } from '../../../src/regression/case/find-cases.js';
import { loadOracleCase, type RecordedFrame } from '../../../tools/oracle/oracle-case.js';
import { CORPUS } from '../../oracle/floor.js';
import { datagram, encapsulated, ethernetFrame, overlayScript, toPod, REMOTE_MAC } from '../l2/overlay-node.js';
import { frameOf, icmpOf, L3, NAT_IN_OUT, NAT_OUTPUT_FEATURE, tcpOf, TWO_INTERFACES, udpOf } from '../packets.js';
import { cutTo, differenceOf, emptyResult, Side, sweep, type Outcome } from './snaplen-sweep.js';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const SYN = 2;
const MORE_FRAGMENTS = 0x2000;

const NAT_ED = ['# startup: nat { endpoint-dependent }', ...NAT_IN_OUT];
const ETHERNET: Stop = [14, 'the end of its Ethernet header'];
const IP: Stop = [34, 'the end of its IP header'];
const PORTS: Stop = [38, 'its ports'];
const ICMP_HEADER: Stop = [42, 'the end of its ICMP header'];

/** Cut to fewer bytes, the frame ends before what is named. */
type Stop = readonly [bytes: number, words: string];

interface Row {
  readonly name: string;
  readonly config: readonly string[] | string;
  /** The interface it arrives on; pg0 where absent. */
  readonly on?: string;
  readonly frame: Uint8Array;
  /** In rising order; with as many bytes as the last says, or more, all is as with the whole frame. */
  readonly stops: readonly Stop[];
}

const out = { source: '10.1.1.3', destination: '8.8.8.8' };
const payload = new Uint8Array(40).fill(0x78);
const SYN_WITH_MSS = tcpOf({ ...out, protocol: TCP }, 5000, 80, SYN, [2, 4, 0x05, 0xb4]);

/** An IP header and 8 bytes behind it, of what the outside host got. */
const quoted = udpOf({ source: '192.168.16.10', destination: '8.8.8.8', protocol: UDP }, 16253, 53, payload).slice(
  L3,
  L3 + 28,
);

function withType(type: number, behind: readonly number[]): Uint8Array {
  return Uint8Array.of(2, 0xfe, 0, 0, 0, 1, 2, 0, 0, 0, 1, 3, type >> 8, type & 0xff, ...behind);
}

/** With four bytes of options that say nothing. */
function withOptions(): Uint8Array {
  const frame = frameOf({ ...out, protocol: UDP }, new Uint8Array(24).fill(1));
  const view = new DataView(frame.buffer);
  view.setUint8(L3, 0x46);
  const sum = view.getUint16(L3 + 10) - 0x0100 - 0x0202; // RFC 1624: one word more, and two of options
  view.setUint16(L3 + 10, sum);
  return frame;
}

const ECMP = [
  ...TWO_INTERFACES,
  'set ip arp static pg1 192.168.16.101 02:00:00:00:02:65',
  'ip route add 9.0.0.0/8 via 192.168.16.100 pg1',
  'ip route add 9.0.0.0/8 via 192.168.16.101 pg1',
];
const CLASSIFY = [
  ...NAT_IN_OUT,
  'set interface nat44 out pg0',
  'nat44 add address 10.1.1.1',
  'nat44 add static mapping tcp local 10.1.1.4 80 external 10.1.1.1 8080',
];

const rows: readonly Row[] = [
  {
    name: 'plain forwarding needs the IP header alone',
    config: TWO_INTERFACES,
    frame: SYN_WITH_MSS,
    stops: [ETHERNET, IP],
  },
  {
    name: 'the TTL decides before anything else is read',
    config: NAT_IN_OUT,
    frame: tcpOf({ ...out, protocol: TCP, ttl: 1 }, 5000, 80, SYN),
    stops: [ETHERNET, IP],
  },
  {
    name: 'equal next hops',
    config: ECMP,
    frame: udpOf({ ...out, destination: '9.1.1.1', protocol: UDP }, 5000, 53, payload),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'equal next hops, and a protocol without ports',
    config: ECMP,
    frame: frameOf({ ...out, destination: '9.1.1.1', protocol: 47 }, payload),
    stops: [ETHERNET, IP],
  },
  {
    name: 'IP options',
    config: TWO_INTERFACES,
    frame: withOptions(),
    stops: [ETHERNET, IP, [38, 'the end of its IP options']],
  },
  {
    name: 'a VLAN tag',
    config: TWO_INTERFACES,
    frame: withType(0x8100, [0, 0, 8, 0, ...SYN_WITH_MSS.slice(L3)]),
    stops: [ETHERNET, [18, 'the end of its VLAN tag'], [38, 'the end of its IP header']],
  },
  {
    name: 'an 802.3 frame',
    config: TWO_INTERFACES,
    frame: withType(50, [0x42, 0x42, 3, 0, 0, 0, 0]),
    stops: [ETHERNET, [17, 'the end of its LLC header']],
  },
  {
    name: 'SNAP',
    config: TWO_INTERFACES,
    frame: withType(50, [0xaa, 0xaa, 3, 0, 0, 1, 8, 0, 0]),
    stops: [ETHERNET, [20, 'the end of its LLC header']],
  },
  {
    name: 'MPLS',
    config: TWO_INTERFACES,
    frame: withType(0x8847, [0, 1, 1, 64, 0, 0, 0]),
    stops: [ETHERNET, [18, 'the end of its MPLS label']],
  },
  {
    name: 'IPv6',
    config: TWO_INTERFACES,
    frame: withType(0x86dd, [0x60, 0, 0, 0, 0, 0, 59, 64, ...new Array<number>(40).fill(1)]),
    stops: [ETHERNET, [54, 'the end of its IP header']],
  },
  {
    name: 'an ARP request',
    config: TWO_INTERFACES,
    frame: withType(
      0x0806,
      [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 1, 3, 10, 1, 1, 3, 0, 0, 0, 0, 0, 0, 10, 1, 1, 1, 0, 0],
    ),
    stops: [ETHERNET, [42, 'the end of its ARP message']],
  },
  {
    name: 'an echo request to the node, whose payload is not looked at',
    config: TWO_INTERFACES,
    frame: icmpOf({ ...out, destination: '10.1.1.1', protocol: ICMP }, 8, 0, payload),
    stops: [ETHERNET, IP, ICMP_HEADER],
  },
  {
    name: 'UDP to the node, whose checksum is taken for right',
    config: TWO_INTERFACES,
    frame: udpOf({ ...out, destination: '10.1.1.1', protocol: UDP }, 5000, 53, payload),
    stops: [ETHERNET, IP, [42, 'the end of its UDP header']],
  },
  {
    name: 'TCP to the node, whose checksum is taken for right',
    config: TWO_INTERFACES,
    frame: tcpOf({ ...out, destination: '10.1.1.1', protocol: TCP }, 5000, 22, SYN),
    stops: [ETHERNET, IP],
  },
  {
    name: 'IPsec behind NAT',
    config: TWO_INTERFACES,
    frame: udpOf({ ...out, destination: '10.1.1.1', protocol: UDP }, 5000, 4500, payload),
    stops: [ETHERNET, IP, [42, 'the end of its UDP header'], [46, 'its ESP header']],
  },
  { name: 'NAT44 classic: TCP', config: NAT_IN_OUT, frame: SYN_WITH_MSS, stops: [ETHERNET, IP, PORTS] },
  {
    name: 'NAT44 classic: UDP',
    config: NAT_IN_OUT,
    frame: udpOf({ ...out, protocol: UDP }, 5000, 53, payload),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 classic: output feature',
    config: NAT_OUTPUT_FEATURE,
    frame: udpOf({ ...out, protocol: UDP }, 5000, 53, payload),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 classic: an echo request, whose checksum is taken for right',
    config: NAT_IN_OUT,
    frame: icmpOf({ ...out, protocol: ICMP }, 8, 0, payload),
    stops: [ETHERNET, IP, ICMP_HEADER],
  },
  {
    name: 'NAT44 classic: a protocol without ports',
    config: NAT_IN_OUT,
    frame: frameOf({ ...out, protocol: 47 }, payload),
    stops: [ETHERNET, IP],
  },
  {
    name: 'NAT44 classic: an ICMP error from outside',
    config: [...NAT_IN_OUT, 'nat44 add static mapping udp local 10.1.1.3 53 external 192.168.16.10 16253'],
    on: 'pg1',
    frame: icmpOf(
      { source: '9.9.9.9', destination: '192.168.16.10', protocol: ICMP },
      3,
      1,
      Uint8Array.of(0, 0, 0, 0, ...quoted),
    ),
    stops: [ETHERNET, IP, ICMP_HEADER, [70, 'the end of the headers that its ICMP error quotes']],
  },
  {
    name: 'NAT44 classic: a service',
    config: [...NAT_IN_OUT, 'nat44 add static mapping tcp local 10.1.1.3 80 external 192.168.16.10 8080'],
    on: 'pg1',
    frame: tcpOf({ source: '9.9.9.9', destination: '192.168.16.10', protocol: TCP }, 5000, 8080, SYN),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 classic: a first fragment',
    config: NAT_IN_OUT,
    frame: frameOf({ ...out, protocol: UDP, flagsAndFragment: MORE_FRAGMENTS }, payload),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 classic: a later fragment',
    config: NAT_IN_OUT,
    frame: frameOf({ ...out, protocol: UDP, flagsAndFragment: 5 }, payload),
    stops: [ETHERNET, IP],
  },
  {
    name: 'NAT44 classic: inside and outside at once',
    config: CLASSIFY,
    frame: tcpOf({ ...out, destination: '10.1.1.1', protocol: TCP }, 5000, 8080, SYN),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 classic: hairpinning',
    config: [
      ...NAT_IN_OUT,
      'nat44 add address 192.168.16.1',
      'nat44 add static mapping tcp local 10.1.1.4 80 external 192.168.16.1 8080',
    ],
    frame: tcpOf({ ...out, destination: '192.168.16.1', protocol: TCP }, 5000, 8080, SYN),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 with MSS clamping: a SYN',
    config: [...NAT_IN_OUT, 'nat mss-clamping 1400'],
    frame: SYN_WITH_MSS,
    stops: [ETHERNET, IP, PORTS, [48, 'its TCP flags'], [58, 'the end of its TCP options']],
  },
  {
    name: 'NAT44 with MSS clamping: no SYN',
    config: [...NAT_IN_OUT, 'nat mss-clamping 1400'],
    frame: tcpOf({ ...out, protocol: TCP }, 5000, 80, 0x10, [1, 1, 1, 1]),
    stops: [ETHERNET, IP, PORTS, [48, 'its TCP flags']],
  },
  {
    name: 'NAT44 endpoint-dependent: a SYN',
    config: NAT_ED,
    frame: SYN_WITH_MSS,
    stops: [ETHERNET, IP, PORTS, [48, 'its TCP flags']],
  },
  {
    name: 'NAT44 endpoint-dependent: UDP',
    config: NAT_ED,
    frame: udpOf({ ...out, protocol: UDP }, 5000, 53, payload),
    stops: [ETHERNET, IP, PORTS],
  },
  {
    name: 'NAT44 endpoint-dependent: an echo request',
    config: NAT_ED,
    frame: icmpOf({ ...out, protocol: ICMP }, 8, 0, payload),
    stops: [ETHERNET, IP, PORTS, ICMP_HEADER],
  },
  {
    name: 'NAT44 endpoint-dependent: a service',
    config: [...NAT_ED, 'nat44 add static mapping tcp local 10.1.1.3 80 external 192.168.16.10 8080'],
    on: 'pg1',
    frame: tcpOf({ source: '9.9.9.9', destination: '192.168.16.10', protocol: TCP }, 5000, 8080, SYN),
    stops: [ETHERNET, IP, PORTS, [48, 'its TCP flags']],
  },
  {
    name: 'an ACL with ports',
    config: [
      ...TWO_INTERFACES,
      'set acl-plugin acl permit proto 6 dport 80',
      'set acl-plugin interface pg0 input acl 0',
    ],
    frame: SYN_WITH_MSS,
    stops: [ETHERNET, IP, [48, 'its ports or TCP flags']],
  },
  {
    name: 'a VXLAN packet for a pod',
    config: overlayScript({}),
    on: 'pg1',
    frame: encapsulated(2, toPod(REMOTE_MAC[2])),
    stops: [
      ETHERNET,
      IP,
      [42, 'the end of its UDP header'],
      [50, 'the end of its VXLAN header'],
      [64, 'the end of the Ethernet header behind its VXLAN header'],
      [84, 'the end of its IP header'],
    ],
  },
  {
    name: 'a VXLAN packet from one tunnel to another, whose source port is a hash of the inner packet',
    config: overlayScript({ groups: [0, 0] }),
    on: 'pg1',
    frame: encapsulated(2, datagram('10.1.3.3', '10.1.2.5', 64, [REMOTE_MAC[2], REMOTE_MAC[3]])),
    stops: [
      ETHERNET,
      IP,
      [42, 'the end of its UDP header'],
      [50, 'the end of its VXLAN header'],
      [64, 'the end of the Ethernet header behind its VXLAN header'],
      [84, 'the end of its IP header'],
      [88, 'its ports'],
    ],
  },
  {
    name: 'an Ethernet frame of another type from one tunnel to another',
    config: overlayScript({ groups: [0, 0] }),
    on: 'pg1',
    frame: encapsulated(2, ethernetFrame(REMOTE_MAC[2], REMOTE_MAC[3], 0x88b5, new Array<number>(60).fill(7))),
    stops: [
      ETHERNET,
      IP,
      [42, 'the end of its UDP header'],
      [50, 'the end of its VXLAN header'],
      [64, 'the end of the Ethernet header behind its VXLAN header'],
    ],
  },
];

const scriptOf = (config: Row['config']): NodeScript =>
  parseScript(typeof config === 'string' ? config : config.join('\n'), 'node.vpp');

/** What a cut frame comes to: what it ended before, null where all is as with the whole one, else how it differs. */
function outcomeOf(script: NodeScript, frame: RecordedFrame, snaplen: number, whole: Outcome): string | null {
  const cut = new Side(script).run(cutTo(frame, snaplen));
  if (!cut.isNotModelled) return differenceOf(whole, cut);
  return cut.causes.join().replace('not modelled: the capture cut the frame off before ', '');
}

describe('pipeline/cut-frames', () => {
  for (const { name, config, on = 'pg0', frame, stops } of rows)
    it(name, () => {
      const script = scriptOf(config);
      const given = { interfaceName: on, bytes: frame, originalLength: frame.length, seconds: 1, nanoseconds: 0 };
      const whole = new Side(script).run(given);
      const found: string[] = [];
      const expected: string[] = [];
      for (let snaplen = 1; snaplen <= frame.length; snaplen++) {
        const words = stops.find(([bytes]) => snaplen < bytes)?.[1] ?? null;
        found.push(`${snaplen}: ${outcomeOf(script, given, snaplen, whole) ?? 'as the whole frame'}`);
        expected.push(`${snaplen}: ${words ?? 'as the whole frame'}`);
      }
      expect(found).to.deep.equal(expected);
    });

  /** Snaplens around what nodes read: plain packets, ICMP errors, packets in VXLAN; tcpdump's of old are 68 and 96. */
  const SNAPLENS = [17, 33, 34, 38, 41, 45, 48, 51, 54, 68, 71, 84, 96, 101, 118];

  describe("the frames of the project's cases come to the same, or are not modelled", () => {
    findCases(['expectations']).forEach(({ name }, n) => {
      // Each with some of them: run-sweep.ts tries all.
      const snaplens = SNAPLENS.filter((_, at) => at % 4 === n % 4);
      it(`${name} cut to ${snaplens.join(', ')} bytes`, async () => {
        const { configFile, captures } = loadCase(`expectations/${name}`);
        const script = parseScriptFile(configFile ?? builtInScript());
        const frames = await framesOf(script, captures);
        const result = emptyResult();
        for (const snaplen of snaplens) sweep(script, frames.slice(0, 30), snaplen, result);
        expect(result.faults).to.deep.equal([]);
        expect(result.equal + result.notModelled, 'cut frames').to.be.greaterThan(0);
      });
    });
  });

  const hasCorpus = existsSync(CORPUS);
  describe(`the recorded frames likewise${hasCorpus ? '' : ` (skipped: no recordings at ${CORPUS})`}`, () => {
    // Each case with a snaplen of its own; run-sweep.ts tries all with many.
    const names = hasCorpus ? readdirSync(CORPUS).sort() : [];
    if (!hasCorpus) it.skip('recordings');
    names.forEach((name, n) => {
      const snaplen = SNAPLENS[n % SNAPLENS.length];
      it(`${name} cut to ${snaplen} bytes`, async () => {
        const { configPath, input } = await loadOracleCase(CORPUS, name);
        const result = emptyResult();
        sweep(parseScript(readFileSync(configPath, 'utf8'), configPath), input.slice(0, 100), snaplen, result);
        expect(result.faults).to.deep.equal([]);
      });
    });
  });
});

/** All frames that are received, each with the interface it is placed on. */
async function framesOf(
  script: NodeScript,
  captures: readonly { readonly file: string; readonly interfaceName: string | null }[],
): Promise<RecordedFrame[]> {
  const frames: RecordedFrame[] = [];
  const tables = applyScript(script);
  const sink = { transmit: () => undefined, discard: () => undefined };
  const ingress = new Ingress(new Dataplane(tables, sink, false), {
    beforeFrame: ({ bytes, offset, capturedLength, originalLength, seconds, nanoseconds }, i, swIfIndex) => {
      frames.push({
        interfaceName: tables.interfaces.all[swIfIndex].name,
        bytes: bytes.slice(offset[i], offset[i] + capturedLength[i]),
        originalLength: originalLength[i],
        seconds: seconds[i],
        nanoseconds: nanoseconds[i],
      });
    },
    afterFrame: () => undefined,
  });
  const readers = await Promise.all(captures.map(({ file }) => openBatches(file)));
  const names = captures.map(({ interfaceName }) => interfaceName);
  await feedCaptures(readers, names, ingress);
  for (const reader of readers) await reader.close();
  return frames;
}
