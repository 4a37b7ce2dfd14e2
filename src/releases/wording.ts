/** The wordings of traces that are known, by release. */

import type { TraceRelease } from '../pipeline/trace/release-wording.js';

export const VPP_19_08: TraceRelease = {
  name: '19.08',
  aclTuple: 'lookup-context',
  rewriteHasMtu: true,
  ethernetHasFrame: true,
  outputHasFlags: true,
  bufferOrigin: 'buffer-pool 0, ref-count 1',
  traceHandle: 'trace handle',
  nattedFlag: 'natted',
  mbufHasHash: true,
};

/** As in Contiv's guide, whose traces are of 2018. */
const VPP_18_04: TraceRelease = {
  name: '18.04',
  aclTuple: 'interface',
  rewriteHasMtu: false,
  ethernetHasFrame: false,
  outputHasFlags: false,
  bufferOrigin: 'free-list 0, clone-count 0, totlen-nifb 0',
  traceHandle: 'trace',
  nattedFlag: 'nated',
  mbufHasHash: false,
};

export const DEFAULT_WORDING = VPP_19_08;

/** Releases by name, the default first. */
export const TRACE_RELEASES: Readonly<Record<string, TraceRelease>> = { '19.08': VPP_19_08, '18.04': VPP_18_04 };
