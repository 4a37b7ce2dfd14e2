/** Small captures of both directions, made by hand: what a node should have sent follows from the lines of its script. */

import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import { auditLines, type AuditReport } from '../../src/audit/report.js';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from '../../src/capture/frame-batch.js';
import { MemoryCapture } from '../../src/capture/memory-capture.js';
import { parseScript } from '../../src/config/parse-script.js';
import { NODE } from '../both-directions.js';
import { tcpOf, udpOf } from '../pipeline/packets.js';

const POD = '10.1.1.3';
const SERVER = '93.184.216.34';
const NEIGHBOUR = '192.168.16.7';
const DATA = Uint8Array.of(1, 2, 3, 4);

const withMacs = (frame: Uint8Array, destination: string, source: string): Uint8Array => {
  frame.set(Buffer.from((destination + source).replaceAll(':', ''), 'hex'));
  return frame;
};
/** As eth1 sends it to the router, or to another host there. */
const byEth1 = (frame: Uint8Array, host = '02:00:00:00:02:64'): Uint8Array =>
  withMacs(frame, host, '02:fe:00:00:00:02');

const query = (ttl: number, to = SERVER, identification = 1): Uint8Array =>
  udpOf({ source: POD, destination: to, protocol: 17, ttl, identification }, 5000, 53, DATA);
/** As eth0 sends it to the pod. */
const byEth0 = (frame: Uint8Array): Uint8Array => withMacs(frame, '02:00:00:00:01:03', '02:fe:00:00:00:01');
const answer = (): Uint8Array =>
  udpOf({ source: SERVER, destination: POD, protocol: 17, ttl: 50, identification: 2 }, 53, 5000, DATA);
/** In the words of LINKTYPE_LINUX_SLL2: it came (0) or left (4) by the interface whose MAC address it has. */
const cooked = (packetType: number, frame: Uint8Array): Uint8Array => {
  const isSent = packetType === 4;
  const [ifindex, source] = [isSent ? 3 : 2, isSent ? frame.subarray(6, 12) : Buffer.from('020000000103', 'hex')];
  return Buffer.concat([
    Buffer.from([8, 0, 0, 0, 0, 0, 0, ifindex, 0, 1, packetType, 6]),
    source,
    Buffer.alloc(2),
    frame.subarray(14),
  ]);
};
const tell = (ttl: number, identification: number, data: readonly number[]): Uint8Array =>
  udpOf({ source: POD, destination: SERVER, protocol: 17, ttl, identification }, 5000, 53, Uint8Array.from(data));
const spoilt = (frame: Uint8Array): Uint8Array => frame.with(-1, 77).with(-2, 66).with(-3, 55);
const syn = (ttl: number): Uint8Array => tcpOf({ source: POD, destination: SERVER, protocol: 6, ttl }, 40000, 80, 2);

const withReason = (frame: Uint8Array, reason: string): Uint8Array => Buffer.concat([frame, Buffer.from(reason)]);

interface Row {
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  /** Commands behind those of NODE. */
  readonly commands?: string;
  readonly linkType?: number;
  readonly interfaceName?: string | null;
  readonly isWholeNode?: boolean;
  readonly verdict: AuditReport['verdict'];
  /** `kind cause count`, in order. */
  readonly groups?: readonly string[];
  readonly assumed?: readonly string[];
  readonly unjudged?: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: 'a packet, and that it was sent', frames: [query(64), byEth1(query(63))], verdict: 'as expected' },
  {
    name: 'a packet that was not sent',
    frames: [query(64), byEth1(query(63)), query(64, SERVER, 77)],
    verdict: 'different',
    groups: ['missing lost 1'],
  },
  {
    name: 'a capture of one interface: what leaves by the other, and what came by it',
    frames: [query(64), byEth0(answer())],
    verdict: 'nothing to judge',
    unjudged: [
      'in the model they leave by eth1, which the captures are not of: capture it as well (--whole-node if they are of all interfaces)',
      'what the node sent them for may have come by an interface that the captures are not of',
    ],
  },
  {
    name: 'a capture of the whole node that has frames of one interface only',
    frames: [query(64)],
    isWholeNode: true,
    verdict: 'different',
    groups: ['missing lost 1'],
  },
  {
    name: 'a capture of one interface, by name: what leaves by it again is judged',
    frames: [query(64, POD), byEth0(query(62, POD))],
    interfaceName: 'eth0',
    verdict: 'different',
    groups: ['changed bytes 1'],
  },
  {
    name: 'captures whose link has no destination MAC address',
    frames: [cooked(0, query(64)), cooked(4, byEth1(query(63)))],
    linkType: LINKTYPE_LINUX_SLL2,
    verdict: 'as expected',
  },
  {
    name: 'a TTL that was not counted down',
    frames: [query(64), byEth1(query(64))],
    verdict: 'different',
    groups: ['changed bytes 1'],
  },
  {
    name: 'a packet that was sent twice: no output feature makes two records of it',
    frames: [query(64), byEth1(query(63)), byEth1(query(63))],
    verdict: 'different',
    groups: ['unexpected sent-twice 1'],
  },
  {
    name: 'a packet that was sent twice by an interface with an output feature, where other packets have one record',
    commands: 'set acl-plugin acl permit src 0.0.0.0/0 dst 0.0.0.0/0\nset acl-plugin interface eth1 output acl 1\n',
    frames: [1, 2, 3].flatMap((id) => {
      const sent = byEth1(query(63, SERVER, id));
      return [query(64, SERVER, id), sent, ...(id === 2 ? [sent] : [])];
    }),
    verdict: 'different',
    groups: ['unexpected sent-twice 1'],
  },
  {
    name: 'what an ACL denies',
    frames: [syn(64), byEth1(syn(63))],
    verdict: 'different',
    groups: ['unexpected denied 1'],
  },
  {
    name: 'a record of a drop with the reason that the model has',
    frames: [syn(64), withReason(syn(64), 'acl-plugin-in-ip4-fa: ACL deny packets'), query(64), byEth1(query(63))],
    verdict: 'as expected',
  },
  {
    name: 'a record of a drop for another reason',
    frames: [syn(64), withReason(syn(64), 'ip4-input: ip4 ttl <= 1'), query(64), byEth1(query(63))],
    verdict: 'different',
    groups: ['drop-reason drop-reason 1'],
  },
  {
    name: 'a record of a drop of what the model sends',
    frames: [query(64), withReason(query(64), 'acl-plugin-in-ip4-fa: ACL deny packets')],
    verdict: 'different',
    groups: ['missing dropped-by-node 1'],
  },
  {
    name: 'a packet to a neighbour that only it shows',
    frames: [query(64, NEIGHBOUR), byEth1(query(63, NEIGHBOUR), '02:00:00:00:02:07')],
    verdict: 'as expected',
    assumed: ['neighbour 192.168.16.7 on eth1 has 02:00:00:00:02:07'],
  },
  {
    name: 'a packet to a neighbour, which is another one later',
    frames: [
      query(64, NEIGHBOUR),
      byEth1(query(63, NEIGHBOUR), '02:00:00:00:02:07'),
      query(64, NEIGHBOUR, 2),
      byEth1(query(63, NEIGHBOUR, 2), '02:00:00:00:02:08'),
    ],
    verdict: 'different',
    groups: ['changed neighbour 1'],
    assumed: ['neighbour 192.168.16.7 on eth1 has 02:00:00:00:02:07'],
  },
  {
    name: 'a packet that was sent before anything was received',
    frames: [byEth1(query(63)), query(64), byEth1(query(63))],
    verdict: 'as expected',
    unjudged: ['sent before anything was received'],
  },
  {
    name: 'a packet that nothing explains',
    frames: [query(64), byEth1(query(63)), byEth1(query(63, SERVER, 77))],
    verdict: 'different',
    groups: ['unexpected unexplained 1'],
  },
  {
    name: 'a packet that nothing explains in place of another one of its flow',
    frames: [query(64), byEth1(query(63)), query(64, SERVER, 2), byEth1(query(63, SERVER, 9))],
    verdict: 'different',
    groups: ['missing lost 1', 'unexpected unexplained 1'],
  },
  {
    name: 'the same where senders give no IP ids',
    frames: [query(64, SERVER, 0), byEth1(tell(63, 0, [9, 9]))],
    verdict: 'different',
    groups: ['missing lost 1', 'unexpected unexplained 1'],
  },
  {
    name: 'a packet with spoilt bytes',
    frames: [query(64), byEth1(spoilt(query(63)))],
    verdict: 'different',
    groups: ['changed bytes 1'],
  },
  {
    name: 'nothing that arrived',
    frames: [byEth1(query(63))],
    verdict: 'nothing to judge',
    unjudged: ['sent before anything was received'],
  },
];

const auditOf = ({
  frames,
  commands = '',
  linkType = LINKTYPE_ETHERNET,
  interfaceName = null,
  isWholeNode = false,
}: Omit<Row, 'name' | 'verdict'>): Promise<AuditReport> => {
  const interfaces = [{ linkType, snapLength: 0, name: null, timestampDigits: 6 }];
  const timed = frames.map((bytes, i) => ({
    bytes,
    originalLength: bytes.length,
    seconds: 1,
    nanoseconds: i * 20_000,
    interfaceIndex: 0,
  }));
  return audit({
    captures: [{ path: 'both.pcap', interfaceName }],
    isWholeNode,
    script: parseScript(NODE + commands, 'node.vpp'),
    open: () => Promise.resolve(new MemoryCapture('both.pcap', interfaces, timed)),
  });
};

describe('audit of captures by hand', () => {
  for (const { name, verdict, groups = [], assumed = [], unjudged = [], ...given } of ROWS)
    it(name, async () => {
      const report = await auditOf(given);
      expect(report.groups.map(({ kind, cause, count }) => `${kind} ${cause} ${String(count)}`)).to.deep.equal(groups);
      expect(report.verdict).to.equal(verdict);
      expect(report.assumptions.map(({ what }) => what)).to.deep.equal(assumed);
      expect(report.unjudged.map(({ reason }) => reason)).to.deep.equal(unjudged);
    });

  it('names the rule behind it, and its line', async () => {
    const lines = auditLines(await auditOf({ frames: [syn(64), byEth1(syn(63))] }));
    expect(lines[0]).to.equal('different: 1 unexpected; 1 frame arrived, 0 of 1 sent as expected');
    expect(lines.join('\n')).to.match(
      /rule 0 of ACL 0 .* denies it\n {2}node\.vpp:\d+: set acl-plugin acl deny proto 6/,
    );
  });

  const foreign = () => udpOf({ source: '203.0.113.9', destination: SERVER, protocol: 17 }, 1, 2, DATA);
  it('counts frames for more reasons than it keeps, and shows the most frequent', async () => {
    const group = (i: number) =>
      withMacs(foreign(), '01:00:5e:00:00:01', `06:00:00:00:00:${i.toString(16).padStart(2, '0')}`);
    const lines = auditLines(await auditOf({ frames: Array.from({ length: 150 }, (_, i) => group(i)) }));
    expect(lines[1]).to.match(/^not judged: 50 frames \(frame 101 first\): further reasons$/);
    expect(lines[9]).to.equal('and 93 more frames for 93 other reasons (--json lists them)');
    expect(lines[10]).to.match(/^name the interface on which they arrived with INTERFACE=FILE/);
  });

  const PING = [query(64), 1] as const;
  const seen = (early: number) => [[byEth1(query(63)), 1 - early / 1000] as const];
  for (const { name, eth0 = [PING], eth1, verdict, words } of [
    {
      name: 'takes a packet that left before what it came of, by as much as clocks may differ',
      eth1: seen(4),
      verdict: 'as expected',
      words: 'packets left up to 4.000 ms before',
    },
    {
      name: 'tells how far apart the clocks are where they are too far apart, and what mends it',
      eth0: [1, 2, 3].map((id) => [query(64, SERVER, id), id] as const),
      eth1: [1, 2, 3].map((id) => [byEth1(query(63, SERVER, id)), id + 2.5] as const),
      verdict: 'different',
      words:
        'the clock of eth1 is 2.500 s ahead of that of eth0: what follows is wrong until both are right\n  editcap -t -2.500000 eth1 OUT,',
    },
    { name: 'reports one that left still earlier', eth1: seen(6), verdict: 'different', words: '1 missing' },
    {
      name: 'names an interface without a frame that may be behind a difference',
      eth1: [],
      verdict: 'different',
      words: 'no frame is of eth1: if the captures are not of it, say what they are of',
    },
  ])
    it(name, async () => {
      const of = { linkType: LINKTYPE_ETHERNET, snapLength: 0, name: null, timestampDigits: 6 };
      const report = await audit({
        captures: ['eth0', 'eth1'].map((path) => ({ path, interfaceName: path })),
        script: parseScript(NODE, 'node.vpp'),
        open: (path) => {
          const frames = (path === 'eth0' ? eth0 : eth1).map(([bytes, time]) => ({
            bytes,
            originalLength: bytes.length,
            seconds: Math.floor(time),
            nanoseconds: Math.round((time % 1) * 1e9),
            interfaceIndex: 0,
          }));
          return Promise.resolve(new MemoryCapture(path, [of], frames));
        },
      });
      expect(report.verdict).to.equal(verdict);
      expect(auditLines(report).join('\n')).to.include(words);
    });
});
