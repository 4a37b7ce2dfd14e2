/** The answer to an ARP request, made of it (arp_mk_reply, VPP 26.06 src/vnet/arp/arp_packet.h). */

import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import { FLAG_LOCALLY_ORIGINATED, type PacketBuffer } from '../engine/packet-buffer.js';
import type { Tables } from '../engine/tables.js';
import { rewriteBytesOf, writeRewrite } from '../fib/ethernet-rewrite.js';

/** Makes the request at b.at a reply that says `address` is the receiving interface's, and sends it back by that. */
export function replyMaker({ interfaces, composition }: Tables): (b: PacketBuffer, address: number) => void {
  const { arpReplyNamesReasons } = composition.behaviour;
  const asker = { high: 0, low: 0 };
  return (b, address) => {
    const { view, at, swIfIndexRx } = b;
    const on = interfaces.all[swIfIndexRx];
    asker.high = ethernet.sourceHigh(view, b.l2);
    asker.low = ethernet.sourceLow(view, b.l2);
    arp.setOperation(view, at, arp.OPERATION_REPLY);
    arp.setTargetMac(view, at, arp.senderMacHigh(view, at), arp.senderMacLow(view, at));
    arp.setTargetAddress(view, at, arp.senderAddress(view, at));
    arp.setSenderMac(view, at, on.mac.high, on.mac.low);
    arp.setSenderAddress(view, at, address);
    // Right before the message: behind a priority tag, the new header overlaps the old one.
    b.advance(-rewriteBytesOf(on));
    b.l2 = b.at;
    writeRewrite(on, view, b.at, asker, ethernet.TYPE_ARP);
    b.swIfIndexTx = swIfIndexRx;
    if (arpReplyNamesReasons) b.flags |= FLAG_LOCALLY_ORIGINATED;
  };
}
