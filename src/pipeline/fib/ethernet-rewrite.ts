/** The Ethernet header with which packets leave by an interface (ethernet_build_rewrite, VPP 19.08 src/vnet/ethernet/interface.c). */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { isRoutable, type Interface } from '../engine/state/interface-table.js';

/** Two tags at most. */
export const REWRITE_BYTES_MAX = ethernet.HEADER_BYTES + 2 * vlan.TAG_BYTES;

/** The types of tags, and of what is behind them, follow. */
const MACS_BYTES = 12;

/** Its length: with the tags of a sub-interface. VPP has none for an interface that cannot be routed by. */
export const rewriteBytesOf = (on: Interface): number =>
  isRoutable(on) ? ethernet.HEADER_BYTES + on.tags.length * vlan.TAG_BYTES : 0;

/** Writes it at `l2`. Priority and drop eligibility of the tags are 0. */
export function writeRewrite(
  on: Interface,
  view: DataView,
  l2: number,
  destination: { readonly high: number; readonly low: number },
  etherType: number,
): void {
  const { tags, mac } = on;
  if (!isRoutable(on)) return;
  ethernet.setDestination(view, l2, destination.high, destination.low);
  ethernet.setSource(view, l2, mac.high, mac.low);
  let type = l2 + MACS_BYTES;
  for (const tag of tags) {
    view.setUint16(type, tag.type);
    view.setUint16(type + 2, tag.control);
    type += vlan.TAG_BYTES;
  }
  view.setUint16(type, etherType);
}
