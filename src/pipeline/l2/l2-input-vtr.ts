/** l2-input-vtr (VPP 19.08 src/vnet/l2/l2_input_vtr.c): rewrites the tags of what a bridge port received. */

import { errorSet } from '../engine/errors.js';
import { defineNode, end } from '../engine/node.js';
import { putPacket } from '../trace/writers.js';
import { FEATURE_VTR } from './l2-features.js';
import { L2_INPUT_NEXT, nextFeature, nodeByFeature } from './l2-next.js';
import { L2_INPUT_VTR } from './l2-trace.js';

const l2InputVtrErrors = errorSet('l2-input-vtr', {
  L2_INVTR: 'L2 inverter packets',
  DROP: 'L2 input tag rewrite drops',
});

export const l2InputVtr = defineNode({
  name: 'l2-input-vtr',
  trace: {
    role: 'l2',
    layout: L2_INPUT_VTR,
    when: 'after',
    writer: () => (b, records) => {
      records.write(L2_INPUT_VTR, b.swIfIndexRx);
      putPacket(b, records);
    },
  },
  next: { ...L2_INPUT_NEXT, DROP: 'error-drop' },
  errors: [l2InputVtrErrors],
  causes: {
    TOO_FEW_TAGS: (b, { interfaces }) =>
      `the frame has fewer tags than tag-rewrite of ${interfaces.all[b.swIfIndexRx].name} takes off`,
  },
  create: ({ next, cause, errors, buffers, tables: { bridgeDomains } }) => {
    const error = errors.ids(l2InputVtrErrors);
    const nodes = nodeByFeature(next);
    const { input } = bridgeDomains.tagRewrites;
    return (b) => {
      const onward = nextFeature(b, nodes, FEATURE_VTR);
      return input.process(b, b.swIfIndexRx, buffers) ? onward : end(b, error.DROP, cause.TOO_FEW_TAGS, next.DROP);
    };
  },
});
