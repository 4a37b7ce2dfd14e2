/** Audits one node of a fleet. What is wrong with a bundle is its result, never an end of the run. */

import { basename } from 'node:path';
import { audit } from '../audit/audit.js';
import type { AuditReport } from '../audit/report.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_INTERNAL, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { UserError } from '../capture/user-error.js';
import { parseChangesFile, tablesWithAllInterfaces } from '../config/changes.js';
import type { NodeScript } from '../config/node-script.js';
import { filesOf, type Bundle } from './bundle.js';
import { scriptOf, type BundleOptions } from './bundle-script.js';

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
  /** What its show text lacks of the script that is made of it, a sentence each. */
  readonly notShown: readonly string[];
  /** The exit code of an audit of this node alone. */
  readonly exitCode: number;
}

export const brokenBundle = ({ name, folder }: Bundle, error: string, exitCode = EXIT_INTERNAL): BundleResult => ({
  name,
  folder,
  verdict: 'broken',
  audit: null,
  error,
  notShown: [],
  exitCode,
});

export async function auditBundle(bundle: Bundle, options: BundleOptions): Promise<BundleResult> {
  const { name, folder } = bundle;
  try {
    const files = filesOf(bundle);
    const { script, state, notShown } = scriptOf(bundle, files, options);
    const changes = files.changes === null ? [] : parseChangesFile(files.changes, script);
    const names = interfaceNames({ ...script, changes });
    const report = await audit({
      captures: files.captures.map((capture) => ({ path: capture, interfaceName: names.get(stemOf(capture)) ?? null })),
      script: {
        ...script,
        ...(state.length === 0 ? {} : { state }),
        ...(changes.length === 0 ? {} : { changes }),
      },
    });
    const exitCode = exitCodeOf(report);
    const damage = report.damage.map(({ message }) => message).join('; ');
    const result = { name, folder, audit: report, notShown, exitCode };
    if (damage !== '') return { ...result, verdict: 'broken', error: damage };
    return { ...result, verdict: report.verdict, error: null };
  } catch (error) {
    if (error instanceof UserError) return brokenBundle(bundle, error.message, error.exitCode);
    throw error;
  }
}

const exitCodeOf = ({ damage, verdict }: AuditReport): number => {
  if (damage.length > 0 || verdict === 'nothing to judge') return EXIT_CAPTURE;
  return verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
};

/** `tap2.pcap.gz` is the capture of tap2, `GigabitEthernet0_8_0.pcap` that of GigabitEthernet0/8/0. */
const stemOf = (path: string): string => basename(path).replace(/(?:\.[a-z]+)(?:\.gz)?$/i, '');
const interfaceNames = (script: NodeScript): ReadonlyMap<string, string> =>
  new Map(tablesWithAllInterfaces(script).interfaces.all.map(({ name }) => [name.replaceAll('/', '_'), name]));
