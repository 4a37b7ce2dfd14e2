/** vxlan4-input, which takes UDP port 4789 once a tunnel is configured. What a tunnel carries is not modelled yet. */

import { defineNode } from './node.js';

export const vxlanInput = defineNode({
  name: 'vxlan4-input',
  next: { DROP: 'error-drop' },
  causes: { NOT_MODELLED: 'not modelled: a VXLAN packet for a tunnel of this node' },
  create: ({ next, cause }) => (b) => {
    b.cause = cause.NOT_MODELLED;
    return next.DROP;
  },
});
