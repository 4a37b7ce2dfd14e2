/** Records of VXLAN's nodes (VPP 19.08 src/vnet/vxlan: format_vxlan_rx_trace, format_vxlan_encap_trace). */

import { line } from '../trace/template.js';
import { traceRecord } from '../trace/wording.js';

const DECAP = line(
  'vxlan-decap',
  'VXLAN decap from {tunnel:word=} vni {vni:vni=} next {nextIndex:dec} error {error:dec=}',
  'VXLAN',
);
const NO_TUNNEL = line('vxlan-decap-error', 'VXLAN decap error - tunnel for vni {vni:vni=} does not exist');

export const VXLAN_RX = traceRecord(
  ['nextIndex', 'tunnelIndex', 'error', 'vni'],
  0,
  [DECAP, NO_TUNNEL],
  ({ fields }) => [
    fields.tunnelIndex < 0
      ? NO_TUNNEL.print(fields)
      : DECAP.print({ ...fields, tunnel: `vxlan_tunnel${fields.tunnelIndex}` }),
  ],
);

const ENCAP = line('vxlan-encap', 'VXLAN encap to {tunnel:word=} vni {vni:vni=}', 'VXLAN');

export const VXLAN_ENCAP = traceRecord(['tunnelIndex', 'vni'], 0, [ENCAP], ({ fields }) => [
  ENCAP.print({ tunnel: `vxlan_tunnel${fields.tunnelIndex}`, vni: fields.vni }),
]);
