/**
 * What tells kinds of NAT44 and their two directions apart: how a packet's session is found and made, and what is kept about it.
 * Each node has a strategy of its own, since the errors and causes are the node's. The shell (nat-node.ts, reass-node.ts) does the rest.
 */

import * as ip4 from '../../../wire/ip4.js';
import type { FeatureArcs } from '../../engine/feature-arcs.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import type { Steps } from '../../engine/steps.js';
import type { Tables } from '../../engine/tables.js';
import { isIcmpChecksumGood, noteIcmpChecksum, rewriteIcmp } from '../icmp-rewrite.js';
import { quotedHeader } from '../icmp-error.js';
import { noteMissed } from '../missed.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../rewrite.js';
import type { NatCauseIds } from '../nat-causes.js';
import type { NatErrorIds } from '../nat-errors.js';
import type { NatPacket } from '../nat-packet.js';
import { NAT44_PORT } from '../nat-steps.js';
import type { AddressPool } from '../pool/address-pool.js';
import type { Nat44 } from '../state/nat44.js';
import { keyFib, keyPort } from '../state/session-key.js';
import type { Sessions } from '../state/sessions.js';

/** Answers besides a session's index. The packet goes on untranslated, and so will the rest of its datagram. */
export const PASSED = -1;
/** It goes on untranslated, and fragments that wait for it wait in vain: VPP forgets them. */
export const PASSED_ALONE = -2;
/** It is dropped; the reason is in it. */
export const DROPPED = -3;
/** Out2in only: it is an inside host's after all, to nat44-ed-in2out. */
export const TO_IN2OUT = -4;
/** Out2in only: to the next feature of its arc. */
export const NEXT_FEATURE = -5;
/** A packet of a protocol without ports goes on as if it had some. */
export const AS_UDP = -6;
/** It is to be translated, by a session that has yet to be made. */
export const TRANSLATE = -7;

/** What a strategy works with. */
export interface NatWork {
  readonly tables: Tables;
  readonly arcs: FeatureArcs;
  readonly steps: Steps;
  readonly node: number;
  /** The node's own errors, which a dropped packet carries, and causes. */
  readonly error: NatErrorIds;
  readonly cause: NatCauseIds;
  /** By sw_if_index. */
  readonly fibOf: Int32Array;
  /** The packet is on its way out of an interface with output feature. */
  readonly isOutput: boolean;
  readonly isReassembly: boolean;
  /** Out2in of endpoint-dependent mode: where inside hosts' packets go. */
  readonly next: { readonly IN2OUT: number };
}

export abstract class NatStrategy {
  abstract readonly isIn2out: boolean;
  /** An identity mapping that decides about a first fragment decides about the later ones. */
  abstract readonly marksIdentity: boolean;
  /** Whether TCP flags decide: a frame that was cut off before them then ends here. */
  abstract readonly readsTcpFlags: boolean;
  /** Ports and ICMP type of fragments, too, are in their buffers: shallow virtual reassembly comes before. */
  readonly isReassembled: boolean = false;
  readonly nat: Nat44;
  protected readonly sessions: Sessions;

  constructor(protected readonly work: NatWork) {
    this.nat = work.tables.nat44;
    this.sessions = this.nat.sessions;
  }

  /** The session of the packet's key, or -1. */
  abstract find(p: NatPacket): number;

  /** A session for a TCP or UDP packet that has none, or what becomes of the packet. */
  abstract create(p: NatPacket): number;

  /** The session of an ICMP message, found or made, or what becomes of the message. */
  protected abstract matchIcmp(p: NatPacket): number;

  /** Translates a packet of a protocol without ports. */
  abstract unknownProtocol(p: NatPacket): number;

  /** Where an ICMP message of a session goes: to an inside host that it meets, or by the session's FIB. */
  protected abstract steerIcmp(p: NatPacket, fib: number): void;

  /** A session of the user at an inside address; -1 where the user may have no more. */
  protected abstract allocate(user: number): number;

  /** Output feature, where there is one: the packet answers a flow that came in untranslated, and leaves so. */
  bypasses?(p: NatPacket): boolean;

  /** Where vnet_feature_next leads. */
  nextFeature(b: PacketBuffer): number {
    return this.work.arcs.next(b);
  }

  /** Follows a TCP segment of a session, where the kind of NAT44 does so; true where it closed the session, which is gone then. */
  closes?(p: NatPacket, session: number): boolean;

  /** nat44_session_update_counters and nat44_session_update_lru */
  account({ b }: NatPacket, session: number): void {
    const { nat } = this;
    nat.sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
    nat.users.touch(session);
  }

  /** The address is one for which the receiving interface itself takes packets: its first one. */
  protected isOwnAddress(swIfIndex: number, address: number): boolean {
    return this.nat.fib.firstAddressOf(swIfIndex) === address;
  }

  /** The FIB that a packet of a session is looked up in next. */
  fibOfSession(session: number): number {
    const { sessions } = this;
    return keyFib(this.isIn2out ? sessions.out2inWord(session) : sessions.in2outWord(session));
  }

  /** icmp_in2out, icmp_out2in: translates the message. Returns its session, or what becomes of it. */
  icmp(p: NatPacket): number {
    const { isIn2out, sessions, work } = this;
    const session = this.matchIcmp(p);
    if (session < 0) return session;
    p.session = session;
    if (!isIcmpChecksumGood(p)) {
      noteIcmpChecksum(p, work.cause.BAD_ICMP_CHECKSUM);
      return DROPPED;
    }
    const address = isIn2out ? sessions.out2inAddress(session) : sessions.in2outAddress(session);
    const word = isIn2out ? sessions.out2inWord(session) : sessions.in2outWord(session);
    if (p.isLaterFragment) rewriteAddress(p.view, p.l3, isIn2out ? SOURCE : DESTINATION, address);
    else if (!rewriteIcmp(p, isIn2out, address, keyPort(word)))
      return this.dropSilently(p, work.cause.BAD_INNER_CHECKSUM);
    this.steerIcmp(p, keyFib(word));
    this.account(p, session);
    return session;
  }

  /**
   * Where VPP matches an external address without naming a client, a mapping with affinity makes it read address 0. True for such
   * a mapping, with the cause left in the packet.
   */
  crashesOnAffinity(p: NatPacket, address: number, port: number, protocol: number): boolean {
    const { mappings } = this.nat;
    const index = mappings.indexByExternal(address, port, protocol);
    if (index < 0) return false;
    const { isLoadBalanced, affinity } = mappings.pool.at(index);
    if (!isLoadBalanced || affinity === 0) return false;
    this.dropSilently(p, this.work.cause.AFFINITY, address, port);
    return true;
  }

  /** A session for the user with this inside address, whose reason for none is left in the packet. */
  protected allocateFor(p: NatPacket, inside: number, fib: number): number {
    const { users } = this.nat;
    const user = users.getOrCreate(inside, fib);
    if (user < 0) return this.drop(p, this.work.error.CANNOT_CREATE_USER, this.work.cause.TOO_MANY_USERS, inside);
    const session = this.allocate(user);
    if (session >= 0) {
      p.isNew = true;
      return session;
    }
    users.deleteIfIdle(user);
    return this.dropSilently(p, this.work.cause.USER_QUOTA, inside);
  }

  /** Counts a new session with its user. */
  protected countSession(session: number, isStatic: boolean): void {
    const { users, maxTranslationsPerUser } = this.nat;
    users.countSession(this.sessions.userIndex(session), isStatic, maxTranslationsPerUser);
  }

  /** Notes the port that a pool gave last, for a session. `drawn` is what the generator had given before. */
  protected notePort({ b }: NatPacket, session: number, pool: AddressPool, drawn: number): void {
    const { steps, node } = this.work;
    if (!steps.isOn) return;
    const at = steps.add(NAT44_PORT, node, b);
    const { words } = steps;
    words[at + NAT44_PORT.at.session] = session;
    words[at + NAT44_PORT.at.address] = pool.allocatedAddress;
    words[at + NAT44_PORT.at.port] = pool.allocatedPort;
    words[at + NAT44_PORT.at.draws] = this.nat.ports.draws - drawn;
    words[at + NAT44_PORT.at.lastDraw] = this.nat.ports.draws;
  }

  /** Leaves the reason of a drop in the packet; returns DROPPED. */
  protected drop(p: NatPacket, error: number, cause: number, argument0 = -1, argument1 = -1): number {
    p.b.error = error;
    return this.dropSilently(p, cause, argument0, argument1);
  }

  /** A drop for which VPP sets no error: the packet keeps what it has. */
  protected dropSilently({ b }: NatPacket, cause: number, argument0 = -1, argument1 = -1): number {
    b.cause = cause;
    b.causeArg0 = argument0;
    b.causeArg1 = argument1;
    return DROPPED;
  }

  /** Drops an ICMP error that quotes a packet of a protocol without ports. */
  protected dropQuoted(p: NatPacket): number {
    const quoted = ip4.protocol(p.view, quotedHeader(p.l4));
    return this.drop(p, this.work.error.UNSUPPORTED_PROTOCOL, this.work.cause.UNSUPPORTED_INNER, p.destination, quoted);
  }

  /** Nothing translates the packet's destination, which with forwarding disabled ends its way. */
  protected dropUntranslated({ b, l3 }: NatPacket): number {
    b.error = this.work.error.NO_TRANSLATION;
    b.cause = this.work.cause.NO_TRANSLATION;
    noteMissed(b, l3);
    return DROPPED;
  }
}
