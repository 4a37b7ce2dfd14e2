/** `vppcap new-case --audit`: drafts a case from captures that have what a node received and what it sent. */

import { join } from 'node:path';
import type { AuditReport } from '../../audit/report.js';
import { isGap } from '../../dataplane/vector-rule.js';
import { auditOf, expectedAudit } from '../audit-case.js';
import { makeCaseFolder, requireFree } from '../case/case-folder.js';
import { BUILT_IN, CASE_FILE, CaseFileError, parseCase } from '../case/case.js';
import type { CaseYaml } from '../case/case-schema.js';
import { caseYamlText } from '../case/case-yaml.js';
import { captureEntry, writeText } from './accept-case.js';
import { CONFIG_FILE, copyFile, copyNames, requireFile } from './copy-files.js';
import type { NewCase } from './new-case.js';

export interface NewAuditCase extends NewCase {
  /** Files with answers of show commands. */
  readonly stateFiles: readonly string[];
  /** Commands that the node was given while frames ran; null for none. */
  readonly changesFile: string | null;
  /** A file of bursts, or a time; null where nothing tells which frames came together. */
  readonly vectors: string | null;
}

const HEAD = [
  'A draft by vppcap new-case --audit. What it expects is what the captures say that the node sent; what is assumed, not judged',
  'or known to differ stands here with its reason. docs/CASES.md explains the keys.',
];

/** Makes the folder. Rejects with CaseFileError, or as `audit` does; nothing is left then. */
export async function newAuditCase(request: NewAuditCase): Promise<AuditReport> {
  const {
    folder,
    title,
    captures,
    configFile,
    release,
    lenient = false,
    stateFiles,
    changesFile,
    vectors,
    filter,
  } = request;
  requireFree(folder);
  const bursts = vectors === null || isGap(vectors) ? [] : [vectors];
  const changes = changesFile === null ? [] : [changesFile];
  const from = [...captures.map(({ path }) => path), ...stateFiles, ...changes, ...bursts];
  for (const path of from) requireFile(path);
  const names = copyNames(from);
  const stateNames = names.slice(captures.length, captures.length + stateFiles.length);
  const vectorsName = bursts.length > 0 ? names[names.length - 1] : (vectors ?? undefined);
  const description: CaseYaml = {
    title,
    origin: 'recording',
    config: configFile === null ? BUILT_IN : CONFIG_FILE,
    ...(release === undefined ? {} : { release: release.name }),
    ...(lenient ? { lenient } : {}),
    ...(stateNames.length > 0 ? { state: stateNames } : {}),
    ...(changesFile === null ? {} : { changes: names[captures.length + stateFiles.length] }),
    captures: captures.map(({ interfaceName }, i) => captureEntry(names[i], interfaceName)),
    expect: { audit: { sent: 0, ...(filter ? { filter: filter.text } : {}) } },
  };
  const file = join(folder, CASE_FILE);
  const report = await auditOf({
    folder,
    file,
    description: parseCase(caseYamlText(description, []), file),
    configFile,
    release,
    stateFiles,
    changesFile,
    vectors,
    captures: captures.map(({ path, interfaceName }) => ({ file: path, interfaceName })),
    expected: [],
    allowed: ['/'], // these are the user's own files, not a stranger's case
  });
  if (report.verdict === 'nothing to judge')
    throw new CaseFileError(
      '--audit: the captures have nothing to judge: they need what arrived, and what the node sent',
    );
  description.expect.audit = expectedAudit(report, vectorsName, filter?.text);
  await makeCaseFolder(folder, async (at) => {
    for (const [i, path] of from.entries()) copyFile(path, at(names[i]));
    if (configFile !== null) copyFile(configFile, at(CONFIG_FILE));
    await writeText(at(CASE_FILE), caseYamlText(description, HEAD));
  });
  return report;
}
