/**
 * The rewriting of a packet by a flow of its session: addresses, ports or identifier, FIB, checksums, and the packet that an ICMP error
 * quotes (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed.c nat_6t_flow_buf_translate). Checksums change by what the flow changes, also
 * where a packet had something else than the flow matches, as the ICMP error of a router in between.
 */

import * as checksum from '../../wire/checksum.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import { isDatagramCut } from '../engine/cut-off.js';
import { FLAG_CHECKSUM_ASSUMED, FLAG_CHECKSUM_UNKNOWN, type PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from '../nat-common/icmp-error.js';
import { IDENTIFIER_OFFSET, isHeaderChecksumGood } from '../nat-common/icmp-rewrite.js';
import { findMss } from '../nat-common/rewrite.js';
import { foldExact } from '../nat-common/rewrite-session.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import {
  CHANGES,
  DESTINATION,
  FIB,
  ICMP_ID,
  OP_ICMP_ID,
  OP_TXFIB,
  PORTS,
  SOURCE,
  type EdFlows,
} from './state/ed-flows.js';

/** nat_translation_error_e */
export const SUCCESS = 0;
export const TRANSLATION_FAILED = 1;
export const FLOW_MISMATCH = 2;
export const PACKET_TRUNCATED = 3;
export const INNER_IP_CORRUPT = 4;
export const INVALID_CHECKSUM = 5;

const SOURCE_AT = 12;
const DESTINATION_AT = 16;
const ICMP_HEADER_BYTES = 4;

export class FlowRewriter {
  constructor(
    private readonly flows: EdFlows,
    private readonly nat: Nat44,
  ) {}

  /**
   * Rewrites the packet whose IPv4 header is at `l3`. Returns SUCCESS or why not; the outer header has been changed then already.
   *
   * @param keepsFib on the way out, where the interface is known
   */
  rewrite(b: PacketBuffer, l3: number, flow: number, keepsFib: boolean, isIn2out: boolean): number {
    const { words } = this.flows;
    const { view } = b;
    const protocol = ip4.protocol(view, l3);
    if (!keepsFib && (this.flows.ops(flow) & OP_TXFIB) !== 0) b.swIfIndexTx = words[flow + FIB];
    if (protocol !== ip4.PROTOCOL_ICMP) {
      this.rewriteIp4(b, l3, flow, protocol, false);
      return SUCCESS;
    }
    // The message of a router on the way to the inside keeps its source.
    if (!isIn2out && ip4.source(view, l3) !== words[flow + SOURCE]) this.rewriteDestinationAlone(b, l3, flow);
    else this.rewriteIp4(b, l3, flow, protocol, false);
    return b.isNonFirstFragment ? SUCCESS : this.rewriteIcmp(b, l3, flow);
  }

  /** nat_6t_flow_ip4_translate; in a packet that an ICMP error quotes the ends are the other way round. */
  private rewriteIp4(b: PacketBuffer, l3: number, flow: number, protocol: number, isQuoted: boolean): void {
    const { words } = this.flows;
    const { view } = b;
    const changes = words[flow + CHANGES];
    view.setInt32(l3 + SOURCE_AT, words[flow + (isQuoted ? DESTINATION : SOURCE)]);
    view.setInt32(l3 + DESTINATION_AT, words[flow + (isQuoted ? SOURCE : DESTINATION)]);
    if ((protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP) && !b.isNonFirstFragment) {
      const l4 = l3 + ip4.headerLength(view, l3);
      const ports = words[flow + PORTS];
      view.setUint16(l4, isQuoted ? ports >>> 16 : ports);
      view.setUint16(l4 + 2, isQuoted ? ports : ports >>> 16);
      if (protocol === ip4.PROTOCOL_TCP) this.rewriteTcp(view, l3, l4, changes);
      else if (udp.checksum(view, l4) !== 0) udp.setChecksum(view, l4, changed(udp.checksum(view, l4), changes));
    }
    setHeaderChecksum(view, l3, checksum.fold(ip4.checksum(view, l3) + (changes & 0xffff)));
  }

  private rewriteDestinationAlone({ view }: PacketBuffer, l3: number, flow: number): void {
    view.setInt32(l3 + DESTINATION_AT, this.flows.words[flow + DESTINATION]);
    ip4.setChecksum(view, l3, 0);
    setHeaderChecksum(view, l3, checksum.compute(view, l3, ip4.headerLength(view, l3)));
  }

  private rewriteTcp(view: DataView, l3: number, l4: number, changes: number): void {
    const { mssClamping } = this.nat;
    const sum = changed(tcp.checksum(view, l4), changes);
    const mssAt = mssClamping !== 0 && (tcp.flags(view, l4) & tcp.SYN) !== 0 ? findMss(view, l3, l4) : 0;
    if (mssAt === 0 || view.getUint16(mssAt) <= mssClamping) {
      tcp.setChecksum(view, l4, sum);
      return;
    }
    const before = view.getUint16(mssAt, true);
    view.setUint16(mssAt, mssClamping);
    tcp.setChecksum(view, l4, checksum.update(sum, before, checksum.swap16(mssClamping)));
  }

  /** nat_6t_flow_icmp_translate */
  private rewriteIcmp(b: PacketBuffer, l3: number, flow: number): number {
    const { words } = this.flows;
    const { view } = b;
    const l4 = l3 + ip4.headerLength(view, l3);
    const hasId = (this.flows.ops(flow) & OP_ICMP_ID) !== 0;
    const identifier = words[flow + ICMP_ID] & 0xffff;
    if (!fits(b, l4, ICMP_HEADER_BYTES)) return PACKET_TRUNCATED;
    if (isIcmpError(icmp4.type(view, l4))) return this.rewriteError(b, l3, l4, flow);
    if (hasId && icmp4.identifier(view, l4) !== identifier) rewriteId(view, l4, l4 + IDENTIFIER_OFFSET, identifier);
    return SUCCESS;
  }

  private rewriteError(b: PacketBuffer, l3: number, l4: number, flow: number): number {
    const { view } = b;
    if (!isErrorChecksumGood(b, l3, l4)) return INVALID_CHECKSUM;
    const inner = quotedHeader(l4);
    if (!isHeaderChecksumGood(view, inner)) return INNER_IP_CORRUPT;
    const protocol = ip4.protocol(view, inner);
    if (protocol === ip4.PROTOCOL_ICMP) return this.rewriteQuotedIcmp(b, l4, inner, flow);
    if (protocol !== ip4.PROTOCOL_TCP && protocol !== ip4.PROTOCOL_UDP) return TRANSLATION_FAILED;
    const isTcp = protocol === ip4.PROTOCOL_TCP;
    // Options of the quoted header are taken for the header behind it.
    const innerL4 = inner + ip4.HEADER_BYTES;
    if (!fits(b, innerL4, isTcp ? tcp.HEADER_BYTES : udp.HEADER_BYTES)) return PACKET_TRUNCATED;
    const innerChecksum = isTcp ? tcp.checksum : udp.checksum;
    const headerBefore = ip4.checksum(view, inner);
    const before = innerChecksum(view, innerL4);
    this.rewriteIp4(b, inner, flow, protocol, true);
    const after = innerChecksum(view, innerL4);
    const sum = changed(icmp4.checksum(view, l4), this.flows.words[flow + CHANGES]);
    icmp4.setChecksum(
      view,
      l4,
      checksum.update(checksum.update(sum, headerBefore, ip4.checksum(view, inner)), before, after),
    );
    this.forgetUnknown(b, l4);
    return SUCCESS;
  }

  private rewriteQuotedIcmp(b: PacketBuffer, l4: number, inner: number, flow: number): number {
    const { view } = b;
    this.rewriteIp4(b, inner, flow, ip4.PROTOCOL_ICMP, true);
    if ((this.flows.ops(flow) & OP_ICMP_ID) === 0) return SUCCESS;
    const innerL4 = inner + ip4.headerLength(view, inner);
    if (!fits(b, innerL4, ICMP_HEADER_BYTES)) return PACKET_TRUNCATED;
    const identifier = this.flows.words[flow + ICMP_ID] & 0xffff;
    if (icmp4.identifier(view, innerL4) === identifier) return SUCCESS;
    const before = view.getUint16(innerL4 + IDENTIFIER_OFFSET, true);
    const change = before - checksum.swap16(identifier);
    const sum = icmp4.checksum(view, l4);
    icmp4.setChecksum(view, l4, foldExact(sum + change));
    // VPP goes on from the outer checksum, and leaves the quoted one as that makes it.
    icmp4.setChecksum(view, innerL4, foldExact(sum + change + change));
    view.setUint16(innerL4 + IDENTIFIER_OFFSET, identifier);
    this.forgetUnknown(b, l4);
    return SUCCESS;
  }

  /** The node's own error about a packet that the capture cut off has no checksum to begin with. */
  private forgetUnknown({ flags, view }: PacketBuffer, l4: number): void {
    if ((flags & FLAG_CHECKSUM_UNKNOWN) !== 0) icmp4.setChecksum(view, l4, 0);
  }
}

/** A checksum after all changes of a flow: 0 only where it was 0 and nothing changes. */
const changed = (before: number, changes: number): number =>
  checksum.fold(before + (changes & 0xffff) + (changes >>> 16));

const setHeaderChecksum = (view: DataView, l3: number, sum: number): void => {
  ip4.setChecksum(view, l3, sum === 0xffff ? 0 : sum);
};

/** it_fits */
const fits = (b: PacketBuffer, at: number, bytes: number): boolean => at + bytes <= b.at + b.length + b.cutBytes;

function rewriteId(view: DataView, l4: number, at: number, identifier: number): void {
  const before = view.getUint16(at, true);
  view.setUint16(at, identifier);
  icmp4.setChecksum(view, l4, checksum.update(icmp4.checksum(view, l4), before, checksum.swap16(identifier)));
}

function isErrorChecksumGood(b: PacketBuffer, l3: number, l4: number): boolean {
  const { view } = b;
  if (isDatagramCut(b, l3)) {
    if ((b.flags & FLAG_CHECKSUM_UNKNOWN) === 0) b.flags |= FLAG_CHECKSUM_ASSUMED;
    return true;
  }
  return checksum.compute(view, l4, ip4.totalLength(view, l3) - ip4.headerLength(view, l3)) === 0;
}
