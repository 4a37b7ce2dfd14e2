/** The floor under the golden corpus: where it is kept, and where the corpus is. */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Score } from '../../tools/oracle/oracle-score.js';
import type { TraceScore } from '../../tools/oracle/trace-score.js';

/** Exact frames by family. */
export type Floor = Readonly<Record<string, Score>>;

/** Equal traces by family. */
export type TraceFloor = Readonly<Record<string, TraceScore>>;

/** The package's root: tests run compiled, from dist/test/oracle. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const FLOOR_FILE = join(ROOT, 'test', 'oracle', 'floor.json');

export const TRACE_FLOOR_FILE = join(ROOT, 'test', 'oracle', 'trace-floor.json');

export const CORPUS = join(process.env['VPPCAP_ORACLE'] ?? join(ROOT, '..', 'shared', 'oracle'), 'vpp-19.08');
