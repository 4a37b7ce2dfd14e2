/** What finding and making sessions has in common in both directions of classic NAT44. */

import * as ip4 from '../../wire/ip4.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { quotedHeader } from '../nat-common/icmp-key.js';
import type { NatCauseIds } from '../nat-common/nat-causes.js';
import type { NatErrorIds } from '../nat-common/nat-errors.js';

/** Results instead of a session index. */
export const NO_SESSION = -1;
export const DROPPED = -2;

export class SessionWork {
  constructor(
    protected readonly nat: Nat44,
    protected readonly fibOf: Int32Array,
    protected readonly error: NatErrorIds,
    protected readonly cause: NatCauseIds,
  ) {}

  /** Counts a packet of a session, which is its user's most recently used one from now on. */
  protected account(b: PacketBuffer, session: number): void {
    const { nat } = this;
    nat.sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
    nat.users.touch(session);
  }

  /** Leaves the reason of a drop in the packet; returns DROPPED. */
  protected refuse(b: PacketBuffer, error: number, cause: number, arg0: number, arg1: number): number {
    b.error = error;
    b.cause = cause;
    b.causeArg0 = arg0;
    b.causeArg1 = arg1;
    return DROPPED;
  }

  /** Refuses an ICMP error that quotes a packet of a protocol without ports. */
  protected refuseQuotedProtocol(b: PacketBuffer, l4: number): number {
    const quoted = ip4.protocol(b.view, quotedHeader(l4));
    return this.refuse(b, this.error.UNSUPPORTED_PROTOCOL, this.cause.UNSUPPORTED_INNER, 0, quoted);
  }
}
