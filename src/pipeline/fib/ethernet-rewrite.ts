/** The Ethernet header with which packets leave by an interface (ethernet_build_rewrite, VPP 19.08 src/vnet/ethernet/interface.c). */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { isRoutable, type Interface } from '../engine/state/interface-table.js';

/** Two tags at most. */
export const REWRITE_BYTES_MAX = ethernet.HEADER_BYTES + 2 * vlan.TAG_BYTES;

/** Its length: with the tags of a sub-interface. VPP has none for an interface that cannot be routed by. */
export const rewriteBytesOf = (on: Interface): number =>
  isRoutable(on) ? ethernet.HEADER_BYTES + (on.sub?.tags ?? 0) * vlan.TAG_BYTES : 0;

/** Writes it at `l2`. Priority and drop eligibility of the tags are 0. */
export function writeRewrite(
  on: Interface,
  view: DataView,
  l2: number,
  destination: { readonly high: number; readonly low: number },
  etherType: number,
): void {
  const { sub, mac } = on;
  if (!isRoutable(on)) return;
  ethernet.setDestination(view, l2, destination.high, destination.low);
  ethernet.setSource(view, l2, mac.high, mac.low);
  const tags = sub?.tags ?? 0;
  let type = sub?.isDot1ad === true ? ethernet.TYPE_DOT1AD : ethernet.TYPE_VLAN;
  let at = l2 + ethernet.HEADER_BYTES;
  ethernet.setType(view, l2, tags === 0 ? etherType : type);
  for (let tag = 1; tag <= tags; tag++, at += vlan.TAG_BYTES) {
    type = tag === tags ? etherType : ethernet.TYPE_VLAN;
    vlan.setControl(view, at, (tag === 1 ? sub?.outerId : sub?.innerId) ?? 0);
    vlan.setType(view, at, type);
  }
}
