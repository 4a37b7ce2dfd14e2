/** The way from a bridge to its bridge virtual interface, and so to IP (l2_to_bvi, VPP 19.08 src/vnet/l2/l2_bvi.h). */

import * as ethernet from '../../wire/ethernet.js';
import type { Interface } from '../engine/interface-table.js';
import { nextByType, type INPUT_NEXT } from '../engine/next-by-type.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { l2Length } from '../engine/l2-opaque.js';

/** Returned instead of a node. */
export const BVI_BAD_MAC = -1;
export const BVI_BAD_ETHERTYPE = -2;

/**
 * A function that strips the Ethernet header, makes the BVI the receiving interface and returns the input node of the
 * protocol, or one of the BVI_BAD_ constants. A frame to one station must be to the BVI's MAC.
 */
export const l2ToBvi =
  (next: Readonly<Record<keyof typeof INPUT_NEXT, number>>, interfaces: readonly Interface[]) =>
  (b: PacketBuffer, bvi: number): number => {
    const { view, at } = b;
    const { mac } = interfaces[bvi];
    const isOurs = ethernet.destinationHigh(view, at) === mac.high && ethernet.destinationLow(view, at) === mac.low;
    if (!isOurs && !ethernet.isMulticast(view, at)) return BVI_BAD_MAC;
    const headerBytes = l2Length(b);
    const etherType = view.getUint16(at + headerBytes - 2);
    b.l2 = at;
    b.advance(headerBytes);
    b.swIfIndexRx = bvi;
    b.swIfIndexTx = -1;
    const node = nextByType(etherType, next, BVI_BAD_ETHERTYPE);
    if (node === BVI_BAD_ETHERTYPE) b.causeArg0 = etherType;
    return node;
  };

/** Causes of the nodes that send to a BVI. */
export const BVI_CAUSES = {
  BVI_BAD_MAC: "the inner frame is to a MAC that is not the BVI's, and unknown in the bridge domain",
  BVI_ETHERTYPE: (b: PacketBuffer): string =>
    `the BVI takes no frames of EtherType 0x${b.causeArg0.toString(16).padStart(4, '0')}`,
};
