/**
 * The nodes' steps against the packet traces of recorded cases: which ACL and rule, or session, decided at each ACL node, and
 * which NAT44 session translated, as VPP 19.08.2 printed it. Node for node, frame for frame.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { ACL_VERDICT } from '../../src/pipeline/acl/acl-steps.js';
import { NAT44 } from '../../src/pipeline/nat-common/nat-steps.js';
import { FLAG_TRACED } from '../../src/pipeline/engine/packet-buffer.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { receiveFrame } from '../../tools/oracle/receive-frame.js';
import { ACTION_PERMIT_REFLECT } from '../../src/pipeline/acl/match/acl-rules.js';
import { CORPUS } from '../oracle/floor.js';

/** `match: acl -1 rule 6` stands for session 6; a session that the packet itself makes is not printed. */
const ACL_LINE = /sw_if_index (\d+), next index \d+, action: (\d), match: acl (-?\d+) rule (-?\d+)/;
const NAT_LINE = /NAT44_\w+: sw_if_index \d+, next index \d+, session(?: index)? (\d+)$/;

/** Decisions by frame as the trace has them. */
function recordedDecisions(name: string): string[][] {
  const trace = gunzipSync(readFileSync(join(CORPUS, name, 'trace.txt.gz'))).toString('utf8');
  const packets = trace.split(/^Packet \d+$/m).slice(1);
  return packets.map((packet) => {
    return packet.split('\n').flatMap((line) => {
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
  let decisions: string[] = [];
  const traced = new Set<number>();
  dataplane.graph.observer = {
    before: (b) => {
      if ((b.flags & FLAG_TRACED) !== 0) traced.add(b.number);
    },
    after: () => undefined,
  };
  dataplane.graph.steps.attach({
    read: (steps, at) => {
      const { words } = steps;
      if (steps.packetAt(at) !== 0 && !traced.has(steps.packetAt(at))) return;
      // The reassembly nodes print no session.
      const isReassembly = dataplane.graph.names[steps.nodeAt(at)].includes('-reass');
      const kind = steps.kindAt(at);
      if (kind === NAT44 && words[at + NAT44.at.session] >= 0 && !isReassembly)
        decisions.push(`nat44 session ${words[at + NAT44.at.session]}`);
      if (kind !== ACL_VERDICT) return;
      const { at: field } = ACL_VERDICT;
      const action = words[at + field.action];
      const session = words[at + field.session];
      const isFound = session >= 0 && action !== ACTION_PERMIT_REFLECT;
      const match = isFound ? `-1 ${session}` : `${words[at + field.acl]} ${words[at + field.rule]}`;
      decisions.push(`acl on ${words[at + field.swIfIndex]} action ${action}: ${match}`);
    },
  });
  return input.map((frame) => {
    decisions = [];
    receiveFrame(dataplane, frame);
    return decisions;
  });
}

describe('steps against recorded traces', () => {
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
