/** From an EtherType to the input node of its protocol, shared by the nodes that strip an Ethernet header. */

import * as ethernet from '../../wire/ethernet.js';
import type { Tables } from './tables.js';

declare module './behaviour.js' {
  interface Behaviour {
    /** LLDP and OSI frames have input nodes: in 26.06 plugins of their own, which the model's node does not load. */
    readonly takesLldpAndOsi: boolean;
  }
}

/** Input nodes by protocol (ethernet_register_input_type). */
export const INPUT_NEXT = {
  IP4: 'ip4-input',
  IP6: 'ip6-input',
  ARP: 'arp-input',
  MPLS: 'mpls-input',
  LLDP: 'lldp-input',
} as const;

/** The input nodes of a release; `otherwise` in the place of those that it does not have. */
export const inputsOf = <N extends Readonly<Record<keyof typeof INPUT_NEXT, number>>>(
  next: N,
  { composition: { behaviour } }: Tables,
  otherwise: number,
): N => (behaviour.takesLldpAndOsi ? next : { ...next, LLDP: otherwise });

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
