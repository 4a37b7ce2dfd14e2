/**
 * A regression case: a folder with `case.yaml`, which names the node configuration, the captures to replay and what
 * must come out.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Release } from '../../releases/release.js';
import { findRelease, noSuchRelease } from '../../releases/releases.js';
import { CASE_FILE, CaseFileError, containedPath } from './case-paths.js';
import { caseSchema, type CaseDescription, type ExpectedCaptureYaml } from './case-schema.js';

export type { CaseDescription } from './case-schema.js';
export { CASE_FILE, CaseFileError } from './case-paths.js';

/** Instead of a path in `config`: the Contiv node that vppcap has built in. */
export const BUILT_IN = 'built-in';

/** A capture that a case expects: of one interface, or (null) of all. The file may be missing. */
export interface ExpectedCapture {
  readonly interfaceName: string | null;
  readonly file: string;
  readonly unstable: ExpectedCaptureYaml['unstable'];
}

/** A case with every path resolved. */
export interface RegressionCase {
  readonly folder: string;
  /** Path of its case.yaml, for messages. */
  readonly file: string;
  readonly description: CaseDescription;
  readonly release: Release | undefined;
  /** null for the built-in configuration. */
  readonly configFile: string | null;
  /** Files with answers of show commands. */
  readonly stateFiles: readonly string[];
  /** Commands while frames run. */
  readonly changesFile: string | null;
  readonly captures: readonly { readonly file: string; readonly interfaceName: string | null }[];
  readonly expected: readonly ExpectedCapture[];
  /** Folders beside its own that the case may read from. */
  readonly allowed: readonly string[];
}

/**
 * Reads a case's folder. Throws CaseFileError for a case.yaml that is none, and for paths that leave the folder and lie in
 * none of `allowed`.
 */
export function loadCase(folder: string, allowed: readonly string[] = [], release?: string): RegressionCase {
  const file = join(folder, CASE_FILE);
  const inside = (name: string): string => containedPath(folder, name, allowed, file);
  if (existsSync(file)) inside(CASE_FILE);
  const description = parseCase(readText(file), file);
  const { config, state, changes, captures, expect } = description;
  const resolved = (capture: { readonly file: string; readonly interface?: string | undefined }) => ({
    file: inside(capture.file),
    interfaceName: capture.interface ?? null,
  });
  return {
    folder,
    file,
    description,
    release: requireRelease(release ?? description.release, file),
    configFile: config === BUILT_IN ? null : inside(config),
    stateFiles: state.map(inside),
    changesFile: changes === undefined ? null : inside(changes),
    captures: captures.map(resolved),
    expected: expect.captures.map((capture) => ({ ...resolved(capture), unstable: capture.unstable })),
    allowed,
  };
}

/** Throws CaseFileError for a release that is not modelled. */
export function requireRelease(name: string | undefined, file: string): Release | undefined {
  const release = name === undefined ? undefined : findRelease(name);
  if (name !== undefined && release === undefined) throw new CaseFileError(`${file}: ${noSuchRelease(name)}`);
  return release;
}

/** The text of a case.yaml, validated. Throws CaseFileError that names the file and the key. */
export function parseCase(text: string, file: string): CaseDescription {
  let yaml: unknown;
  try {
    yaml = parse(text, { logLevel: 'error' }); // its warnings would go to standard error, with a stack
  } catch (error) {
    throw new CaseFileError(`${file}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  const result = caseSchema.safeParse(yaml);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new CaseFileError(`${file}: ${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`);
  }
  const { captures } = result.data.expect;
  const names = captures.map((capture) => capture.interface ?? null);
  if (names.includes(null) && names.length > 1)
    throw new CaseFileError(`${file}: expect.captures: one capture of all interfaces, or one for each; not both`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new CaseFileError(`${file}: expect.captures: two of the interface ${twice ?? ''}`);
  return result.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CaseFileError(`${file}: cannot be read`);
  }
}
