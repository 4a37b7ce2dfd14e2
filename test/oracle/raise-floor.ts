/**
 * Raises test/oracle/floor.json and trace-floor.json to what is exact now. Refuses to lower it, and leaves families out that are not exact
 * in a single frame.
 *
 *     make build && node dist/test/oracle/raise-floor.js
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { familyOf, loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { runOracleCase } from '../../tools/oracle/oracle-run.js';
import { addCase, addUnrunnableCase, newScore, type Score } from '../../tools/oracle/oracle-score.js';
import { compareTraces } from '../../tools/oracle/oracle-trace.js';
import { addTraces, newTraceScore, type TraceScore } from '../../tools/oracle/trace-score.js';
import { CORPORA, FLOOR_FILE, TRACE_FLOOR_FILE, type Floor, type TraceFloor } from './floor.js';

const RESPECTS = ['bytes', 'verdicts', 'nodes', 'counters', 'exact'] as const;

const TRACE_RESPECTS = ['equal', 'matching'] as const;

type Families<S> = Record<string, Record<string, S>>;

const read = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
const after: Families<Score> = {};
const tracesAfter: Families<TraceScore> = {};
for (const corpus of corporaIn(CORPORA)) {
  const scores = (after[corpus.release] ??= {});
  const traces = (tracesAfter[corpus.release] ??= {});
  for (const name of casesOf(corpus)) {
    const score = (scores[familyOf(name)] ??= newScore());
    const oracleCase = await loadOracleCase(corpus.folder, name);
    try {
      addCase(score, runOracleCase(oracleCase));
      addTraces((traces[familyOf(name)] ??= newTraceScore()), compareTraces(oracleCase));
    } catch {
      addUnrunnableCase(score, oracleCase.input.length);
    }
  }
}

/** Families that were better before, in any of the respects. */
const fallen = <K extends string>(
  before: Readonly<Record<string, Readonly<Record<string, Readonly<Record<K, number>>>>>>,
  now: Families<Readonly<Record<K, number>>>,
  respects: readonly K[],
): string[] =>
  Object.entries(before).flatMap(([release, families]) =>
    Object.keys(families)
      .filter((family) => respects.some((key) => now[release][family][key] < families[family][key]))
      .map((family) => `${release} ${family}`),
  );
const below = [
  ...fallen(read(FLOOR_FILE) as Floor, after, RESPECTS),
  ...fallen(read(TRACE_FLOOR_FILE) as TraceFloor, tracesAfter, TRACE_RESPECTS),
];
if (below.length > 0) {
  process.stderr.write(`below the floor, which stays as it is: ${below.join(', ')}\n`);
  process.exitCode = 1;
} else {
  const reached = Object.fromEntries(
    Object.entries(after).map(([release, families]) => [
      release,
      Object.fromEntries(Object.entries(families).filter(([, { exact }]) => exact > 0)),
    ]),
  );
  writeFileSync(TRACE_FLOOR_FILE, `${JSON.stringify(tracesAfter, null, 2)}\n`);
  writeFileSync(FLOOR_FILE, `${JSON.stringify(reached, null, 2)}\n`);
}
