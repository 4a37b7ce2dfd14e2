/** What would let a packet pass that ended before its network layer. */

import { never, rxName, type Remedies, type Remedy } from '../remedy.js';

const needsOwnMac: Remedy = (b, tables) =>
  `it has to be sent to the MAC of ${rxName(b, tables)}, or that interface has to take all (as in a bridge domain)`;

export const ethernetRemedies: Remedies = {
  'ethernet-input MAC_MISMATCH': needsOwnMac,
  'ethernet-input-type MAC_MISMATCH': needsOwnMac,
  UNKNOWN_VLAN: (b, tables) =>
    `${rxName(b, tables)} needs a sub-interface for it (create sub-interfaces ${rxName(b, tables)} ${b.causeArg0}), which vppcap does not model`,
  'ethernet-input UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  'ethernet-input-type UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  UNKNOWN_PROTOCOL: never('VPP has no use for that protocol on an interface that routes'),
  'lldp-input DISABLED': never('LLDP stays on its link: VPP takes it where it is enabled, and never forwards it'),
  TTL_EXPIRED: 'its MPLS label has to have a higher TTL',
  'mpls-not-enabled NOT_ENABLED': (b, tables) =>
    `MPLS has to be enabled on ${rxName(b, tables)}, which vppcap does not model`,
};
