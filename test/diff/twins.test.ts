/** A script without one of its lines, over recordings: the diff against naive twins. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { withCaptures } from '../../src/capture/input/open-batches.js';
import { applyScript } from '../../src/config/apply.js';
import type { NodeScript } from '../../src/config/node-script.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane, Disposition } from '../../src/dataplane/dataplane.js';
import { feedCaptures } from '../../src/dataplane/feed-captures.js';
import { Ingress } from '../../src/dataplane/ingress.js';
import { nodesOf, runBoth } from '../../src/diff/diff.js';
import type { Findings } from '../../src/diff/findings.js';
import { findRelease } from '../../src/releases/releases.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const EDITS = 3;

/** Scripts with one line less, which still apply. */
function* edited(text: string, release: string): Generator<readonly [line: string, script: NodeScript]> {
  const lines = text.split('\n');
  const step = Math.max(1, Math.floor(lines.length / EDITS));
  for (let i = step >> 1; i < lines.length; i += step) {
    const shorter = lines.map((line, k) => (k === i ? '' : line)).join('\n');
    try {
      const script = parseScript(shorter, 'after.vpp', { release: findRelease(release) });
      applyScript(script);
      if (lines[i].trim() !== '') yield [lines[i], script];
    } catch {
      // The line is needed by others.
    }
  }
}

/** By index of the frame: what left, and how it ended. */
async function outcomes(script: NodeScript, path: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let sent: string[] = [];
  const tables = applyScript(script);
  const dataplane = new Dataplane(
    tables,
    {
      transmit: ({ bytes, at, length, swIfIndexTx }) =>
        sent.push(
          `${tables.interfaces.all[swIfIndexTx].name} ${Buffer.from(bytes.subarray(at, at + length)).toString('hex')}`,
        ),
      discard: () => undefined,
    },
    false,
  );
  const ingress = new Ingress(dataplane, {
    beforeFrame: () => (sent = []),
    afterFrame: () => {
      const { disposition } = dataplane;
      const passes =
        disposition === Disposition.Transmitted || (disposition === Disposition.Consumed && sent.length > 0);
      found.set(dataplane.frame.frame, `${String(passes)} ${sent.join(' ')}`);
    },
  });
  await withCaptures([path], (readers) => feedCaptures(readers, [null], ingress));
  return found;
}

const groupsOf = ({ groups, frames, bindings, flows }: Findings): object => ({
  groups: groups.map(({ kind, before, after, frames: count, flows: of }) => [
    kind,
    before.key,
    after.key,
    count,
    of.size,
  ]),
  frames,
  bound: bindings.size,
  flows: flows.count,
});

for (const release of ['19.08', '26.06']) {
  const root = join(ORACLE, `vpp-${release}`);
  if (!existsSync(root)) continue;
  describe(`diff of a line, over recordings of VPP ${release}`, () => {
    for (const name of readdirSync(root))
      it(name, async () => {
        const text = readFileSync(join(root, name, 'config.vpp'), 'utf8');
        const path = join(root, name, 'in.pcapng');
        const before = parseScript(text, 'before.vpp', { release: findRelease(release) });
        const captures = [{ path, interfaceName: null }];
        const was = text.includes('nat44') ? null : await outcomes(before, path);
        for (const [line, after] of edited(text, release)) {
          const [fast, slow] = [nodesOf(before, after, captures), nodesOf(before, after, captures)];
          Object.assign(slow.before, { cache: null });
          Object.assign(slow.after, { cache: null });
          for (const nodes of [fast, slow]) await withCaptures([path], (readers) => runBoth(nodes, readers, captures));
          expect(groupsOf(fast.findings), line).to.deep.equal(groupsOf(slow.findings));
          if (was === null) continue;
          const is = await outcomes(after, path);
          const all = new Set([...was.keys(), ...is.keys()]);
          const changed = [...all].filter((frame) => (was.get(frame) ?? 'false ') !== (is.get(frame) ?? 'false '));
          expect(fast.findings.changedFrames, line).to.equal(changed.length);
        }
      }).timeout(60_000);
  });
}
