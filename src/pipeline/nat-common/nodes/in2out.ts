/**
 * In2out as both kinds of NAT44 have it: which packets without session are left alone, and sessions for the others (VPP 19.08
 * src/plugins/nat/in2out.c slow_path and icmp_match_in2out_slow, in2out_ed.c slow_path_ed and icmp_match_in2out_ed).
 */

import * as ip4 from '../../../wire/ip4.js';
import { hairpinIcmp, type HairpinStrategy } from './hairpinning.js';
import { hasSession, isIcmpError } from '../icmp-error.js';
import { opensConnection, type NatPacket } from '../nat-packet.js';
import { NatStrategy, PASSED_ALONE, TRANSLATE, DROPPED } from './nat-strategy.js';
import { DESTINATION, SOURCE } from '../rewrite.js';
import { NAT_TCP, natProtocolOf, packKey } from '../state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../state/sessions.js';

export abstract class In2out extends NatStrategy implements HairpinStrategy {
  readonly isIn2out = true;
  abstract readonly hairpinsQueries: boolean;
  abstract findOutside(p: NatPacket, ipProtocol: number, protocol: number, port: number, remotePort: number): number;
  /** What becomes of a first fragment that is left alone. */
  protected abstract readonly leftAlone: number;
  /** Only a SYN may make a session of TCP. */
  protected abstract readonly needsSyn: boolean;
  /** An ICMP error that quotes a protocol without ports is dropped; else VPP takes its key for zero and goes on. */
  protected abstract readonly dropsUnknownQuotes: boolean;

  /** Where no session can be made after all, the port that was drawn for it is free again. */
  protected readonly releasesPort: boolean = true;

  /**
   * Output feature: the packet's source already is a session's outside (translated on input), or its destination a session's inside
   * (nat_not_translate_output_feature).
   */
  protected abstract isTranslated(p: NatPacket): boolean;

  /** Files a new session by its ends; the packet is its first. */
  protected abstract file(p: NatPacket, session: number): void;

  create(p: NatPacket): number {
    const answer = this.leaves(p, this.work.isOutput);
    return answer === TRANSLATE ? this.open(p) : answer;
  }

  protected matchIcmp(p: NatPacket): number {
    const { error, cause } = this.work;
    if (!p.readIcmpKey(true) && this.dropsUnknownQuotes) return this.dropQuoted(p);
    const type = p.icmpType;
    const session = this.find(p);
    if (session >= 0) {
      if (hasSession(type)) return session;
      return this.drop(p, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, p.source, type);
    }
    const answer = this.leaves(p, p.b.swIfIndexTx >= 0);
    if (answer !== TRANSLATE) return answer;
    if (isIcmpError(type)) return this.drop(p, error.BAD_ICMP_TYPE, cause.ERROR_WITHOUT_SESSION, p.source, type);
    return this.open(p);
  }

  protected steerIcmp(p: NatPacket, fib: number): void {
    const { b } = p;
    if (b.swIfIndexTx < 0 && !hairpinIcmp(this, p)) b.swIfIndexTx = fib;
  }

  /** Whether a packet without session is left alone: TRANSLATE, or what becomes of it. */
  private leaves(p: NatPacket, isOutput: boolean): number {
    if (isOutput) return this.isTranslated(p) ? this.leftAlone : TRANSLATE;
    return this.leavesInput(p);
  }

  /**
   * snat_not_translate, nat44_ed_not_translate: packets to an external address with a session or a static mapping are translated;
   * with forwarding enabled nothing else is. The ports are the first bytes behind the IP header also for ICMP, where the second one is
   * the checksum.
   */
  private leavesInput(p: NatPacket): number {
    const { nat } = this;
    const { destination } = p;
    const ipProtocol = ip4.protocol(p.view, p.l3);
    const protocol = natProtocolOf(ipProtocol);
    const port = p.portAt(DESTINATION);
    if (this.findOutside(p, ipProtocol, protocol, port, p.portAt(SOURCE)) >= 0) return TRANSLATE;
    if (this.crashesOnAffinity(p, destination, port, protocol)) return DROPPED;
    if (nat.mappings.matchExternal(destination, port, protocol, 0)) return TRANSLATE;
    return nat.forwardingEnabled || this.isNoOutsideTraffic(p) ? this.leftAlone : TRANSLATE;
  }

  /**
   * snat_not_translate_fast: true for a packet to the receiving interface's own first address, or to a destination that is not routed
   * out of an `out` interface.
   */
  private isNoOutsideTraffic({ b, destination, fib }: NatPacket): boolean {
    const { fib: routes, interfaces } = this.nat;
    if (this.isOwnAddress(b.swIfIndexRx, destination)) return true;
    let resolved = routes.resolvingInterface(fib, destination);
    const { outsideFibs } = interfaces;
    for (let i = 0; resolved < 0 && i < outsideFibs.length; i++)
      resolved = routes.resolvingInterface(outsideFibs[i].fibIndex, destination);
    return resolved < 0 || !interfaces.isOutside(resolved);
  }

  /** A session for the packet: outside address and port by static mapping, else from the pool. */
  private open(p: NatPacket): number {
    const { nat, sessions, work } = this;
    const { mappings, pool, ports } = nat;
    const { error, cause } = work;
    const { local, localPort, protocol, fib } = p;
    if (nat.isFull) return this.drop(p, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, local);
    const isStatic = mappings.matchLocal(local, localPort, protocol, fib, nat.outsideFibIndex);
    if (isStatic && mappings.matchedIsIdentity) return PASSED_ALONE;
    const drawn = ports.draws;
    if (!isStatic && !pool.allocate(protocol, fib, local))
      return this.drop(p, error.OUT_OF_PORTS, cause.OUT_OF_PORTS, local);
    // VPP checks for a SYN only now, and keeps the port it has just taken.
    if (this.needsSyn && protocol === NAT_TCP && !opensConnection(p.view, p.l4))
      return this.drop(p, error.NON_SYN, cause.NON_SYN, local, localPort);
    const outside = isStatic ? mappings.matchedAddress : pool.allocatedAddress;
    const outsidePort = isStatic ? mappings.matchedPort : pool.allocatedPort;
    const session = this.allocateFor(p, local, fib);
    if (session < 0) {
      if (!isStatic && this.releasesPort) pool.release(outside, protocol, outsidePort);
      return session;
    }
    if (isStatic) sessions.addFlags(session, SESSION_STATIC_MAPPING);
    this.countSession(session, isStatic);
    sessions.setIn2out(session, local, packKey(localPort, protocol, fib));
    sessions.setOut2in(session, outside, packKey(outsidePort, protocol, nat.outsideFibFor(p.destination)));
    this.file(p, session);
    if (!isStatic) this.notePort(p, session, pool, drawn);
    return session;
  }
}
