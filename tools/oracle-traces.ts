/**
 * Compares the model's `show trace` with every recorded trace of the golden corpus, node by node, and prints how much is
 * worded the same, by family. What cannot be the same is masked (tools/oracle/mask.ts).
 *
 *     node dist/tools/oracle-traces.js [--family A] [--case A-seed0] [--first-diff | --all-diffs]
 *
 * VPPCAP_ORACLE names the corpus (default: ../shared/oracle). Exit code 1 while any trace differs.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { familyOf, loadOracleCase } from './oracle/oracle-case.js';
import { compareTraces, type TraceComparison } from './oracle/oracle-trace.js';
import { addTraces, newTraceScore, type TraceScore } from './oracle/trace-score.js';

const { values: options } = parseArgs({
  options: {
    family: { type: 'string' },
    case: { type: 'string' },
    'first-diff': { type: 'boolean', default: false },
    'all-diffs': { type: 'boolean', default: false },
  },
});

const corpus = join(process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle'), 'vpp-19.08');
if (!existsSync(corpus)) {
  console.error(`there is no corpus at ${corpus}; VPPCAP_ORACLE names the folder that holds vpp-19.08/`);
  process.exit(2);
}
const scores = new Map<string, TraceScore>();
const total = newTraceScore();
for (const name of readdirSync(corpus).sort()) {
  if (name !== (options.case ?? name) || familyOf(name) !== (options.family ?? familyOf(name))) continue;
  const frames = compareTraces(await loadOracleCase(corpus, name));
  const score = scores.get(familyOf(name)) ?? newTraceScore();
  scores.set(familyOf(name), score);
  addTraces(score, frames);
  addTraces(total, frames);
  const different = frames.filter(({ isEqual }) => !isEqual);
  const shown = options['all-diffs'] ? different : options['first-diff'] ? different.slice(0, 1) : [];
  for (const frame of shown) console.log(describe(name, frame));
}
if (scores.size === 0) {
  console.error('no case has that name');
  process.exit(2);
}
console.log(
  `${'traces'.padEnd(8)}${'frames'.padStart(8)}${'equal'.padStart(16)}${'node records'.padStart(14)}${'equal'.padStart(16)}`,
);
for (const [name, { frames, equal, records, matching }] of [...scores, ['total', total] as const]) {
  const percent = (part: number, of: number): string =>
    `${part} ${(Math.floor((1000 * part) / of) / 10).toFixed(1).padStart(5)}%`.padStart(16);
  console.log(
    `${name.padEnd(8)}${String(frames).padStart(8)}${percent(equal, frames)}${String(records).padStart(14)}${percent(matching, records)}`,
  );
}
process.exitCode = total.equal === total.frames ? 0 : 1;

/** The first node at which the two traces part, in both wordings. */
function describe(name: string, { frame, recorded, modelled }: TraceComparison): string {
  const text = (at: number, groups: TraceComparison['recorded']): string =>
    groups.length > at ? `${groups[at].node}\n${groups[at].lines.join('\n')}` : '(ends)';
  let at = 0;
  while (at < recorded.length && text(at, recorded) === text(at, modelled)) at++;
  return `--- ${name} frame ${frame}\nVPP ${text(at, recorded)}\ngot ${text(at, modelled)}`;
}
