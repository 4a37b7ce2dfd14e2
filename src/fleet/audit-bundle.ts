/** Audits one node of a fleet. */

import { audit } from '../audit/audit.js';
import type { AuditReport } from '../audit/report.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import type { Bundle } from './bundle.js';
import { capturesOf, type BundleOptions } from './bundle-script.js';
import { judged, nodeOf, resultOf, tablesOf, type NodeResult } from './node-result.js';

/** How a node came off, the worst first. */
export const BUNDLE_VERDICTS = ['broken', 'different', 'nothing to judge', 'as expected'] as const;
export type BundleVerdict = (typeof BUNDLE_VERDICTS)[number];

export interface BundleResult extends NodeResult<BundleVerdict> {
  /** Null where it is broken. */
  readonly audit: AuditReport | null;
}

export const brokenAudit = (node: NodeResult<'broken'>): BundleResult => ({ ...node, audit: null });

export const auditBundle = (bundle: Bundle, options: BundleOptions): Promise<BundleResult> =>
  resultOf(bundle, 'audit', tablesOf(bundle, options), brokenAudit, async () => {
    const { files, script, notShown } = nodeOf(bundle, options);
    const report = await audit({ captures: capturesOf(files, script), script, tables: tablesOf(bundle, options) });
    return { ...judged(report.verdict, report.damage), audit: report, notShown, exitCode: exitCodeOf(report) };
  });

const exitCodeOf = ({ damage, verdict }: AuditReport): number => {
  if (damage.length > 0 || verdict === 'nothing to judge') return EXIT_CAPTURE;
  return verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
};
