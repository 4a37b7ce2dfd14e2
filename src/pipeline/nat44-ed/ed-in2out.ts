/** In2out of endpoint-dependent NAT44 (VPP 19.08 src/plugins/nat/in2out_ed.c). */

import * as ip4 from '../../wire/ip4.js';
import { hairpinUnknownProtocol } from '../nat-common/nodes/hairpinning.js';
import { In2out } from '../nat-common/nodes/in2out.js';
import type { NatPacket } from '../nat-common/nat-packet.js';
import { PASSED } from '../nat-common/nodes/nat-strategy.js';
import { rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import { NAT_ICMP, NAT_UNKNOWN } from '../nat-common/state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_OUTPUT_FEATURE,
  SESSION_STATIC_MAPPING,
  SESSION_UNKNOWN_PROTO,
} from '../nat-common/state/sessions.js';
import { edPortsWord, edProtocolWord, unknownWord } from './state/ed-key.js';
import { isClosed, trackSegment } from './state/tcp-state.js';

export class EdIn2out extends In2out {
  readonly marksIdentity = true;
  readonly readsTcpFlags = true;
  readonly hairpinsQueries = false;
  protected readonly leftAlone = PASSED;
  protected readonly needsSyn = true;
  // An error that quotes a protocol without ports has error number 0 in VPP, which counts as success with a zero key.
  protected readonly dropsUnknownQuotes = false;
  private readonly ed = this.work.tables.nat44Ed;

  find(p: NatPacket): number {
    const ports = edPortsWord(p.localPort, p.remotePort);
    return this.ed.in2out.get(p.local, p.remote, edProtocolWord(p.ipProtocol, p.fib), ports);
  }

  findOutside(
    { view, l3 }: NatPacket,
    ipProtocol: number,
    _protocol: number,
    port: number,
    remotePort: number,
  ): number {
    const protocolWord = edProtocolWord(ipProtocol, this.nat.outsideFibIndex);
    return this.ed.out2in.get(
      ip4.destination(view, l3),
      ip4.source(view, l3),
      protocolWord,
      edPortsWord(port, remotePort),
    );
  }

  override closes(p: NatPacket, session: number): boolean {
    const hasClosed = trackSegment(this.ed, session, p, true);
    if (hasClosed) this.ed.remove(session);
    return hasClosed;
  }

  /**
   * nat_not_translate_output_feature_fwd: with forwarding enabled, true for the answers to flows that came in untranslated; their
   * bypass session is kept alive by it.
   */
  override bypasses(p: NatPacket): boolean {
    if (!this.nat.forwardingEnabled) return false;
    if (p.protocol === NAT_ICMP) p.readIcmpKey(true);
    const hasPorts = p.protocol !== NAT_UNKNOWN;
    const ports = hasPorts ? edPortsWord(p.localPort, p.remotePort) : 0;
    const session = this.ed.in2out.get(p.local, p.remote, edProtocolWord(p.ipProtocol, 0), ports);
    if (session < 0 || (this.sessions.flags(session) & SESSION_FWD_BYPASS) === 0) return false;
    const isTcp = ip4.protocol(p.view, p.l3) === ip4.PROTOCOL_TCP;
    if (!(isTcp && this.closes(p, session))) this.account(p, session);
    return true;
  }

  /** nat44_ed_in2out_unknown_proto: there is one session for each outside address and destination. */
  unknownProtocol(p: NatPacket): number {
    const { b, view, l3, local, remote, ipProtocol, fib } = p;
    const known = this.ed.in2out.get(local, remote, edProtocolWord(ipProtocol, fib), 0);
    const session = known >= 0 ? known : this.openUnknown(p);
    if (session < 0) return session;
    rewriteAddress(view, l3, SOURCE, this.sessions.out2inAddress(session));
    this.account(p, session);
    if (b.swIfIndexTx < 0) hairpinUnknownProtocol(this, p);
    if (b.swIfIndexTx < 0) b.swIfIndexTx = this.nat.outsideFibFor(remote);
    return session;
  }

  protected allocate(user: number): number {
    return this.ed.allocate(user, this.nat.maxTranslationsPerUser, this.nat.clock.now);
  }

  /** One that was translated on input is marked for this feature to delete, or deleted. */
  protected isTranslated(p: NatPacket): boolean {
    const { ed, sessions, work } = this;
    const { b, source, destination, ipProtocol, localPort, remotePort, fib } = p;
    const txFib = b.swIfIndexTx < work.fibOf.length ? work.fibOf[b.swIfIndexTx] : -1;
    const ports = edPortsWord(localPort, remotePort);
    const translated = ed.out2in.get(source, destination, edProtocolWord(ipProtocol, txFib), ports);
    if (translated >= 0) {
      if (isClosed(sessions, translated)) ed.remove(translated);
      else sessions.addFlags(translated, SESSION_OUTPUT_FEATURE);
      return true;
    }
    const answerPorts = edPortsWord(remotePort, localPort);
    const answered = ed.in2out.get(destination, source, edProtocolWord(ipProtocol, fib), answerPorts);
    if (answered < 0 || (sessions.flags(answered) & SESSION_FWD_BYPASS) !== 0) return false;
    return !this.nat.interfaces.isInsideOutputFeature(b.swIfIndexRx);
  }

  protected file(p: NatPacket, session: number): void {
    const { sessions } = this;
    sessions.addFlags(session, SESSION_ENDPOINT_DEPENDENT);
    sessions.setExtHost(session, p.remote, p.remotePort);
    this.ed.index(session);
  }

  private openUnknown(p: NatPacket): number {
    const { nat, sessions, work } = this;
    const { error, cause } = work;
    const { source, destination, ipProtocol, fib } = p;
    if (nat.isFull) return this.drop(p, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, source);
    const user = nat.users.getOrCreate(source, fib);
    const outsideFib = nat.outsideFibFor(destination);
    const mapping = nat.mappings.wholeByLocal(source, fib);
    const isStatic = mapping >= 0;
    const outside = isStatic ? nat.mappings.use(mapping).externalAddress : this.freeAddress(p, user, outsideFib);
    if (outside === null) return this.dropSilently(p, cause.NO_FREE_ADDRESS, destination, ipProtocol);
    const session = this.allocateFor(p, source, fib);
    if (session < 0) return session;
    if (isStatic) sessions.addFlags(session, SESSION_STATIC_MAPPING);
    this.countSession(session, isStatic);
    sessions.setExtHost(session, destination, 0);
    sessions.setIn2out(session, source, unknownWord(ipProtocol, sessions.in2outWord(session), fib));
    sessions.setOut2in(session, outside, unknownWord(ipProtocol, sessions.out2inWord(session), outsideFib));
    sessions.addFlags(session, SESSION_UNKNOWN_PROTO | SESSION_ENDPOINT_DEPENDENT);
    this.ed.index(session);
    return session;
  }

  /** The outside address of the user's least recently used session with the destination, else the first of the pool that is free. */
  private freeAddress({ destination, ipProtocol }: NatPacket, user: number, outsideFib: number): number | null {
    const { ed, sessions, nat } = this;
    const protocolWord = edProtocolWord(ipProtocol, outsideFib);
    const isFree = (outside: number): boolean => ed.out2in.get(outside, destination, protocolWord, 0) < 0;
    const chosen = nat.ports.choices?.address() ?? 0;
    if (chosen !== 0 && isFree(chosen)) return chosen;
    let like = nat.users.oldest[user];
    while (like >= 0 && sessions.extHostAddress(like) !== destination) like = sessions.newer(like);
    if (like >= 0 && isFree(sessions.out2inAddress(like))) return sessions.out2inAddress(like);
    return nat.pool.addresses.find(({ address }) => isFree(address))?.address ?? null;
  }
}
