/** arp-input and arp-disabled (VPP 19.08 src/vnet/ethernet/arp.c): checks the message, starts the interface's ARP arc. */

import * as arp from '../../wire/arp.js';
import { TYPE_IP4 } from '../../wire/ethernet.js';
import { ARP_MESSAGE, isCutBefore } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { deadEnd, defineNode, end } from '../engine/node.js';
import { ARP_INPUT } from './arp-trace.js';
import { packetTrace } from '../trace/writers.js';

/** foreach_ethernet_arp_error */
export const ARP_TEXTS = {
  replies_sent: 'ARP replies sent',
  l2_type_not_ethernet: 'L2 type not ethernet',
  l3_type_not_ip4: 'L3 type not IP4',
  l3_src_address_not_local: 'IP4 source address not local to subnet',
  l3_dst_address_not_local: 'IP4 destination address not local to subnet',
  l3_dst_address_unset: 'IP4 destination address is unset',
  l3_src_address_is_local: 'IP4 source address matches local interface',
  l3_src_address_learned: 'ARP request IP4 source address learned',
  replies_received: 'ARP replies received',
  opcode_not_request: 'ARP opcode not request',
  proxy_arp_replies_sent: 'Proxy ARP replies sent',
  l2_address_mismatch: 'ARP hw addr does not match L2 frame src addr',
  gratuitous_arp: 'ARP probe or announcement dropped',
  interface_no_table: 'Interface is not mapped to an IP table',
  interface_not_ip_enabled: 'Interface is not IP enabled',
  unnumbered_mismatch: 'RX interface is unnumbered to different subnet',
};

const arpInputErrors = errorSet('arp-input', ARP_TEXTS);
const arpDisabledErrors = errorSet('arp-disabled', { DISABLED: 'ARP Disabled on this interface' });

export const arpInput = defineNode({
  name: 'arp-input',
  trace: packetTrace(ARP_INPUT),
  next: { DROP: 'error-drop', DISABLED: 'arp-disabled' },
  errors: [arpInputErrors],
  causes: {
    HARDWARE: 'an ARP message that is not about Ethernet',
    PROTOCOL: 'an ARP message that is not about IPv4',
    NO_SENDER: 'the ARP message has no sender address (0.0.0.0)',
  },
  create: ({ next, cause, errors, arcs }) => {
    const error = errors.ids(arpInputErrors);
    const arc = arcs.arcIndex('arp');
    return (b) => {
      const { view, at } = b;
      if (isCutBefore(b, at + arp.MESSAGE_BYTES, ARP_MESSAGE)) return next.DROP;
      // The label says destination; the code looks at the sender's address.
      if (arp.senderAddress(view, at) === 0) return end(b, error.l3_dst_address_unset, cause.NO_SENDER, next.DROP);
      if (arp.protocolType(view, at) !== TYPE_IP4) return end(b, error.l3_type_not_ip4, cause.PROTOCOL, next.DROP);
      if (arp.hardwareType(view, at) !== arp.HARDWARE_ETHERNET)
        return end(b, error.l2_type_not_ethernet, cause.HARDWARE, next.DROP);
      return arcs.start(arc, b.swIfIndexRx, b, next.DISABLED);
    };
  },
});

export const arpDisabled = deadEnd({
  name: 'arp-disabled',
  trace: packetTrace(ARP_INPUT),
  errors: arpDisabledErrors,
  causes: {
    DISABLED: (b, { interfaces }) =>
      `ARP is off on ${interfaces.all[b.swIfIndexRx].name}: it has no IPv4 address and is not unnumbered`,
  },
});
