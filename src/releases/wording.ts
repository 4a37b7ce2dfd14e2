/** The wordings of traces that are known, by release. */

import type { TraceWording } from '../pipeline/trace/trace-context.js';

export const VPP_19_08: TraceWording = {
  name: '19.08',
  aclTuple: 'lookup-context',
  rewriteHasMtu: true,
  ethernetHasFrame: true,
  headers: 'plain',
  hasGre: true,
  forwardHasIndices: false,
  fragmentationHasLength: false,
  streamHasNextNode: false,
  l2InputHasFeatures: false,
  mplsDrop: '',
  typeOnlyHeader: 'truncated',
  outputFlags: 'names',
  bufferOrigin: 'buffer-pool 0, ref-count 1',
  totalLengthByFlag: true,
  traceHandle: 'trace handle',
  bufferFlags: {},
  mbufHasHash: true,
};

export const VPP_26_06: TraceWording = {
  ...VPP_19_08,
  name: '26.06',
  headers: 'detailed',
  hasGre: false,
  forwardHasIndices: true,
  fragmentationHasLength: true,
  streamHasNextNode: true,
  l2InputHasFeatures: true,
  mplsDrop: 'drop',
  typeOnlyHeader: 'shown',
  outputFlags: 'number',
  totalLengthByFlag: false,
};

/** As in Contiv's guide, whose traces are of 2018. */
const VPP_18_04: TraceWording = {
  ...VPP_19_08,
  name: '18.04',
  aclTuple: 'interface',
  rewriteHasMtu: false,
  ethernetHasFrame: false,
  outputFlags: 'none',
  bufferOrigin: 'free-list 0, clone-count 0, totlen-nifb 0',
  totalLengthByFlag: false,
  traceHandle: 'trace',
  bufferFlags: { natted: 'nated' },
  mbufHasHash: false,
};

/** The default first. */
export const TRACE_WORDINGS: readonly TraceWording[] = [VPP_19_08, VPP_26_06, VPP_18_04];
