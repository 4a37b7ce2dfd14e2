/** `vppcap test --accept`: makes what comes out of a failing case its expectation, and says in case.yaml that it was so. */

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { OutputFile } from '../../capture/output/output-file.js';
import type { RegressionCase } from '../case/case.js';
import type { CaseYaml } from '../case/case-schema.js';
import { documentText, layOut } from '../case/case-yaml.js';
import { expectedCounters, expectedDrops, updatedPaths, writeExpected } from './expectation.js';
import { expectedLeftOut } from '../compare/left-out.js';
import type { FoundCase } from '../case/find-cases.js';
import type { CaseReplay } from '../replay-case.js';
import type { CaseResult, PacketRecord } from '../result.js';
import { testCase, type CaseOptions } from '../test-case.js';

type Captures = readonly NonNullable<CaseYaml['expect']['captures']>[number][];

/** Tests a case; where it fails, rewrites its expectation and tests again. Rejects with OutputError. */
export async function testAndAccept(found: FoundCase, options: CaseOptions): Promise<CaseResult> {
  const { result, run } = await testCase(found, options);
  if (result.status !== 'failed' || run === null) return result;
  await rewriteExpectation(run.regressionCase, run.replay);
  const { result: after } = await testCase(found, options);
  // Stray files and frames that cannot be replayed are nothing to expect.
  if (after.status !== 'passed') return after;
  return { ...result, origin: after.origin, status: 'accepted', exitCode: 0 };
}

/** Rewrites the expected captures, and in case.yaml the drops, counters and paths. What it did not tell, it does not tell now. */
export async function rewriteExpectation(
  { file, folder, expected, description }: RegressionCase,
  { verdicts, sent, counters, leftOut }: CaseReplay,
): Promise<void> {
  const captures: NonNullable<CaseYaml['expect']['captures']> = [];
  const covered = new Set<string | null>();
  const write = async (path: string, interfaceName: string | null, packets: readonly PacketRecord[]): Promise<void> => {
    await writeExpected(path, packets);
    covered.add(interfaceName);
    captures.push(captureEntry(relative(folder, path), interfaceName));
  };
  for (const { file: path, interfaceName } of expected)
    await write(path, interfaceName, interfaceName === null ? sent : sentBy(sent, interfaceName));
  for (const interfaceName of new Set(sent.map((packet) => packet.interfaceName ?? '')))
    if (!covered.has(null) && !covered.has(interfaceName))
      await write(join(folder, `${fileNameOf(interfaceName)}.pcapng`), interfaceName, sentBy(sent, interfaceName));

  const document = parseDocument(readFileSync(file, 'utf8'));
  const { origin, notes, expect } = description;
  document.set('origin', 'regenerated');
  if (origin !== 'regenerated')
    document.set('notes', [
      ...notes,
      `Accepted with vppcap test --accept; the expectation before was of origin "${origin}".`,
    ]);
  const set = (key: keyof CaseYaml['expect'], value: unknown): void => document.setIn(['expect', key], value);
  // What stays is left as it was written, with its comments.
  if (!isSameAs(captures, expect.captures)) set('captures', captures);
  if (document.hasIn(['expect', 'drops']) || verdicts.some(({ drop }) => drop !== null))
    set('drops', expectedDrops(verdicts));
  if (expect.notReplayed !== 'any' && expect.notReplayed.length > 0) set('notReplayed', expectedLeftOut(leftOut));
  if (expect.counters !== undefined) set('counters', expectedCounters(counters));
  if (expect.paths !== undefined) set('paths', updatedPaths(expect.paths, verdicts));
  layOut(document);
  await writeText(file, documentText(document));
}

/** Whether the captures are those before, of which none had fields that did not count. */
const isSameAs = (captures: Captures, before: Captures): boolean =>
  before.every(({ unstable }) => unstable === undefined || unstable.length === 0) &&
  isDeepStrictEqual(namesIn(captures), namesIn(before));

const namesIn = (captures: Captures): unknown[] => captures.map((capture) => [capture.file, capture.interface]);

/** A capture as case.yaml lists it. */
export const captureEntry = (file: string, name: string | null): { file: string; interface?: string } =>
  name === null ? { file } : { file, interface: name };

/** A file name for an interface: GigabitEthernet0/8/0 has slashes. */
export const fileNameOf = (interfaceName: string): string => interfaceName.replaceAll('/', '_');

const sentBy = (sent: readonly PacketRecord[], name: string): PacketRecord[] =>
  sent.filter(({ interfaceName }) => interfaceName === name);

/** Writes a text file that appears only when it is complete. */
export async function writeText(path: string, text: string): Promise<void> {
  const file = OutputFile.open(path);
  file.writeText(text);
  await file.close();
}
