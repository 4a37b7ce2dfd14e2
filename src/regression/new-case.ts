/** `vppcap new-case`: drafts a case from captures and a configuration, with what vppcap makes of them as the expectation. */

import { constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { CaptureError } from '../capture/frame-batch.js';
import { outputError } from '../capture/output-error.js';
import { BUILT_IN, CASE_FILE, CaseFileError, loadCase } from './case.js';
import type { CaseYaml } from './case-schema.js';
import { caseYamlText } from './case-yaml.js';
import { expectedCounters, expectedDrops, expectedPaths, writeExpected } from './expectation.js';
import { replayCase, type CaseReplay } from './replay-case.js';

export interface NewCase {
  /** The folder to make; its name is the case's. */
  readonly folder: string;
  readonly title: string;
  readonly captures: readonly { readonly path: string; readonly interfaceName: string | null }[];
  /** Path of the script; null for the built-in node. */
  readonly configFile: string | null;
}

const HEAD = [
  'A draft by vppcap new-case. What it expects is what vppcap made of the captures: until somebody has read it and says where',
  'else the expectation comes from, it proves only that nothing has changed since. docs/CASES.md explains the keys.',
];

const [CONFIG_FILE, EXPECTED_FILE] = ['node.vpp', 'expected.pcapng'];

/**
 * Makes the folder: copies of the captures and the configuration, case.yaml and the expected capture. It appears only when it
 * is complete. Rejects with CaseFileError for a folder that is there, with ConfigError, CaptureError or OutputError.
 */
export async function newCase(request: NewCase): Promise<CaseReplay> {
  const { folder } = request;
  const existing = statSync(folder, { throwIfNoEntry: false });
  if (existing !== undefined && (!existing.isDirectory() || readdirSync(folder).length > 0))
    throw new CaseFileError(`${folder} is there already; vppcap test --accept renews a case`);
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}.partial`);
  try {
    makeFolder(draft);
    const replay = await draftCase(draft, request);
    renameSync(draft, folder);
    return replay;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function draftCase(draft: string, { captures, configFile, title }: NewCase): Promise<CaseReplay> {
  const names = captureNames(captures.map(({ path }) => path));
  captures.forEach(({ path }, i) => {
    copyCapture(path, join(draft, names[i]));
  });
  if (configFile !== null) copyFileSync(configFile, join(draft, CONFIG_FILE));
  const description: CaseYaml = {
    title,
    origin: 'regenerated',
    config: configFile === null ? BUILT_IN : CONFIG_FILE,
    captures: captures.map(({ interfaceName }, i) => ({
      file: names[i],
      ...(interfaceName === null ? {} : { interface: interfaceName }),
    })),
    expect: { captures: [{ file: EXPECTED_FILE }] },
  };
  const write = (): void => writeFileSync(join(draft, CASE_FILE), caseYamlText(description, HEAD));
  write();
  const replay = await replayCase(loadCase(draft), false);
  const { verdicts, counters, sent, damage, notReplayed } = replay;
  if (damage.length > 0) throw new CaptureError(damage[0]);
  if (notReplayed.length > 0) throw new CaseFileError(`${notReplayed[0]}; a case replays all of its frames`);
  description.expect.drops = expectedDrops(verdicts);
  description.expect.counters = expectedCounters(counters);
  description.expect.paths = expectedPaths(verdicts);
  write();
  await writeExpected(join(draft, EXPECTED_FILE), sent);
  return replay;
}

/** Names for the copies: as they are, and numbered where two are the same or one is that of another file of the case. */
function captureNames(paths: readonly string[]): string[] {
  const taken = new Set<string>([CASE_FILE, CONFIG_FILE, EXPECTED_FILE]);
  return paths.map((path) => {
    const [name, end] = [basename(path), extname(path)];
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name.slice(0, name.length - end.length)}-${i}${end}`;
    taken.add(free);
    return free;
  });
}

function copyCapture(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true)
    throw new CaptureError(`${from}: no such file; a case keeps a copy of its captures`);
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    throw outputError(to, error);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw outputError(path, error);
  }
}
