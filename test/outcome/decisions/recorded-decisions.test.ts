/**
 * The decision log against the packet traces of recorded cases: which ACL and rule, or session, decided at each ACL node, and
 * which NAT44 session translated, as VPP 19.08.2 printed it. Node for node, frame for frame.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScriptFile } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/node/dataplane.js';
import * as entry from '../../../src/outcome/decisions/decision-log.js';
import { DecisionObserver } from '../../../src/outcome/decisions/decision-observer.js';
import { FLAG_TRACED } from '../../../src/pipeline/engine/packet-buffer.js';
import { loadOracleCase } from '../../../tools/oracle/oracle-case.js';
import { receiveFrame } from '../../../tools/oracle/receive-frame.js';
import { ACTION_PERMIT_REFLECT } from '../../../src/pipeline/acl/match/acl-rules.js';
import { CORPUS } from '../../oracle/floor.js';

/** `match: acl -1 rule 6` stands for session 6; a session that the packet itself makes is not printed. */
const ACL_LINE = /sw_if_index (\d+), next index \d+, action: (\d), match: acl (-?\d+) rule (-?\d+)/;
const NAT_LINE = /NAT44_\w+: sw_if_index \d+, next index \d+, session(?: index)? (\d+)$/;

const NODE_LINE = /^\d\d:\d\d:\d\d:\d+: (\S+)$/;

/** Decisions by frame as the trace has them. The model's IPv6 ACL nodes know no rules. */
function recordedDecisions(name: string): string[][] {
  const trace = gunzipSync(readFileSync(join(CORPUS, name, 'trace.txt.gz'))).toString('utf8');
  const packets = trace.split(/^Packet \d+$/m).slice(1);
  return packets.map((packet) => {
    let node = '';
    return packet.split('\n').flatMap((line) => {
      node = NODE_LINE.exec(line)?.[1] ?? node;
      if (node.includes('-ip6-')) return [];
      const acl = ACL_LINE.exec(line);
      if (acl) return [`acl on ${acl[1]} action ${acl[2]}: ${acl[3]} ${acl[4]}`];
      const nat = NAT_LINE.exec(line);
      return nat ? [`nat44 session ${nat[1]}`] : [];
    });
  });
}

async function modelledDecisions(name: string): Promise<string[][]> {
  const { configPath, input } = await loadOracleCase(CORPUS, name);
  const tables = applyScript(parseScriptFile(configPath));
  const dataplane = new Dataplane(tables, { transmit: () => undefined, discard: () => undefined }, true);
  const observer = DecisionObserver.of(dataplane);
  let decisions: string[] = [];
  observer.listener = ({ words }, at, b) => {
    if ((b.flags & FLAG_TRACED) === 0) return;
    // The reassembly nodes print no session.
    const isReassembly = dataplane.graph.names[words[at + entry.NODE]].includes('-reass');
    if (words[at + entry.KIND] === entry.NAT44 && words[at + entry.NAT_SESSION] >= 0 && !isReassembly)
      decisions.push(`nat44 session ${words[at + entry.NAT_SESSION]}`);
    if (words[at + entry.KIND] !== entry.ACL) return;
    const action = words[at + entry.ACL_ACTION];
    const session = words[at + entry.ACL_SESSION];
    const isFound = session >= 0 && action !== ACTION_PERMIT_REFLECT;
    const match = isFound ? `-1 ${session}` : `${words[at + entry.ACL_INDEX]} ${words[at + entry.ACL_RULE]}`;
    decisions.push(`acl on ${words[at + entry.ACL_INTERFACE]} action ${action}: ${match}`);
  };
  return input.map((frame) => {
    decisions = [];
    receiveFrame(dataplane, frame);
    return decisions;
  });
}

describe('pipeline/decisions against recorded traces', () => {
  const cases = existsSync(CORPUS) ? readdirSync(CORPUS) : [];
  let decisions = 0;

  for (const name of cases)
    it(`finds the decisions of ${name}`, async () => {
      const recorded = recordedDecisions(name);
      decisions += recorded.flat().length;
      expect(await modelledDecisions(name)).to.deep.equal(recorded);
    });

  it('has many of them to find', function () {
    if (cases.length === 0) this.skip();
    expect(decisions).to.be.greaterThan(10_000);
  });
});
