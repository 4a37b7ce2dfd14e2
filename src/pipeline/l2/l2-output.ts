/** l2-output (VPP 19.08 src/vnet/l2/l2_output.c): where packets leave a bridge by a port. Keeps split horizon groups apart. */

import { errorSet } from '../engine/errors.js';
import { defineNode, end } from '../engine/node.js';
import { NOT_BRIDGED } from './bridge-domains.js';
import { OUTPUT_FEATURES_WITH_ARC } from './l2-features.js';
import { splitHorizonGroup } from '../engine/l2-opaque.js';
import { L2_OUTPUT } from './l2-trace.js';
import { putPacket } from '../trace/writers.js';

const l2OutputErrors = errorSet('l2-output', {
  L2OUTPUT: 'L2 output packets',
  EFP_DROP: 'L2 EFP filter pre-rewrite drops',
  VTR_DROP: 'L2 output tag rewrite drops',
  SHG_DROP: 'L2 split horizon drops',
  DROP: 'L2 output drops',
  MAPPING_DROP: 'L2 Output interface not valid',
});

export const l2Output = defineNode({
  name: 'l2-output',
  trace: {
    role: 'l2',
    layout: L2_OUTPUT,
    when: 'after',
    writer: () => (b, records) => {
      records.write(L2_OUTPUT, b.swIfIndexTx);
      putPacket(b, records);
    },
  },
  next: { DROP: 'error-drop', FEAT_ARC: 'l2-output-feat-arc' },
  errors: [l2OutputErrors],
  causes: {
    SPLIT_HORIZON: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexTx].name} is in the split horizon group of the port that the frame came from`,
    TOO_FEW_TAGS: (b, { interfaces }) =>
      `the frame has fewer tags than tag-rewrite of ${interfaces.all[b.swIfIndexTx].name} takes off on the way out`,
    NOT_BRIDGED: (b, { interfaces }) => `${interfaces.all[b.swIfIndexTx].name}, where the L2 FIB leads, is not bridged`,
  },
  create: ({ next, cause, errors, arcs, buffers, graph, tables }) => {
    const error = errors.ids(l2OutputErrors);
    const { domainOf, groupOf, tagRewrites } = tables.bridgeDomains;
    const { isOnOf, output } = tagRewrites;
    const { bridgeOutputNodeOf } = graph;
    const ip4Arc = arcs.arcIndex('l2-output-ip4');
    const ip6Arc = arcs.arcIndex('l2-output-ip6');
    return (b) => {
      const tx = b.swIfIndexTx;
      errors.increment(error.L2OUTPUT);
      if (domainOf[tx] === NOT_BRIDGED) return end(b, error.MAPPING_DROP, cause.NOT_BRIDGED, next.DROP);
      const hasArc = arcs.has(ip4Arc, tx) || arcs.has(ip6Arc, tx);
      if (hasArc) b.adjIndexRx = OUTPUT_FEATURES_WITH_ARC;
      let onward = hasArc ? next.FEAT_ARC : bridgeOutputNodeOf[tx];
      if (isOnOf[tx] === 1 && !output.process(b, tx, buffers))
        onward = end(b, error.VTR_DROP, cause.TOO_FEW_TAGS, next.DROP);
      const group = groupOf[tx];
      if (group !== 0 && group === splitHorizonGroup(b)) return end(b, error.SHG_DROP, cause.SPLIT_HORIZON, next.DROP);
      return onward;
    };
  },
});
