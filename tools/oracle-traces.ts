/**
 * Compares the model's `show trace` with every recorded trace of the golden corpus, node by node, and prints how much is
 * worded the same, by family. What cannot be the same is masked (tools/oracle/mask.ts).
 *
 *     node dist/tools/oracle-traces.js [--release 19.08] [--family A] [--case A-seed0] [--first-diff | --all-diffs]
 *
 * VPPCAP_ORACLE names the corpus (default: ../shared/oracle). Exit code 1 while any trace differs.
 */

import { parseArgs } from 'node:util';
import { chosenCases } from './oracle/corpora.js';
import { familyOf, loadOracleCase } from './oracle/oracle-case.js';
import { compareTraces, type TraceComparison } from './oracle/oracle-trace.js';
import { addTraces, newTraceScore, type TraceScore } from './oracle/trace-score.js';

const { values: options } = parseArgs({
  options: {
    release: { type: 'string' },
    family: { type: 'string' },
    case: { type: 'string' },
    'first-diff': { type: 'boolean', default: false },
    'all-diffs': { type: 'boolean', default: false },
  },
});

const scores = new Map<string, TraceScore>();
for (const { corpus, name } of chosenCases(options)) {
  let frames: TraceComparison[];
  try {
    frames = compareTraces(await loadOracleCase(corpus.folder, name));
  } catch (error) {
    console.log(`${name} does not run: ${String(error).split('\n', 1)[0]}`);
    process.exitCode = 1;
    continue;
  }
  for (const row of [`${corpus.release} ${familyOf(name)}`, `${corpus.release} total`]) {
    const score = scores.get(row) ?? newTraceScore();
    scores.set(row, score);
    addTraces(score, frames);
  }
  const different = frames.filter(({ isEqual }) => !isEqual);
  const shown = options['all-diffs'] ? different : options['first-diff'] ? different.slice(0, 1) : [];
  for (const frame of shown) console.log(describe(name, frame));
}
console.log(
  `${'traces'.padEnd(12)}${'frames'.padStart(8)}${'equal'.padStart(16)}${'node records'.padStart(14)}${'equal'.padStart(16)}`,
);
for (const [name, { frames, equal, records, matching }] of [...scores].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const percent = (part: number, of: number): string =>
    `${part} ${(Math.floor((1000 * part) / of) / 10).toFixed(1).padStart(5)}%`.padStart(16);
  console.log(
    `${name.padEnd(12)}${String(frames).padStart(8)}${percent(equal, frames)}${String(records).padStart(14)}${percent(matching, records)}`,
  );
}
if ([...scores.values()].some(({ equal, frames }) => equal < frames)) process.exitCode = 1;

/** The first node at which the two traces part, in both wordings. */
function describe(name: string, { frame, recorded, modelled }: TraceComparison): string {
  const text = (at: number, groups: TraceComparison['recorded']): string =>
    groups.length > at ? `${groups[at].node}\n${groups[at].lines.join('\n')}` : '(ends)';
  let at = 0;
  while (at < recorded.length && text(at, recorded) === text(at, modelled)) at++;
  return `--- ${name} frame ${frame}\nVPP ${text(at, recorded)}\ngot ${text(at, modelled)}`;
}
