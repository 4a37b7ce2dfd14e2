/** ip4-not-enabled (VPP 19.08 src/vnet/ip/ip4_punt_drop.c): drops what arrives on an interface without IPv4. */

import { deadEnd } from '../engine/node.js';
import { IP4_FORWARD_NEXT, packetTrace } from '../trace/writers.js';

export const ip4NotEnabled = deadEnd({
  name: 'ip4-not-enabled',
  trace: packetTrace(IP4_FORWARD_NEXT),
  causes: {
    NOT_ENABLED: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv4 address and is not unnumbered: IPv4 is not enabled on it`,
  },
});
