/** From an EtherType to the input node of its protocol, shared by the nodes that strip an Ethernet header. */

import * as ethernet from '../../wire/ethernet.js';

/** Input nodes by protocol (ethernet_register_input_type). */
export const INPUT_NEXT = {
  IP4: 'ip4-input',
  IP6: 'ip6-input',
  ARP: 'arp-input',
  MPLS: 'mpls-input',
  LLDP: 'lldp-input',
} as const;

/** The node registered for an EtherType; `otherwise` where there is none. */
export function nextByType(
  type: number,
  next: Readonly<Record<keyof typeof INPUT_NEXT, number>>,
  otherwise: number,
): number {
  switch (type) {
    case ethernet.TYPE_IP4:
      return next.IP4;
    case ethernet.TYPE_IP6:
      return next.IP6;
    case ethernet.TYPE_ARP:
      return next.ARP;
    case ethernet.TYPE_MPLS:
      return next.MPLS;
    case ethernet.TYPE_LLDP:
      return next.LLDP;
    default:
      return otherwise;
  }
}
