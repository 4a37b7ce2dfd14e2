/**
 * Packets that VPP's capture file has since they were dropped (`pcap trace drop`): behind the packet stands `node: reason` (VPP 19.08
 * src/vnet/interface_output.c).
 */

import { LINKTYPE_ETHERNET, type FrameBatch } from '../../capture/frame-batch.js';
import { PacketFacts } from '../packet-facts.js';
import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import { ip4At } from '../../wire/decode.js';

export interface DropRecord {
  /** PacketFacts.key of the packet. */
  readonly key: number;
  /** `acl-plugin-out-ip4-fa: ACL deny packets` */
  readonly reason: string;
}

const REASON = /^\0*([a-z][\w./-]*: [\x20-\x7e]+)$/;
const SHORTEST = 'a: b'.length;
const facts = new PacketFacts();

/** What stands behind a packet's own end; null where that is no reason of a drop. */
export function readDropRecord(batch: FrameBatch, i: number, linkType: number): DropRecord | null {
  if (linkType !== LINKTYPE_ETHERNET) return null;
  const { view, bytes } = batch;
  const at = batch.offset[i];
  const length = batch.capturedLength[i];
  if (length !== batch.originalLength[i]) return null;
  const l3 = ip4At(view, at, length);
  let own = 0;
  if (l3 >= 0) own = l3 - at + ip4.totalLength(view, l3);
  else if (length >= ethernet.HEADER_BYTES && ethernet.type(view, at) === ethernet.TYPE_ARP)
    own = ethernet.HEADER_BYTES + arp.MESSAGE_BYTES;
  if (own === 0 || length < own + SHORTEST) return null;
  const last = bytes[at + length - 1];
  if (last < 0x20 || last > 0x7e) return null;
  const reason = REASON.exec(Buffer.from(bytes.buffer, bytes.byteOffset + at + own, length - own).toString('latin1'));
  return reason ? { key: facts.read(view, at, own).key, reason: reason[1] } : null;
}

/** Drop records by packet, until somebody asks for them. */
export class DropRecords {
  count = 0;
  private readonly byKey = new Map<number, { readonly reason: string; readonly name: string }[]>();

  add({ key, reason }: DropRecord, name: string): void {
    this.count++;
    const known = this.byKey.get(key);
    if (known) known.push({ reason, name });
    else this.byKey.set(key, [{ reason, name }]);
  }

  take(key: number): { readonly reason: string; readonly name: string } | null {
    const known = this.byKey.get(key);
    const first = known?.shift();
    if (known?.length === 0) this.byKey.delete(key);
    return first ?? null;
  }
}
