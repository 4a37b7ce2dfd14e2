/** The way from a bridge to its bridge virtual interface, and so to IP (l2_to_bvi, VPP 19.08 src/vnet/l2/l2_bvi.h). */

import * as ethernet from '../../wire/ethernet.js';
import { inputsOf, nextByType, type INPUT_NEXT } from '../engine/next-by-type.js';
import { end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { l2Length } from '../engine/l2-opaque.js';
import type { Tables } from '../engine/tables.js';

interface BviIds {
  readonly next: Readonly<Record<keyof typeof INPUT_NEXT | 'DROP', number>>;
  readonly error: Readonly<Record<keyof typeof BVI_CAUSES, number>>;
  readonly cause: Readonly<Record<keyof typeof BVI_CAUSES, number>>;
}

const UNKNOWN_TYPE = -1;

/**
 * A function that strips the Ethernet header, makes the BVI the receiving interface and returns the input node of the
 * protocol. A frame to one station must be to the BVI's MAC.
 */
export const l2ToBvi = ({ next, error, cause }: BviIds, tables: Tables): ((b: PacketBuffer, bvi: number) => number) => {
  const inputs = inputsOf(next, tables, UNKNOWN_TYPE);
  const interfaces = tables.interfaces.all;
  return (b, bvi) => {
    const { view, at } = b;
    const { mac } = interfaces[bvi];
    const isOurs = ethernet.destinationHigh(view, at) === mac.high && ethernet.destinationLow(view, at) === mac.low;
    if (!isOurs && !ethernet.isMulticast(view, at)) return end(b, error.BVI_BAD_MAC, cause.BVI_BAD_MAC, next.DROP);
    const headerBytes = l2Length(b);
    const etherType = view.getUint16(at + headerBytes - 2);
    b.l2 = at;
    b.advance(headerBytes);
    b.swIfIndexRx = bvi;
    b.swIfIndexTx = -1;
    const node = nextByType(etherType, inputs, UNKNOWN_TYPE);
    if (node !== UNKNOWN_TYPE) return node;
    b.causeArg0 = etherType;
    return end(b, error.BVI_ETHERTYPE, cause.BVI_ETHERTYPE, next.DROP);
  };
};

/** Causes of the nodes that send to a BVI. */
export const BVI_CAUSES = {
  BVI_BAD_MAC: "the frame is to a MAC that is not the BVI's, and unknown in the bridge domain",
  BVI_ETHERTYPE: (b: PacketBuffer): string =>
    `the BVI takes no frames of EtherType 0x${b.causeArg0.toString(16).padStart(4, '0')}`,
};
