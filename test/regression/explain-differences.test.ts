import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryCapture, type MemoryFrame } from '../../src/capture/memory-capture.js';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { openBatches } from '../../src/capture/input/open-batches.js';
import { applyScript } from '../../src/config/apply.js';
import { natPoolOf } from '../../src/pipeline/nat-common/state/nat-pool.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { feedCaptures } from '../../src/dataplane/feed-captures.js';
import { Ingress } from '../../src/dataplane/ingress.js';
import { explainDifferences } from '../../src/regression/compare/explain-differences.js';
import { verifyCaptures } from '../../src/verify/verify.js';

const NODE = join('configs', 'contiv-node.vpp');
const DENY = join('expectations', 'acl-deny-to-pod');

interface Row {
  readonly name: string;
  readonly capture: string;
  readonly script: string;
  readonly edit: (text: string) => string;
  readonly expected: string;
  /** What is told about each cause. */
  readonly decisions: readonly RegExp[];
}

const ROWS: readonly Row[] = [
  {
    name: 'a rule that now denies: the frame that was meant, of two that look alike',
    capture: join(DENY, 'in.pcapng'),
    script: join(DENY, 'node.vpp'),
    edit: (text) => text.replace('8080-8080', '9090-9090'),
    expected: join(DENY, 'expected.pcapng'),
    decisions: [
      /^rx frame 2 on GigabitEthernet0\/8\/0, dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1 .* at node\.vpp:13$/,
    ],
  },
  {
    name: 'a rule that now permits',
    capture: join(DENY, 'in.pcapng'),
    script: join(DENY, 'node.vpp'),
    edit: (text) => text.replace('deny src', 'permit src'),
    expected: join(DENY, 'expected.pcapng'),
    decisions: [/^rx frame 1 on GigabitEthernet0\/8\/0, acl-out tap1: acl 0 rule 1 "to-pod" permit at node\.vpp:13$/],
  },
  {
    name: "another neighbour's MAC address: the neighbour, and the route that leads to it",
    capture: join('captures', 'pod-to-internet.pcap'),
    script: NODE,
    edit: (text) => text.replace('192.168.16.100 08:00:27:02:a5:36', '192.168.16.100 08:00:27:00:00:99'),
    expected: join('expectations', 'pod-to-internet', 'expected.pcapng'),
    decisions: [
      new RegExp(
        String.raw`^rx frame 1 on tap2, ip4-lookup: route 0\.0\.0\.0/0 via 192\.168\.16\.100 GigabitEthernet0/8/0 at node\.vpp:30, ` +
          String.raw`ip4-rewrite: neighbour 192\.168\.16\.100 on GigabitEthernet0/8/0 has 08:00:27:00:00:99, by node\.vpp:29$`,
      ),
    ],
  },
  {
    name: 'another route: packets that leave by another interface',
    capture: join('captures', 'pod-to-internet.pcap'),
    script: NODE,
    edit: (text) => `${text}\nip route add 31.134.97.0/24 via 172.30.1.2 tap0\n`,
    expected: join('expectations', 'pod-to-internet', 'expected.pcapng'),
    decisions: [
      /^rx frame 5 on tap2, .*ip4-lookup: route 31\.134\.97\.0\/24 via 172\.30\.1\.2 tap0 at node\.vpp:\d+, ip4-rewrite: neighbour 172\.30\.1\.2 on tap0 has 3e:1b:70:2d:4d:51, by node\.vpp:\d+$/,
      /^rx frame 6 on GigabitEthernet0\/8\/0, punted: NAT44 has no session or mapping for 192\.168\.16\.1:\d+: it began before/,
    ],
  },
  {
    name: 'a NAT that is gone: packets that nobody translated, and a reply that nobody takes',
    capture: join('captures', 'pod-to-internet.pcap'),
    script: NODE,
    edit: (text) => text.replace(/^set interface nat44 out GigabitEthernet0\/8\/0 .*$/m, ''),
    expected: join('expectations', 'pod-to-internet', 'expected.pcapng'),
    decisions: [
      ...[1, 2, 3, 4, 5].map((n) => new RegExp(`^rx frame ${n} on tap2, which no node translated: ip4-input > `)),
      /^rx frame 6 on GigabitEthernet0\/8\/0, punted: 192\.168\.16\.1 is an address of the node itself/,
    ],
  },
];

describe('differences of a replay, explained', () => {
  for (const { name, capture, script: path, edit, expected, decisions } of ROWS) {
    it(name, async () => {
      const script = parseScript(edit(readFileSync(path, 'utf8')), 'node.vpp');
      const captures = [{ path: capture, interfaceName: null }];
      const { sent, natPool } = await replayed(capture, script);
      const reader = await openBatches(expected);
      const report = await verifyCaptures([{ reader: sent, interfaceName: null }], [{ reader, interfaceName: null }], {
        natPool,
      });
      await reader.close();
      const { groups } = await explainDifferences(report, { captures, script });
      expect(groups.length).to.equal(decisions.length);
      groups.forEach(({ decision }, i) => expect(decision).to.match(decisions[i]));
    });
  }
});

/** What leaves, by a replay that notes nothing. */
async function replayed(
  path: string,
  script: ReturnType<typeof parseScript>,
): Promise<{
  sent: MemoryCapture;
  natPool: ReturnType<typeof natPoolOf>;
}> {
  const tables = applyScript(script);
  const sent: MemoryFrame[] = [];
  const dataplane = new Dataplane(
    tables,
    {
      transmit: ({ bytes, at, length, cutBytes, swIfIndexTx }) => {
        const { seconds, nanoseconds } = ingress;
        const stamp = { originalLength: length + cutBytes, seconds, nanoseconds, interfaceIndex: swIfIndexTx };
        sent.push({ bytes: bytes.slice(at, at + length), ...stamp });
      },
      discard: () => undefined,
    },
    false,
  );
  const ingress: Ingress = new Ingress(dataplane, null);
  const reader = await openBatches(path);
  await feedCaptures([reader], [null], ingress);
  await reader.close();
  const interfaces = tables.interfaces.all.map(({ name }) => ({
    name,
    linkType: LINKTYPE_ETHERNET,
    snapLength: 0,
    timestampDigits: 6,
  }));
  return { sent: new MemoryCapture('sent', interfaces, sent), natPool: natPoolOf(tables.nat44) };
}
