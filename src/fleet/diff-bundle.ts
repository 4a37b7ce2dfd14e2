/** What changes for the traffic of one node of a fleet. */

import { inWordsOf } from '../config/in-words-of.js';
import type { NodeScript } from '../config/node-script.js';
import { parseScript } from '../config/parse-script.js';
import { readTextFile } from '../config/script-text.js';
import { releaseNamed } from '../config/script-release.js';
import { diff } from '../diff/diff.js';
import { readAllowances } from '../diff/read-allowances.js';
import { diffExitCode, type DiffReport } from '../diff/report.js';
import { AFTER, BundleError, filesOf, type Bundle, type BundleFiles } from './bundle.js';
import { capturesOf, scriptOf, type BundleOptions } from './bundle-script.js';
import { judged, resultOf, tablesOf, type NodeResult } from './node-result.js';

/** How a node came off, the worst first. */
export const DIFF_VERDICTS = ['broken', 'changed', 'nothing to compare', 'unchanged'] as const;
export type DiffVerdict = (typeof DIFF_VERDICTS)[number];

export interface DiffResult extends NodeResult<DiffVerdict> {
  /** Null where it is broken. */
  readonly diff: DiffReport | null;
}

export interface DiffBundleOptions extends Pick<BundleOptions, 'lenient' | 'config' | 'tables'> {
  /** The script of all nodes after; of those that have no after.vpp. */
  readonly after?: string | undefined;
  /** Before and after, or only after. */
  readonly releases: readonly string[];
  /** File of allowed changes. */
  readonly allow?: string | undefined;
}

export const brokenDiff = (node: NodeResult<'broken'>): DiffResult => ({ ...node, diff: null });

export const diffBundle = (bundle: Bundle, options: DiffBundleOptions): Promise<DiffResult> =>
  resultOf(bundle, 'diff', tablesOf(bundle, options), brokenDiff, async () => {
    const files = filesOf(bundle);
    const [release, releaseAfter] = [options.releases.at(-2), options.releases.at(-1)];
    const { script, words, notShown } = scriptOf(bundle, files, { ...options, release });
    const after = scriptAfter(bundle, files, script, words, { ...options, releaseAfter });
    const allowed = options.allow === undefined ? [] : readAllowances(options.allow);
    const tables = tablesOf(bundle, options);
    const report = await diff({ captures: capturesOf(files, script), before: script, after, allowed, tables });
    return { ...judged(report.verdict, report.damage), diff: report, notShown, exitCode: diffExitCode(report) };
  });

/** The script of the node after, with the state of the node before. */
function scriptAfter(
  { folder }: Bundle,
  files: BundleFiles,
  before: NodeScript,
  wordsBefore: () => string,
  { after, releaseAfter, lenient = false }: DiffBundleOptions & { releaseAfter: string | undefined },
): NodeScript {
  const path = files.after ?? after;
  if (path === undefined && releaseAfter === undefined)
    throw new BundleError(
      `${folder}: nothing to compare the node with: no ${AFTER}, and neither -c nor --release says what it will be`,
    );
  const file = path ?? before.file;
  const words = path === undefined ? wordsBefore : () => readTextFile(path);
  const release = releaseNamed(releaseAfter);
  const script = inWordsOf(release, file, words, (instead) =>
    parseScript(instead ?? words(), file, { release, isLenient: lenient }),
  );
  return before.state === undefined ? script : { ...script, state: before.state };
}
