/** l2-output (VPP 19.08 src/vnet/l2/l2_output.c): where packets leave a bridge by a port. Keeps split horizon groups apart. */

import { errorSet } from '../engine/errors.js';
import { defineNode } from '../engine/node.js';
import { splitHorizonGroup } from '../engine/l2-opaque.js';
import { OUTPUT_FEATURES_WITH_ARC, portOutputNodes } from './l2-port-output.js';
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
    when: 'before',
    writer: () => (b, records) => {
      records.write(L2_OUTPUT, b.swIfIndexTx);
      putPacket(b, records);
    },
  },
  next: { DROP: 'error-drop', FEAT_ARC: 'l2-output-feat-arc', VXLAN: 'vxlan4-encap' },
  errors: [l2OutputErrors],
  causes: {
    SPLIT_HORIZON: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexTx].name} is in the split horizon group of the port that the frame came from`,
    NOT_BRIDGED: (b, { interfaces }) => `${interfaces.all[b.swIfIndexTx].name}, where the L2 FIB leads, is not bridged`,
  },
  create: ({ next, cause, errors, arcs, graph, tables }) => {
    const error = errors.ids(l2OutputErrors);
    const nodes = portOutputNodes(tables, graph.outputNodeOf, next.VXLAN);
    const groupOf = tables.bridgeDomains.column((port) => port.splitHorizonGroup, 0);
    const outputArcs = [arcs.arcIndex('l2-output-ip4'), arcs.arcIndex('l2-output-ip6')];
    const hasArc = Uint8Array.from(nodes, (_, swIfIndex) =>
      outputArcs.some((arc) => arcs.has(arc, swIfIndex)) ? 1 : 0,
    );
    return (b) => {
      const tx = b.swIfIndexTx;
      const node = nodes[tx];
      errors.increment(error.L2OUTPUT);
      if (node < 0) {
        b.error = error.MAPPING_DROP;
        b.cause = cause.NOT_BRIDGED;
        return next.DROP;
      }
      if (hasArc[tx] === 1) b.adjIndexRx = OUTPUT_FEATURES_WITH_ARC;
      const group = groupOf[tx];
      if (group !== 0 && group === splitHorizonGroup(b)) {
        b.error = error.SHG_DROP;
        b.cause = cause.SPLIT_HORIZON;
        return next.DROP;
      }
      return hasArc[tx] === 1 ? next.FEAT_ARC : node;
    };
  },
});
