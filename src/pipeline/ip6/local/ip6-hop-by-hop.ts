/** ip6-local-hop-by-hop (VPP 19.08 src/vnet/ip/ip6_hop_by_hop.c): nothing is registered for what follows such a header, so all is dropped. */

import * as ip6 from '../../../wire/ip6.js';
import { defineNode, end } from '../../engine/node.js';
import { hopByHopErrors } from '../ip6-errors.js';
import { HOP_BY_HOP } from '../ip6-trace.js';

export const ip6LocalHopByHop = defineNode({
  name: 'ip6-local-hop-by-hop',
  trace: {
    layout: HOP_BY_HOP,
    when: 'before',
    writer: () => (b, records) => {
      records.write(HOP_BY_HOP, b.view.getUint8(b.at + ip6.HEADER_BYTES), 0);
    },
  },
  next: { DROP: 'error-drop' },
  errors: [hopByHopErrors],
  causes: { UNKNOWN: 'a packet to the node itself with a hop-by-hop header, which VPP drops' },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(hopByHopErrors);
    return (b) => end(b, error.UNKNOWN, cause.UNKNOWN, next.DROP);
  },
});
