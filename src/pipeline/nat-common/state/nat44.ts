/** NAT44's state as a whole: VPP's snat_main (VPP 19.08 src/plugins/nat/nat.h), nat44_ei_main (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei.h). */

import type { Clock } from '../../engine/state/clock.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import type { InterfaceTable } from '../../engine/state/interface-table.js';
import type { Ip4Tables } from '../../fib/ip4-tables.js';
import { NatPacket } from '../nat-packet.js';
import { HairpinTarget } from './hairpin-target.js';
import { NatConfiguration } from './nat-configuration.js';
import { Reassemblies } from './reassembly.js';
import { keyProtocol, NAT_ICMP, NAT_TCP } from './session-key.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

/** Seconds of silence after which a session counts as expired (nat.h SNAT_*_TIMEOUT). */
export interface NatTimeouts {
  udp: number;
  tcpEstablished: number;
  tcpTransitory: number;
  icmp: number;
}

export class Nat44 extends NatConfiguration {
  readonly timeouts: NatTimeouts = { udp: 300, tcpEstablished: 7440, tcpTransitory: 240, icmp: 60 };
  readonly sessions = new Sessions();
  readonly users = new Users(this.sessions);
  /** Datagrams in fragments; who caches one keeps it as an object of its own. */
  readonly reassemblies = new Reassemblies<object>();
  /** The packet that a NAT node has, or had last. */
  readonly packet = new NatPacket();
  /** Where hairpinning last led. */
  readonly hairpin = new HairpinTarget();

  constructor(
    interfaces: InterfaceTable,
    features: FeatureTable,
    ip4: Ip4Tables,
    readonly clock: Clock,
  ) {
    super(interfaces, features, ip4);
  }

  /** maximum_sessions_exceeded */
  get isFull(): boolean {
    return this.sessions.count >= this.maxTranslations;
  }

  /** nat44_session_get_timeout, in seconds. */
  timeoutOf(session: number): number {
    switch (keyProtocol(this.sessions.in2outWord(session))) {
      case NAT_ICMP:
        return this.timeouts.icmp;
      case NAT_TCP:
        return this.sessions.state(session) === 0 ? this.timeouts.tcpEstablished : this.timeouts.tcpTransitory;
      default:
        return this.timeouts.udp;
    }
  }

  /** True once a session has been silent for its timeout: VPP keeps the end in an integer, the fraction cut off. */
  isExpired(session: number, now: number): boolean {
    return now >= Math.floor(this.sessions.lastHeard(session) + this.timeoutOf(session));
  }

  /** FIB of a new session's outside: the only outside FIB, else the first that reaches the destination by an interface. */
  outsideFibFor(destination: number): number {
    const { outsideFibs } = this.interfaces;
    if (outsideFibs.length === 1) return outsideFibs[0].fibIndex;
    for (const { fibIndex } of outsideFibs) {
      if (this.fib.resolvingInterface(fibIndex, destination) >= 0) return fibIndex;
    }
    return this.outsideFibIndex;
  }
}
