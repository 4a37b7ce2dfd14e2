/** `vppcap new-case`: drafts a case from captures and a configuration, with what vppcap makes of them as the expectation. */

import { copyFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CaptureError } from '../capture/frame-batch.js';
import { outputError } from '../capture/output-error.js';
import { whyUnreadable } from '../capture/system-error.js';
import { writeText } from './accept-case.js';
import { makeCaseFolder, requireFree } from './case-folder.js';
import { BUILT_IN, CASE_FILE, CaseFileError, parseCase } from './case.js';
import type { CaseYaml } from './case-schema.js';
import { caseYamlText } from './case-yaml.js';
import { expectedCounters, expectedDrops, expectedPaths, writeExpected } from './expectation.js';
import { replayCase, type CaseReplay } from './replay-case.js';

export interface NewCase {
  /** The folder to make; its name is the case's. */
  readonly folder: string;
  readonly title: string;
  readonly captures: readonly { readonly path: string; readonly interfaceName: string | null }[];
  /** Fill in what offload left out, see case.yaml. */
  readonly fixChecksums?: boolean;
  /** Path of the script; null for the built-in node. */
  readonly configFile: string | null;
}

const HEAD = [
  'A draft by vppcap new-case. What it expects is what vppcap made of the captures: until somebody has read it and says where',
  'else the expectation comes from, it proves only that nothing has changed since. docs/CASES.md explains the keys.',
];

const [CONFIG_FILE, EXPECTED_FILE] = ['node.vpp', 'expected.pcapng'];

/**
 * Makes the folder: copies of the captures and the configuration, the expected capture and, once all else is there, case.yaml.
 * Rejects with CaseFileError for a folder that is there, with ConfigError, CaptureError or OutputError; nothing is left then.
 */
export async function newCase(request: NewCase): Promise<CaseReplay> {
  const { folder, captures, configFile } = request;
  requireFree(folder, '; vppcap test --accept renews a case');
  for (const { path } of captures) requireFile(path);
  const names = copyNames(captures.map(({ path }) => path));
  const description = draft(request, names);
  const replay = await replayDraft(request, description);
  description.expect.drops = expectedDrops(replay.verdicts);
  description.expect.counters = expectedCounters(replay.counters);
  description.expect.paths = expectedPaths(replay.verdicts);

  await makeCaseFolder(folder, async (at) => {
    captures.forEach(({ path }, i) => {
      copyFile(path, at(names[i]));
    });
    if (configFile !== null) copyFile(configFile, at(CONFIG_FILE));
    await writeExpected(at(EXPECTED_FILE), replay.sent);
    await writeText(at(CASE_FILE), caseYamlText(description, HEAD));
  });
  return replay;
}

const draft = ({ title, captures, configFile, fixChecksums = false }: NewCase, names: readonly string[]): CaseYaml => ({
  title,
  origin: 'regenerated',
  config: configFile === null ? BUILT_IN : CONFIG_FILE,
  captures: captures.map(({ interfaceName }, i) => ({
    file: names[i],
    ...(interfaceName === null ? {} : { interface: interfaceName }),
  })),
  ...(fixChecksums ? { fixChecksums } : {}),
  expect: { captures: [{ file: EXPECTED_FILE }] },
});

/** Runs what the case will run, from where the files are now. */
async function replayDraft(request: NewCase, description: CaseYaml): Promise<CaseReplay> {
  const { folder, captures, configFile } = request;
  const file = join(folder, CASE_FILE);
  const replay = await replayCase(
    {
      folder,
      file,
      description: parseCase(caseYamlText(description, []), file),
      configFile,
      captures: captures.map(({ path, interfaceName }) => ({ file: path, interfaceName })),
      expected: [],
      allowed: ['/'], // these are the user's own files, not a stranger's case
    },
    false,
  );
  for (const damage of replay.damage) throw new CaptureError(damage);
  for (const problem of replay.notReplayed) throw new CaseFileError(`${problem}; a case replays all of its frames`);
  return replay;
}

/** Throws CaptureError: what comes through a pipe is gone once it is replayed. */
function requireFile(path: string): void {
  let why = 'is not a file';
  try {
    if (statSync(path).isFile()) return;
  } catch (error) {
    why = whyUnreadable(error);
  }
  throw new CaptureError(`${path}: ${why}; a case keeps a copy of its captures`);
}

/** Names for the copies: as they are, and numbered where two are the same or one is that of another file of the case. */
function copyNames(paths: readonly string[]): string[] {
  const taken = new Set<string>([CASE_FILE, CONFIG_FILE, EXPECTED_FILE]);
  return paths.map((path) => {
    const [name, end] = [basename(path), extname(path)];
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name.slice(0, name.length - end.length)}-${i}${end}`;
    taken.add(free);
    return free;
  });
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    throw outputError(to, error);
  }
}
