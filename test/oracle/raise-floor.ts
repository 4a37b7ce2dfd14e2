/**
 * Raises test/oracle/floor.json and trace-floor.json to what is exact now. Refuses to lower it, and leaves families out that are not exact
 * in a single frame.
 *
 *     make build && node dist/test/oracle/raise-floor.js
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { familyOf, loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { runOracleCase } from '../../tools/oracle/oracle-run.js';
import { addCase, addUnrunnableCase, newScore, type Score } from '../../tools/oracle/oracle-score.js';
import { compareTraces } from '../../tools/oracle/oracle-trace.js';
import { addTraces, newTraceScore, type TraceScore } from '../../tools/oracle/trace-score.js';
import { CORPUS, FLOOR_FILE, TRACE_FLOOR_FILE, type Floor, type TraceFloor } from './floor.js';

const RESPECTS = ['bytes', 'verdicts', 'nodes', 'counters', 'exact'] as const;

const TRACE_RESPECTS = ['equal', 'matching'] as const;

const before = existsSync(FLOOR_FILE) ? (JSON.parse(readFileSync(FLOOR_FILE, 'utf8')) as Floor) : {};
const tracesBefore = existsSync(TRACE_FLOOR_FILE)
  ? (JSON.parse(readFileSync(TRACE_FLOOR_FILE, 'utf8')) as TraceFloor)
  : {};
const after: Record<string, Score> = {};
const tracesAfter: Record<string, TraceScore> = {};
for (const name of readdirSync(CORPUS).sort()) {
  const score = (after[familyOf(name)] ??= newScore());
  const oracleCase = await loadOracleCase(CORPUS, name);
  try {
    addCase(score, runOracleCase(oracleCase));
    addTraces((tracesAfter[familyOf(name)] ??= newTraceScore()), compareTraces(oracleCase));
  } catch {
    addUnrunnableCase(score, oracleCase.input.length);
  }
}
const fallen = [
  ...Object.keys(before).filter((family) => RESPECTS.some((key) => after[family][key] < before[family][key])),
  ...Object.keys(tracesBefore).filter((family) =>
    TRACE_RESPECTS.some((key) => tracesAfter[family][key] < tracesBefore[family][key]),
  ),
];
if (fallen.length > 0) {
  process.stderr.write(`below the floor, which stays as it is: ${fallen.join(', ')}\n`);
  process.exitCode = 1;
} else {
  const reached = Object.entries(after).filter(([, { exact }]) => exact > 0);
  writeFileSync(TRACE_FLOOR_FILE, `${JSON.stringify(tracesAfter, null, 2)}\n`);
  writeFileSync(FLOOR_FILE, `${JSON.stringify(Object.fromEntries(reached), null, 2)}\n`);
}
