/** The floor under the golden corpus: where it is kept, and where the corpus is. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { familyOf } from '../../tools/oracle/oracle-case.js';
import type { Score } from '../../tools/oracle/oracle-score.js';
import type { TraceScore } from '../../tools/oracle/trace-score.js';

/** Exact frames by release and family. */
export type Floor = Readonly<Record<string, Readonly<Record<string, Score>>>>;

/** Equal traces by release and family. */
export type TraceFloor = Readonly<Record<string, Readonly<Record<string, TraceScore>>>>;

/** The package's root: tests run compiled, from dist/test/oracle. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const FLOOR_FILE = join(ROOT, 'test', 'oracle', 'floor.json');

export const TRACE_FLOOR_FILE = join(ROOT, 'test', 'oracle', 'trace-floor.json');

/** The folder that has a corpus for each release. */
export const CORPORA = process.env['VPPCAP_ORACLE'] ?? join(ROOT, '..', 'shared', 'oracle');

/** Recorded cases of a family. */
export const casesIn = (release: string, family: string): { readonly folder: string; readonly name: string }[] =>
  corporaIn(CORPORA)
    .filter((corpus) => corpus.release === release)
    .flatMap((corpus) => casesOf(corpus).map((name) => ({ folder: corpus.folder, name })))
    .filter(({ name }) => familyOf(name) === family);

/** Where the recordings of a release are. */
export const corpusOf = (release: string): string => join(CORPORA, `vpp-${release}`);

/** Recorded cases of frames that are mostly forwarded: of IPv4, of IPv6 and of sub-interfaces. */
export const forwardingCases = (release: string): { readonly folder: string; readonly name: string }[] => [
  ...(existsSync(corpusOf(release)) ? readdirSync(corpusOf(release)).sort() : []).map((name) => ({
    folder: corpusOf(release),
    name,
  })),
  ...['J', 'K', 'L'].flatMap((family) => casesIn(release, family)),
];

export const CORPUS = corpusOf('19.08');
