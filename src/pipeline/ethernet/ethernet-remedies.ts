/** What would let a packet pass that ended before its network layer. */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { never, rxName, type Remedies, type Remedy } from '../remedy.js';

const needsOwnMac: Remedy = (b, tables) =>
  `it has to be sent to the MAC of ${rxName(b, tables)}, or that interface has to take all (as in a bridge domain)`;

/** The tags that no sub-interface is for, as ethernet-input noted them. */
export const tagsText = ({ causeArg0: outerId, causeArg1: innerId }: PacketBuffer): string =>
  innerId < 0 ? `VLAN ${outerId}` : `VLAN ${innerId} in VLAN ${outerId}`;

/** Behind the second tag. */
const hasThirdTag = ({ view, l2 }: PacketBuffer): boolean =>
  vlan.type(view, l2 + ethernet.HEADER_BYTES + vlan.TAG_BYTES) === ethernet.TYPE_VLAN;

const newSubInterface: Remedy = (b, tables) => {
  const { causeArg0: outerId, causeArg1: innerId } = b;
  const create = `create sub-interfaces ${rxName(b, tables)}`;
  if (innerId < 0) return `${rxName(b, tables)} needs a sub-interface for it (${create} ${outerId})`;
  const tags = `ID dot1q ${outerId} inner-dot1q ${innerId}`;
  return hasThirdTag(b)
    ? `a bridge domain needs a sub-interface for it (${create} ${tags}): VPP routes no frame with three tags`
    : `${rxName(b, tables)} needs a sub-interface for it (${create} ${tags} exact-match)`;
};

const subInterfaceUp: Remedy = (b, { interfaces }) => `set interface state ${interfaces.all[b.causeArg0].name} up`;

export const ethernetRemedies: Remedies = {
  'ethernet-input MAC_MISMATCH': needsOwnMac,
  'ethernet-input-type MAC_MISMATCH': needsOwnMac,
  UNKNOWN_VLAN: newSubInterface,
  'ethernet-input DOWN': subInterfaceUp,
  'ethernet-input-type DOWN': subInterfaceUp,
  'ethernet-input UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  'ethernet-input-type UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  UNKNOWN_PROTOCOL: never('VPP has no use for that protocol on an interface that routes'),
  'lldp-input DISABLED': never('LLDP stays on its link: VPP takes it where it is enabled, and never forwards it'),
  TTL_EXPIRED: 'its MPLS label has to have a higher TTL',
  'mpls-not-enabled NOT_ENABLED': (b, tables) =>
    `MPLS has to be enabled on ${rxName(b, tables)}, which vppcap does not model`,
};
