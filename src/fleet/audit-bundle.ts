/** Audits one node of a fleet. What is wrong with a bundle is its result, never an end of the run. */

import { basename } from 'node:path';
import { audit } from '../audit/audit.js';
import type { AuditReport } from '../audit/report.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_INTERNAL, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { UserError } from '../capture/user-error.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { parseScriptFile } from '../config/parse-script.js';
import { readStateFile } from '../config/state/load-state.js';
import type { Release } from '../releases/release.js';
import { findRelease } from '../releases/releases.js';
import { BundleError, filesOf, type Bundle } from './bundle.js';

export interface BundleOptions {
  /** `--release`: overrides what the scripts say. */
  readonly release?: string | undefined;
  /** `--lenient`: takes what is not modelled. */
  readonly lenient?: boolean;
  /** Script of the bundles that have none of their own. */
  readonly config?: string | undefined;
}

/** How a node came off, the worst first. */
export const BUNDLE_VERDICTS = ['broken', 'different', 'nothing to judge', 'as expected'] as const;
export type BundleVerdict = (typeof BUNDLE_VERDICTS)[number];

export interface BundleResult {
  readonly name: string;
  readonly folder: string;
  readonly verdict: BundleVerdict;
  /** Null where it is broken. */
  readonly audit: AuditReport | null;
  /** Why it is broken, a sentence; null where it is not. */
  readonly error: string | null;
  /** The exit code of an audit of this node alone. */
  readonly exitCode: number;
}

export const brokenBundle = ({ name, folder }: Bundle, error: string, exitCode = EXIT_INTERNAL): BundleResult => ({
  name,
  folder,
  verdict: 'broken',
  audit: null,
  error,
  exitCode,
});

export async function auditBundle(bundle: Bundle, options: BundleOptions): Promise<BundleResult> {
  const { name, folder } = bundle;
  try {
    const { captures, script: own, shown } = filesOf(bundle);
    const path = own ?? options.config;
    if (path === undefined)
      throw new BundleError(`${folder}: no node.vpp, the script of the node, and -c names none for all`);
    const read = parseScriptFile(path, { release: releaseOf(options), isLenient: options.lenient === true });
    const script: NodeScript = shown.length === 0 ? read : { ...read, state: shown.map(readStateFile) };
    const names = interfaceNames(read);
    const report = await audit({
      captures: captures.map((capture) => ({ path: capture, interfaceName: names.get(stemOf(capture)) ?? null })),
      script,
    });
    const exitCode = exitCodeOf(report);
    const damage = report.damage.map(({ message }) => message).join('; ');
    if (damage !== '') return { name, folder, verdict: 'broken', audit: report, error: damage, exitCode };
    return { name, folder, verdict: report.verdict, audit: report, error: null, exitCode };
  } catch (error) {
    if (error instanceof UserError) return brokenBundle(bundle, error.message, error.exitCode);
    throw error;
  }
}

const releaseOf = ({ release }: BundleOptions): Release | undefined =>
  release === undefined ? undefined : findRelease(release);

const exitCodeOf = ({ damage, verdict }: AuditReport): number => {
  if (damage.length > 0 || verdict === 'nothing to judge') return EXIT_CAPTURE;
  return verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
};

/** `tap2.pcap.gz` is the capture of tap2, `GigabitEthernet0_8_0.pcap` that of GigabitEthernet0/8/0. */
const stemOf = (path: string): string => basename(path).replace(/(?:\.[a-z]+)(?:\.gz)?$/i, '');
const interfaceNames = (script: NodeScript): ReadonlyMap<string, string> =>
  new Map(applyScript(script).interfaces.all.map(({ name }) => [name.replaceAll('/', '_'), name]));
