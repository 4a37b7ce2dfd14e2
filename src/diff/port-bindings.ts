/**
 * NAT44 draws its ports one after the other, so that one session more or less gives all later ones other ports. That changes nobody's
 * traffic: the ends that the two nodes drew for the same session stand for each other, one to one. What comes back to the first node's
 * end would come back to the second node's, if that had sent the packet, so the second node gets it with its own end.
 */

import type { Tables } from '../pipeline/engine/tables.js';
import { isIcmpError, quotedHeader } from '../pipeline/nat-common/icmp-error.js';
import { DESTINATION, rewriteAddress, rewriteTcp, rewriteUdp, SOURCE } from '../pipeline/nat-common/rewrite.js';
import { natProtocolOf, NAT_ICMP, NAT_TCP, NAT_UNKNOWN } from '../pipeline/nat-common/state/session-key.js';
import * as checksum from '../wire/checksum.js';
import { ip4At } from '../wire/decode.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';

/** An address, a port or identifier, and NAT44's number of the protocol, as one number. */
type End = number;
const NO_END: End = -1;

const endOf = (address: number, port: number, protocol: number): End =>
  (address >>> 0) * 2 ** 18 + protocol * 2 ** 16 + port;
const addressOf = (end: End): number => Math.floor(end / 2 ** 18) | 0;
const portOf = (end: End): number => end % 2 ** 16;
const protocolOf = (end: End): number => Math.floor(end / 2 ** 16) % 4;

/** Where a port or identifier is, by NAT44's number of the protocol. */
const portAt = (l4: number, protocol: number, isDestination: boolean): number =>
  protocol === NAT_ICMP ? l4 + 4 : isDestination ? l4 + 2 : l4;

/** Which end a packet is sent from, if NAT44 drew its port; of an ICMP error, the one that the packet went to that it quotes. */
export function drawnEnd({ nat44 }: Tables, view: DataView, length: number): End {
  const end = endOfPacket(view, 0, length, false);
  if (end < 0) return NO_END;
  const address = addressOf(end);
  const isOfPool = nat44.pool.find(address) !== undefined || nat44.twicePool.find(address) !== undefined;
  return isOfPool && nat44.mappings.indexByExternal(address, portOf(end), protocolOf(end)) < 0 ? end : NO_END;
}

/** What an ICMP error quotes at least behind the IPv4 header (RFC 792). */
const PORTS_BYTES = 8;

/** One end of the frame at [at, at + length); of an ICMP error, the other end of the packet that it quotes. */
function endOfPacket(view: DataView, at: number, length: number, isDestination: boolean): End {
  const l3 = ip4At(view, at, length);
  if (l3 < 0 || ip4.fragmentOffset(view, l3) !== 0) return NO_END;
  const l4 = l3 + ip4.headerLength(view, l3);
  const end = at + length;
  const protocol = ip4.protocol(view, l3);
  if (protocol === ip4.PROTOCOL_TCP && l4 + tcp.HEADER_BYTES > end) return NO_END;
  const isError = protocol === ip4.PROTOCOL_ICMP && l4 < end && isIcmpError(icmp4.type(view, l4));
  return isError ? endAt(view, quotedHeader(l4), end, !isDestination) : endAt(view, l3, end, isDestination);
}

function endAt(view: DataView, l3: number, limit: number, isDestination: boolean): End {
  if (l3 + ip4.HEADER_BYTES > limit) return NO_END;
  const protocol = natProtocolOf(ip4.protocol(view, l3));
  const l4 = l3 + ip4.headerLength(view, l3);
  if (protocol === NAT_UNKNOWN || ip4.fragmentOffset(view, l3) !== 0 || l4 + PORTS_BYTES > limit) return NO_END;
  if (protocol === NAT_ICMP && isIcmpError(icmp4.type(view, l4))) return NO_END;
  const address = isDestination ? ip4.destination(view, l3) : ip4.source(view, l3);
  return endOf(address, view.getUint16(portAt(l4, protocol, isDestination)), protocol);
}

export class PortBindings {
  private readonly afterOf = new Map<End, End>();
  private readonly beforeOf = new Map<End, End>();
  /** What stands for ends that only the second node has, until anything is bound: every end of a chain is its first. */
  private readonly nobodys = new Map<End, End>();
  /** Grows with each change of them. */
  version = 0;

  /** True where some end of the second node is another. */
  get isActive(): boolean {
    return this.afterOf.size > 0;
  }

  get size(): number {
    return this.afterOf.size;
  }

  /**
   * The nodes send the same packet from these ends, which they drew. False where that is not one to one.
   * @param isNew the packet's session was made by it: what was before does not count any more
   */
  bind(before: End, after: End, isNew: boolean): boolean {
    if ((this.afterOf.get(before) ?? before) === after && (this.beforeOf.get(after) ?? after) === before) return true;
    const isFree = !this.afterOf.has(before) && !this.beforeOf.has(after);
    if (!isNew && !isFree) return false;
    this.forget(before, after);
    this.version++;
    this.nobodys.clear();
    if (before !== after) {
      this.afterOf.set(before, after);
      this.beforeOf.set(after, before);
    }
    return true;
  }

  private forget(before: End, after: End): void {
    const [oldAfter, oldBefore] = [this.afterOf.get(before), this.beforeOf.get(after)];
    if (oldAfter !== undefined) this.beforeOf.delete(oldAfter);
    if (oldBefore !== undefined) this.afterOf.delete(oldBefore);
    this.afterOf.delete(before);
    this.beforeOf.delete(after);
  }

  /** The second node's end for one of the first; an end that only the second node has is nobody's there. */
  private counterpart(end: End): End {
    let found = this.afterOf.get(end) ?? this.nobodys.get(end);
    if (found !== undefined) return found;
    found = end;
    for (let other = this.beforeOf.get(end); other !== undefined; other = this.beforeOf.get(other)) found = other;
    if (found !== end) this.nobodys.set(end, found);
    return found;
  }

  /** True for a frame that the second node gets with another end. */
  concerns(view: DataView, at: number, length: number): boolean {
    const found = endOfPacket(view, at, length, true);
    return found >= 0 && this.counterpart(found) !== found;
  }

  /** Gives a frame the second node's end. False where it has that already. */
  rebind(view: DataView, at: number, length: number): boolean {
    const found = endOfPacket(view, at, length, true);
    const end = found < 0 ? NO_END : this.counterpart(found);
    if (end === found) return false;
    const l3 = ip4At(view, at, length);
    const headers = { view, l3, l4: l3 + ip4.headerLength(view, l3) };
    const { l4 } = headers;
    if (natProtocolOf(ip4.protocol(view, l3)) !== NAT_ICMP) {
      const rewrite = protocolOf(end) === NAT_TCP ? rewriteTcp : rewriteUdp;
      rewrite(headers, DESTINATION, addressOf(end), portOf(end), 0);
      return true;
    }
    rewriteAddress(view, l3, DESTINATION, addressOf(end));
    const quoted = isIcmpError(icmp4.type(view, l4)) ? quotedHeader(l4) : -1;
    if (quoted >= 0) rewriteAddress(view, quoted, SOURCE, addressOf(end)); // its own checksum makes up for it
    const port = portAt(quoted < 0 ? l4 : quoted + ip4.headerLength(view, quoted), protocolOf(end), false);
    const before = view.getUint16(port, true);
    view.setUint16(port, portOf(end));
    icmp4.setChecksum(view, l4, checksum.update(icmp4.checksum(view, l4), before, view.getUint16(port, true)));
    return true;
  }
}
