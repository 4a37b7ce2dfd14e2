/** Out2in of endpoint-independent NAT44 (VPP 19.08 src/plugins/nat/out2in.c, VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_out2in.c). */

import type { NatPacket } from '../nat-packet.js';
import { PASSED } from '../nodes/nat-strategy.js';
import { Out2in } from '../nodes/out2in.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../rewrite.js';
import { packKey } from '../state/session-key.js';

export class IndependentOut2in extends Out2in {
  readonly marksIdentity = false;
  readonly readsTcpFlags = false;
  protected readonly needsSyn = false;
  protected readonly independent = this.work.tables.nat44Independent;

  find(p: NatPacket): number {
    return this.independent.out2in.get(p.local, packKey(p.localPort, p.protocol, p.fib));
  }

  /** nat_out2in_sm_unknown_proto: by address-only static mapping. */
  unknownProtocol(p: NatPacket): number {
    const { b, view, l3, destination } = p;
    const { mappings, forwardingEnabled } = this.nat;
    const index = mappings.wholeByExternal(destination);
    if (index < 0) {
      if (forwardingEnabled) return this.passMissed(p, p.protocol);
      const { error, cause } = this.work;
      return this.drop(p, error.UNSUPPORTED_PROTOCOL, cause.UNSUPPORTED_PROTOCOL, destination, p.ipProtocol);
    }
    const { localAddress, fibIndex } = mappings.use(index);
    rewriteAddress(view, l3, DESTINATION, localAddress);
    b.swIfIndexTx = fibIndex;
    return PASSED;
  }

  protected externalOf(p: NatPacket): number {
    return p.local;
  }

  protected allocate(user: number): number {
    return this.independent.allocateOrRecycle(user, this.nat.maxTranslationsPerUser);
  }

  protected file(p: NatPacket, session: number): number {
    this.sessions.setExtHostPort(session, p.portAt(SOURCE));
    this.independent.index(session);
    return session;
  }
}
