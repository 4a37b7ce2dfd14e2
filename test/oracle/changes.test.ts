/**
 * Recordings in which commands were given between frames (family M): NAT44's mappings, addresses, interfaces and sessions, while sessions
 * live. Of each frame, what leaves, the nodes visited, the reason of its drop and the counters are as recorded.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Node } from '../../src/node/node.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { compareFrame } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from './floor.js';

const CASES = [
  ['19.08', 'M-change2'],
  ['19.08', 'M-change5'],
  ['26.06', 'M-change2'],
  ['26.06', 'M-change3'],
  ['26.06', 'M-change4'],
  ['26.06', 'M-change5'],
] as const;

/** The commands of changes.vpp by the frame that they come before. */
function changesOf(text: string): ReadonlyMap<number, readonly string[]> {
  const changes = new Map<number, string[]>();
  let commands: string[] = [];
  for (const line of text.split('\n')) {
    const before = /^# before frame (\d+)/.exec(line);
    if (before) changes.set(Number(before[1]), (commands = []));
    else if (line.trim() !== '') commands.push(line);
  }
  return changes;
}

describe('recordings with changes between frames', () => {
  for (const [release, name] of CASES) {
    const folder = join(CORPORA, 'changes', `vpp-${release}`);
    (existsSync(folder) ? it : it.skip)(`${release} ${name}`, async function () {
      this.timeout(20_000);
      const recorded = await loadOracleCase(folder, name);
      const changes = changesOf(readFileSync(join(folder, name, 'changes.vpp'), 'utf8'));
      const node = new Node(readFileSync(recorded.configPath, 'utf8'), { file: recorded.configPath });
      const different = recorded.input.flatMap((frame, index) => {
        for (const command of changes.get(index) ?? []) node.apply(command);
        const model = node.receive(frame.bytes, { ...frame, interface: frame.interfaceName });
        const { bytes, drop, nodes, counters } = compareFrame(recorded, index, model);
        return bytes && drop && nodes && counters ? [] : [index];
      });
      expect(different).to.deep.equal([]);
    });
  }
});
