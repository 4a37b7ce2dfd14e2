/**
 * VPP looks up a packet's session before it deals with the packet in front of it, to have the record in the cache
 * (VPP 19.08 src/plugins/acl/dataplane_node.c acl_fa_inner_node_fn). So, of packets that reach an ACL node in one vector,
 * none sees the session that the one right in front of it makes, and makes another one with the same key. VPP has a
 * correction for equal packets, which compares the lookup context of the one with the 0 that the other still has:
 * it works in lookup context 0 only.
 *
 * A vector of more than one packet is what becomes of one frame: fragments that reassembly released, or that VPP made.
 */

import type { AclSessions } from './sessions/acl-sessions.js';
import { FiveTuple } from './five-tuple.js';
import type { GraphAccess } from '../engine/node.js';

const NONE = -1;

export class SessionLookahead {
  /** The session that packet made, and what its keys led to before. */
  private added = NONE;
  private forwardBefore = NONE;
  private reverseBefore = NONE;
  /** True where VPP's correction applies to an equal packet behind. */
  private isCorrected = false;
  private readonly before = new FiveTuple();
  private traceBits = 0;

  constructor(
    private readonly sessions: AclSessions,
    private readonly graph: GraphAccess,
  ) {}

  /** The session that VPP finds for the packet, or -1. */
  find(tuple: FiveTuple): number {
    const { position } = this.graph;
    const session = this.sessions.find(tuple);
    if (position < 0) return session;
    const isBehind = position > 0;
    const { added } = this;
    this.added = NONE;
    if (!isBehind) this.traceBits = 0;
    if (!isBehind || added === NONE || session !== added) return session;
    if (!this.before.hasKeyOf(tuple)) return this.reverseBefore;
    const isCorrected =
      this.isCorrected && this.forwardBefore === NONE && packetInfoOf(this.before) === packetInfoOf(tuple);
    return isCorrected ? session : this.forwardBefore;
  }

  /** Makes a session for the packet that `find` was called for last. */
  add(tuple: FiveTuple, lcIndex: number, now: number): number {
    if (this.graph.position < 0) return this.sessions.add(tuple, now);
    this.forwardBefore = this.sessions.find(tuple);
    this.reverseBefore = this.sessions.findReverse(tuple);
    this.isCorrected = lcIndex === 0;
    this.before.copy(tuple);
    this.added = this.sessions.add(tuple, now);
    return this.added;
  }

  /** A packet's trace bits as VPP prints them: it never clears them within a vector. */
  accumulate(traceBits: number): number {
    if (this.graph.position < 0) return traceBits;
    this.traceBits |= traceBits;
    return this.traceBits;
  }
}

/** What VPP keeps beside the key (fa_packet_info_t). */
const packetInfoOf = ({ tcpFlags, tcpFlagsValid, l4Valid, isNonFirstFragment }: FiveTuple): number =>
  tcpFlags | (tcpFlagsValid << 8) | (l4Valid << 9) | (isNonFirstFragment << 10);
