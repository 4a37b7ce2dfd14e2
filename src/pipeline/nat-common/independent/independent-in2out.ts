/** In2out of endpoint-independent NAT44 (VPP 19.08 src/plugins/nat/in2out.c, VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_in2out.c). */

import * as ip4 from '../../../wire/ip4.js';
import { hairpinUnknownProtocol } from '../nodes/hairpinning.js';
import { In2out } from '../nodes/in2out.js';
import type { NatPacket } from '../nat-packet.js';
import { PASSED, PASSED_ALONE } from '../nodes/nat-strategy.js';
import { rewriteAddress, SOURCE } from '../rewrite.js';
import { NAT_ICMP, natProtocolOf, packKey } from '../state/session-key.js';

export class IndependentIn2out extends In2out {
  readonly marksIdentity = false;
  readonly readsTcpFlags = false;
  readonly hairpinsQueries = true;
  protected readonly leftAlone = PASSED_ALONE;
  protected readonly needsSyn = false;
  protected readonly dropsUnknownQuotes = true;
  protected readonly independent = this.work.tables.nat44Independent;

  find(p: NatPacket): number {
    return this.independent.in2out.get(p.local, packKey(p.localPort, p.protocol, p.fib));
  }

  findOutside({ view, l3 }: NatPacket, _ipProtocol: number, protocol: number, port: number): number {
    return this.independent.out2in.get(ip4.destination(view, l3), packKey(port, protocol, this.nat.outsideFibIndex));
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
    return this.independent.allocateOrRecycle(user, this.nat.maxTranslationsPerUser);
  }

  /** Of an ICMP query VPP takes the identifier for both ports. */
  protected isTranslated(p: NatPacket): boolean {
    const { b, view, l3, fib, source, destination, protocol, localPort, remotePort } = p;
    const isIcmp = natProtocolOf(ip4.protocol(view, l3)) === NAT_ICMP;
    const toPort = isIcmp ? localPort : remotePort;
    if (this.independent.out2in.get(source, packKey(localPort, protocol, fib)) >= 0) return true;
    if (this.independent.in2out.get(destination, packKey(toPort, protocol, fib)) < 0) return false;
    return !this.nat.interfaces.isInsideOutputFeature(b.swIfIndexRx);
  }

  protected file(p: NatPacket, session: number): void {
    this.sessions.setExtHostPort(session, p.remotePort);
    this.independent.index(session);
  }
}
