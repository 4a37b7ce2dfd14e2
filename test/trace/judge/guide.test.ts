/**
 * The packet traces of Contiv's guide, replayed and judged. Their node is configs/contiv-node.vpp, as it was at the moment of each
 * trace: that file says where moments differ, and here are the lines that make up for it. The second node of the flows between
 * nodes is that of the regression cases (tools/guide/server-node.ts).
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { judgeTrace } from '../../../src/trace/judge/judge-trace.js';
import { countsOf, isAgreement, judgementLines } from '../../../src/trace/judge/judgement-report.js';
import { GUIDE_TRACES } from '../guide-traces.js';

const NODE = 'configs/contiv-node.vpp';
/** The global ACL of another moment: rules that were not there then. */
const HOST_RULES_BEFORE =
  /permit src 10\.1\.1\.5\/32 dst 10\.20\.0\.2\/32 proto 6 dport 8080, permit src 10\.1\.1\.0\/24 dst 10\.1\.2\.0\/24 proto 6 dport 8080, permit src 10\.1\.1\.0\/24 dst 10\.20\.0\.2\/32 proto 1 sport 8 dport 0, /;
const OTHER_RUN_RULE = /permit src 10\.1\.1\.6\/32 dst 10\.20\.0\.2\/32 proto 6 dport 443, /;
const FILLER = 'deny src 255.255.255.255/32 dst 255.255.255.255/32, ';
const GLOBAL = 'tag global permit src 192.168.16.0';

type Change = readonly [from: string | RegExp, to: string];

/** In the other run, all interfaces but the pods' shared one reflective ACL with them. */
const OTHER_RUN: readonly Change[] = [
  [OTHER_RUN_RULE, ''],
  ['GigabitEthernet0/8/0 input acl 3', 'GigabitEthernet0/8/0 input acl 1'],
  ['loop0 input acl 3', 'loop0 input acl 1'],
];

interface Row {
  readonly trace: string;
  /** Packets of the text that are this node's. */
  readonly packets?: number;
  readonly node?: string;
  readonly changes?: readonly Change[];
  readonly records: number;
  /** Names of the differences between releases that show. */
  readonly explained?: readonly string[];
  /** What the trace presupposes. */
  readonly assumed?: readonly RegExp[];
}

const DRIVER = 'driver sends IPv4 to ip4-input';
const SLOW_PATH = 'service session in the slow path';
const IDENTITY = 'session of an identity mapping';
const BRIDGE = [
  'input ACL of a bridge by classifier',
  'end of the feature arc of a bridge',
  'load balance behind vxlan4-encap',
  'ports of VXLAN packets behind NAT44',
];
const ACL_SESSION = /had made an ACL session/;
const NAT_SESSION = /NAT44 had a session/;

const CLIENT = 'expectations/pod-to-pod-different-nodes-client/node.vpp';
const POD_SERVER = 'expectations/pod-to-pod-different-nodes-server/node.vpp';
const SERVICE_SERVER = 'expectations/pod-to-service-different-nodes-server/node.vpp';
const HOST_SERVICE = 'expectations/pod-to-service-host/node.vpp';

const ROWS: readonly Row[] = [
  { trace: 'POD_TO_INTERNET.txt', records: 20, explained: [DRIVER], assumed: [/drawn 4 ports/] },
  { trace: 'contiv-traces/pod-to-internet-request.txt', records: 12, assumed: [/drawn 4 ports/] },
  {
    trace: 'contiv-traces/pod-to-internet-response.txt',
    records: 8,
    explained: [DRIVER],
    assumed: [NAT_SESSION, ACL_SESSION],
  },
  { trace: 'contiv-traces/host-to-pod-request.txt', records: 10 },
  { trace: 'contiv-traces/host-to-pod-response.txt', records: 10, assumed: [ACL_SESSION] },
  { trace: 'contiv-traces/pod-to-host-request.txt', records: 9 },
  { trace: 'contiv-traces/pod-to-host-response.txt', records: 10, assumed: [ACL_SESSION] },
  { trace: 'contiv-traces/pod-to-pod-same-node-request.txt', records: 9 },
  { trace: 'contiv-traces/pod-to-pod-same-node-response.txt', records: 10, assumed: [ACL_SESSION] },
  { trace: 'contiv-traces/pod-to-service-same-node-request.txt', records: 9 },
  {
    trace: 'contiv-traces/pod-to-service-same-node-response.txt',
    records: 10,
    explained: [SLOW_PATH],
    assumed: [NAT_SESSION, ACL_SESSION],
  },
  {
    trace: 'contiv-traces/pod-to-service-host-request.txt',
    node: HOST_SERVICE,
    changes: [[HOST_RULES_BEFORE, '']],
    records: 9,
  },
  {
    trace: 'contiv-traces/pod-to-service-host-response.txt',
    node: HOST_SERVICE,
    records: 10,
    explained: [SLOW_PATH],
    assumed: [NAT_SESSION, ACL_SESSION],
  },
  {
    trace: 'contiv-traces/pod-to-pod-different-nodes-request.txt',
    packets: 1,
    node: CLIENT,
    changes: OTHER_RUN,
    records: 23,
    explained: BRIDGE,
  },
  {
    trace: 'contiv-traces/pod-to-pod-different-nodes-request.txt',
    packets: 2,
    node: POD_SERVER,
    records: 18,
    explained: [DRIVER, IDENTITY],
  },
  {
    trace: 'contiv-traces/pod-to-pod-different-nodes-response.txt',
    packets: 1,
    node: POD_SERVER,
    changes: [[GLOBAL, `tag global ${FILLER.repeat(7)}permit src 192.168.16.0`]],
    records: 24,
    explained: BRIDGE,
    assumed: [ACL_SESSION],
  },
  {
    trace: 'contiv-traces/pod-to-pod-different-nodes-response.txt',
    packets: 2,
    node: CLIENT,
    changes: OTHER_RUN,
    records: 18,
    explained: [DRIVER, IDENTITY],
    assumed: [ACL_SESSION],
  },
  {
    trace: 'contiv-traces/pod-to-service-different-nodes-request.txt',
    packets: 1,
    records: 23,
    explained: BRIDGE,
  },
  {
    trace: 'contiv-traces/pod-to-service-different-nodes-request.txt',
    packets: 2,
    node: SERVICE_SERVER,
    records: 18,
    explained: [DRIVER, IDENTITY],
  },
  {
    trace: 'contiv-traces/pod-to-service-different-nodes-response.txt',
    packets: 1,
    node: SERVICE_SERVER,
    changes: [[GLOBAL, `tag global ${FILLER.repeat(8)}permit src 192.168.16.0`]],
    records: 24,
    explained: BRIDGE,
    assumed: [ACL_SESSION],
  },
  {
    trace: 'contiv-traces/pod-to-service-different-nodes-response.txt',
    packets: 2,
    records: 18,
    explained: [DRIVER, IDENTITY, SLOW_PATH],
    assumed: [NAT_SESSION, ACL_SESSION],
  },
];

const isPresent = existsSync(join(GUIDE_TRACES, 'contiv-traces'));
const why = isPresent ? '' : ` (skipped: no traces at ${GUIDE_TRACES})`;

describe(`the guide's traces, judged${why}`, () => {
  const test = isPresent ? it : it.skip;
  for (const { trace, packets, node = NODE, changes = [], records, explained = [], assumed = [] } of ROWS)
    test(`${trace}${packets === undefined ? '' : `, packet ${packets}`}: ${records} records agree or are explained`, () => {
      const text = readFileSync(join(GUIDE_TRACES, trace), 'utf8');
      const imported = importTrace(text, (number) => packets === undefined || number === packets);
      let script = readFileSync(node, 'utf8');
      for (const [from, to] of changes) {
        expect(script, 'the line to change').to.match(
          typeof from === 'string' ? new RegExp(from.replaceAll('.', '\\.')) : from,
        );
        script = script.replace(from, to);
      }
      const judgement = judgeTrace(imported, () => applyScript(parseScript(script, node)));
      const report = judgementLines(judgement, true).join('\n');
      expect(report).to.equal('');
      expect(isAgreement(judgement)).to.be.true;
      const { agree, explained: count, notJudged } = countsOf(judgement);
      expect({ agreed: agree + count, notJudged }).to.deep.equal({ agreed: records, notJudged: 0 });
      const names = judgement.packets.flatMap(({ explanations }) => explanations.map(({ name }) => name));
      expect([...new Set(names)]).to.have.members(explained);
      const assumptions = judgement.packets.flatMap((packet) => packet.assumptions.map(({ text: said }) => said));
      expect(assumptions).to.have.length(assumed.length);
      for (const [i, expected] of assumed.entries()) expect(assumptions[i]).to.match(expected);
    });

  it('has a row for every record: 281 node lines, one record without its line, and 20 of POD_TO_INTERNET', () => {
    expect(ROWS.reduce((sum, { records }) => sum + records, 0)).to.equal(281 + 1 + 20);
  });
});
