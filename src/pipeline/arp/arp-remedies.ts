/** What would make of an ARP message, or of a packet whose next hop is not known, what its sender wanted. */

import { formatAddress } from '../../wire/address.js';
import { never, rxName, type Remedies, type Remedy } from '../remedy.js';

const needsNeighbour: Remedy = (b, { interfaces }) =>
  `${formatAddress(b.causeArg0)} has to answer the ARP request, or be configured: set ip arp static ${interfaces.all[b.causeArg1].name} ${formatAddress(b.causeArg0)} MAC`;
const ARP_STAYS = never('ARP stays on its link: VPP answers it or learns from it, and never forwards it');

export const arpRemedies: Remedies = {
  'arp-disabled DISABLED': (b, tables) =>
    never(`ARP stays on its link; for an answer ${rxName(b, tables)} needs an address (set interface ip address …)`),
  HARDWARE: ARP_STAYS,
  PROTOCOL: ARP_STAYS,
  NO_SENDER: ARP_STAYS,
  OWN_SENDER: ARP_STAYS,
  FOREIGN_SENDER: (b, tables) =>
    never(`ARP stays on its link; for an answer the sender has to be in a subnet of ${rxName(b, tables)}`),
  NOT_OURS: ARP_STAYS,
  KNOWN_NEIGHBOUR: ARP_STAYS,
  'arp-reply MAC_MISMATCH': never("ARP stays on its link; for an answer the message's sender has to be the frame's"),
  LEARNED: never('Nothing is wrong: VPP has learned the neighbour, and an ARP reply goes no further'),
  STRAY_REPLY: ARP_STAYS,
  OTHER_SUBNET: (b, tables) =>
    never(`ARP stays on its link; for an answer the address has to be one of ${rxName(b, tables)}`),
  ANNOUNCEMENT: ARP_STAYS,
  UNRESOLVED: needsNeighbour,
  THROTTLED: needsNeighbour,
  NO_SOURCE: (b, { interfaces }) => `${interfaces.all[b.causeArg1].name} needs an address`,
};
