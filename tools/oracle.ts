/**
 * Compares the dataplane with every recording of the golden corpus and prints how much is exact, by family.
 *
 *     node dist/tools/oracle.js [--family A] [--case A-seed0] [--cases] [--first-diff | --all-diffs]
 *
 * VPPCAP_ORACLE names the corpus (default: ../shared/oracle). Exit code 1 while any frame is inexact.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { familyOf, loadOracleCase, type OracleCase } from './oracle/oracle-case.js';
import { isExact, runOracleCase, type FrameComparison } from './oracle/oracle-run.js';
import { addCase, addUnrunnableCase, newScore, type Score } from './oracle/oracle-score.js';
import { describeFrame } from './oracle-frame.js';

const { values: options } = parseArgs({
  options: {
    family: { type: 'string' },
    case: { type: 'string' },
    cases: { type: 'boolean', default: false },
    'first-diff': { type: 'boolean', default: false },
    'all-diffs': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const corpus = join(process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle'), 'vpp-19.08');
if (!existsSync(corpus)) {
  console.error(`there is no corpus at ${corpus}; VPPCAP_ORACLE names the folder that holds vpp-19.08/`);
  process.exit(2);
}
const names = readdirSync(corpus)
  .filter((name) => existsSync(join(corpus, name, 'config.vpp')))
  .filter(
    (name) => (options.family === undefined || familyOf(name) === options.family) && name === (options.case ?? name),
  )
  .sort();
if (names.length === 0) {
  console.error('no case has that name');
  process.exit(2);
}

const scores = new Map<string, Score>();
for (const name of names) {
  const oracleCase = await loadOracleCase(corpus, name);
  for (const row of options.cases ? [familyOf(name), name] : [familyOf(name)]) {
    if (!scores.has(row)) scores.set(row, newScore());
  }
  const frames = run(oracleCase);
  for (const [row, score] of scores) {
    if (row !== name && row !== familyOf(name)) continue;
    if (frames) addCase(score, frames);
    else addUnrunnableCase(score, oracleCase.input.length);
  }
  if (frames) showDifferences(oracleCase, frames);
}

const total = newScore();
for (const [row, score] of scores) {
  if (row.includes('-')) continue;
  for (const key of Object.keys(total) as (keyof Score)[]) total[key] += score[key];
}
if (options.json) console.log(JSON.stringify(Object.fromEntries(scores), null, 2));
else printTable([...[...scores].sort(([a], [b]) => (a < b ? -1 : 1)), ['total', total]]);
process.exitCode = total.exact === total.frames ? 0 : 1;

function run(oracleCase: OracleCase): FrameComparison[] | null {
  try {
    return runOracleCase(oracleCase);
  } catch (error) {
    const isDetailed = options['first-diff'] || options['all-diffs'];
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    console.log(`${oracleCase.name} does not run: ${isDetailed ? (stack ?? message) : message}`);
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
