/** ip4-not-enabled (VPP 19.08 src/vnet/ip/ip4_punt_drop.c): drops what arrives on an interface without IPv4. */

import { defineNode } from '../engine/node.js';
import { IP4_FORWARD_NEXT } from '../trace/writers.js';
import { packetTrace } from '../trace/writers.js';

export const ip4NotEnabled = defineNode({
  name: 'ip4-not-enabled',
  trace: packetTrace(IP4_FORWARD_NEXT),
  next: { DROP: 'error-drop' },
  causes: {
    NOT_ENABLED: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv4 address and is not unnumbered: IPv4 is not enabled on it`,
  },
  create:
    ({ next, cause }) =>
    (b) => {
      b.cause = cause.NOT_ENABLED;
      return next.DROP;
    },
});
