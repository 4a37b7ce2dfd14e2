/** What can be done with each node of a fleet. */

import { auditBundle, brokenAudit, type BundleResult } from './audit-bundle.js';
import type { Bundle } from './bundle.js';
import type { BundleOptions } from './bundle-script.js';
import { brokenDiff, diffBundle, type DiffBundleOptions, type DiffResult } from './diff-bundle.js';
import { brokenNode, type NodeResult } from './node-result.js';
import { brokenPage, reportBundle, type PageOptions, type PageResult } from './report-bundle.js';

export interface NodeWorks {
  audit: { options: BundleOptions; result: BundleResult };
  diff: { options: DiffBundleOptions; result: DiffResult };
  report: { options: PageOptions; result: PageResult };
}

export interface NodeWork<Kind extends keyof NodeWorks = keyof NodeWorks> {
  readonly kind: Kind;
  readonly options: NodeWorks[Kind]['options'];
}

type Works = {
  readonly [Kind in keyof NodeWorks]: {
    readonly run: (bundle: Bundle, options: NodeWorks[Kind]['options']) => Promise<NodeWorks[Kind]['result']>;
    readonly broken: (node: NodeResult<'broken'>) => NodeWorks[Kind]['result'];
  };
};

const WORKS: Works = {
  audit: { run: auditBundle, broken: brokenAudit },
  diff: { run: diffBundle, broken: brokenDiff },
  report: { run: reportBundle, broken: brokenPage },
};

export interface Timed<Result = NodeResult> {
  readonly result: Result;
  readonly milliseconds: number;
}

/** The result of a node over which vppcap itself failed. */
export const faultOf = <Kind extends keyof NodeWorks>(
  kind: Kind,
  bundle: Bundle,
  fault: string,
): Timed<NodeWorks[Kind]['result']> => ({
  result: WORKS[kind].broken(brokenNode(bundle, `a fault in vppcap itself: ${fault}`)),
  milliseconds: 0,
});

export async function workOn<Kind extends keyof NodeWorks>(
  bundle: Bundle,
  { kind, options }: NodeWork<Kind>,
): Promise<Timed<NodeWorks[Kind]['result']>> {
  const start = performance.now();
  try {
    const result = await WORKS[kind].run(bundle, options);
    return { result, milliseconds: performance.now() - start };
  } catch (error) {
    return faultOf(kind, bundle, error instanceof Error ? error.message : String(error));
  }
}
