/** In2out of classic NAT44 (VPP 19.08 src/plugins/nat/in2out.c). */

import * as ip4 from '../../wire/ip4.js';
import { hairpinUnknownProtocol } from '../nat-common/nodes/hairpinning.js';
import { In2out } from '../nat-common/nodes/in2out.js';
import type { NatPacket } from '../nat-common/nat-packet.js';
import { PASSED, PASSED_ALONE } from '../nat-common/nodes/nat-strategy.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import { NAT_ICMP, natProtocolOf, packKey } from '../nat-common/state/session-key.js';

export class ClassicIn2out extends In2out {
  readonly marksIdentity = false;
  readonly readsTcpFlags = false;
  readonly hairpinsQueries = true;
  protected readonly leftAlone = PASSED_ALONE;
  protected readonly needsSyn = false;
  protected readonly dropsUnknownQuotes = true;
  private readonly classic = this.work.tables.nat44Classic;

  find(p: NatPacket): number {
    return this.classic.in2out.get(p.local, packKey(p.localPort, p.protocol, p.fib));
  }

  findOutside({ view, l3 }: NatPacket, _ipProtocol: number, protocol: number, port: number): number {
    return this.classic.out2in.get(ip4.destination(view, l3), packKey(port, protocol, this.nat.outsideFibIndex));
  }

  /** nat_in2out_sm_unknown_proto: by an address-only static mapping or not at all. */
  unknownProtocol(p: NatPacket): number {
    const { b, view, l3, source, fib } = p;
    const { mappings } = this.nat;
    const index = mappings.wholeByLocal(source, fib);
    if (index < 0) {
      const { error, cause } = this.work;
      return this.drop(p, error.UNSUPPORTED_PROTOCOL, cause.UNSUPPORTED_PROTOCOL, source, p.ipProtocol);
    }
    const mapping = mappings.use(index);
    rewriteAddress(view, l3, SOURCE, mapping.externalAddress);
    if (b.swIfIndexTx < 0) {
      b.swIfIndexTx = mapping.fibIndex;
      hairpinUnknownProtocol(this, p);
    }
    return PASSED;
  }

  protected allocate(user: number): number {
    return this.classic.allocateOrRecycle(user, this.nat.maxTranslationsPerUser);
  }

  /** Of an ICMP query VPP takes the identifier for both ports. */
  protected isTranslated(p: NatPacket): boolean {
    const { b, view, l3, fib, source, destination, protocol, localPort, remotePort } = p;
    const isIcmp = natProtocolOf(ip4.protocol(view, l3)) === NAT_ICMP;
    const toPort = isIcmp ? localPort : remotePort;
    if (this.classic.out2in.get(source, packKey(localPort, protocol, fib)) >= 0) return true;
    if (this.classic.in2out.get(destination, packKey(toPort, protocol, fib)) < 0) return false;
    return !this.nat.interfaces.isInsideOutputFeature(b.swIfIndexRx);
  }

  protected file(p: NatPacket, session: number): void {
    this.sessions.setExtHost(session, 0, p.portAt(DESTINATION));
    this.classic.index(session);
  }
}
