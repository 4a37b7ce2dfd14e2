/** The model's tables at the end of a recorded case, and the cases to look at. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyScript } from '../../src/config/apply.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { receiveFrame } from '../../tools/oracle/receive-frame.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';
import { CORPUS, corpusOf } from './floor.js';

/** The corpus of a release; the default release's where none is named. */
const folderOf = (release: string | undefined): string => (release === undefined ? CORPUS : corpusOf(release));

/** Names of the cases whose script is one of those asked for; none where there is no corpus. */
export function casesWhere(isAskedFor: (script: string) => boolean, release?: string): string[] {
  const corpus = folderOf(release);
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus).filter((name) => {
    const path = join(corpus, name, 'config.vpp');
    return existsSync(path) && isAskedFor(readFileSync(path, 'utf8'));
  });
}

/** What VPP listed at the end of a case. */
export const recordedText = (name: string, release?: string): string =>
  readFileSync(join(folderOf(release), name, 'sessions.txt'), 'utf8');

/** Runs a case's frames and returns the tables as they are after the last. */
export async function tablesAfter(name: string, release?: string): Promise<Tables> {
  const { configPath, input } = await loadOracleCase(folderOf(release), name);
  const tables = applyScript(parseScriptFile(configPath));
  const dataplane = new Dataplane(tables, { transmit: () => undefined, discard: () => undefined }, false);
  for (const frame of input) receiveFrame(dataplane, frame);
  return tables;
}
