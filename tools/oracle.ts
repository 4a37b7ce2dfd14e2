/**
 * Compares the dataplane with every recording of the golden corpus and prints how much is exact, by family.
 *
 *     node dist/tools/oracle.js [--release 19.08] [--family A] [--case A-seed0] [--cases] [--first-diff | --all-diffs]
 *
 * VPPCAP_ORACLE names the corpus (default: ../shared/oracle). Exit code 1 while any frame is inexact.
 */

import { parseArgs } from 'node:util';
import { chosenCases } from './oracle/corpora.js';
import { familyOf, loadOracleCase, type OracleCase } from './oracle/oracle-case.js';
import { isExact, runOracleCase, type FrameComparison } from './oracle/oracle-run.js';
import { addCase, addUnrunnableCase, newScore, type Score } from './oracle/oracle-score.js';
import { describeFrame } from './oracle-frame.js';

const { values: options } = parseArgs({
  options: {
    release: { type: 'string' },
    family: { type: 'string' },
    case: { type: 'string' },
    cases: { type: 'boolean', default: false },
    'first-diff': { type: 'boolean', default: false },
    'all-diffs': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const scores = new Map<string, Score>();
const totals = new Map<string, Score>();
for (const { corpus, name } of chosenCases(options)) {
  const oracleCase = await loadOracleCase(corpus.folder, name);
  const frames = run(oracleCase);
  const score = (of: Map<string, Score>, row: string): void => {
    if (!of.has(row)) of.set(row, newScore());
    const entry = of.get(row) ?? newScore();
    if (frames) addCase(entry, frames);
    else addUnrunnableCase(entry, oracleCase.input.length);
  };
  score(scores, `${corpus.release} ${familyOf(name)}`);
  if (options.cases) score(scores, `${corpus.release} ${name}`);
  score(totals, `${corpus.release} total`);
  if (frames) showDifferences(oracleCase, frames);
}
if (options.json) console.log(JSON.stringify(Object.fromEntries(scores), null, 2));
else printTable([...[...scores].sort(([a], [b]) => (a < b ? -1 : 1)), ...totals]);
process.exitCode = [...totals.values()].every(({ exact, frames }) => exact === frames) ? 0 : 1;

function run(oracleCase: OracleCase): FrameComparison[] | null {
  try {
    return runOracleCase(oracleCase);
  } catch (error) {
    const isDetailed = options['first-diff'] || options['all-diffs'];
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    console.log(`${oracleCase.name} does not run: ${isDetailed ? (stack ?? message) : message.split('\n', 1)[0]}`);
    return null;
  }
}

function showDifferences(oracleCase: OracleCase, frames: readonly FrameComparison[]): void {
  if (!options['first-diff'] && !options['all-diffs']) return;
  const inexact = frames.filter((frame) => !isExact(frame));
  for (const frame of options['all-diffs'] ? inexact : inexact.slice(0, 1)) {
    console.log(describeFrame(oracleCase, frame));
  }
}

function printTable(rows: readonly (readonly [string, Score])[]): void {
  const columns = ['bytes', 'verdicts', 'nodes', 'counters', 'exact'] as const;
  const width = Math.max(7, ...rows.map(([name]) => name.length + 1));
  console.log(
    `${'family'.padEnd(width)}${'cases'.padStart(6)}${'frames'.padStart(8)}${columns.map((c) => c.padStart(16)).join('')}`,
  );
  for (const [name, score] of rows) {
    const cells = columns.map((column) => {
      const percent = score.frames === 0 ? 0 : Math.floor((1000 * score[column]) / score.frames) / 10;
      return `${score[column]} ${percent.toFixed(1).padStart(5)}%`.padStart(16);
    });
    console.log(
      `${name.padEnd(width)}${String(score.cases).padStart(6)}${String(score.frames).padStart(8)}${cells.join('')}`,
    );
  }
}
