/** What the flow cache learns of endpoint-dependent NAT44: flows of a session, and those that pass untranslated. */

import * as tcp from '../../wire/tcp.js';
import { ALL_TCP_FLAGS, NOT_CACHEABLE, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import type { NewFlowPart } from '../engine/new-flow-part.js';
import { Places } from '../engine/state/places.js';
import type { Tables } from '../engine/tables.js';
import { NAT44 } from '../nat-common/nat-steps.js';
import { keyPort, natProtocolOf } from '../nat-common/state/session-key.js';
import { SESSION_FWD_BYPASS, SESSION_OUTPUT_FEATURE, SESSION_TWICE_NAT } from '../nat-common/state/sessions.js';
import { edPortsWord, edProtocolWord } from './state/ed-key.js';
import { isOpen } from './state/tcp-state.js';

const SESSION = NAT44.at.session;
/** No session: an inside host's packet, which nat44-ed-in2out translates. */
const TO_IN2OUT = -1;
/** FIB of bypass sessions. */
const BYPASS_FIB = 0;

/** Flags that change nothing but of a session that is open. */
const HARMLESS = ALL_TCP_FLAGS & ~(tcp.SYN | tcp.FIN | tcp.RST);

/** Ports as a key has them, of a session that the flow's source, or destination, is the local end of. */
const ofSource = ({ ports }: FlowEnds): number => edPortsWord(ports >>> 16, ports & 0xffff);
const ofDestination = ({ ports }: FlowEnds): number => edPortsWord(ports & 0xffff, ports >>> 16);

/** Lookups by a flow's ends. */
class EdLookups {
  constructor(readonly tables: Tables) {}

  /** The session of the flow's source. */
  fromInside(ends: FlowEnds, fib = ends.fibIndex): number {
    const { source, destination, protocol } = ends;
    return this.tables.nat44Ed.in2out.get(source, destination, edProtocolWord(protocol, fib), ofSource(ends));
  }

  /** The session whose inside end is the flow's destination. */
  toInside(ends: FlowEnds, fib: number): number {
    const { source, destination, protocol } = ends;
    return this.tables.nat44Ed.in2out.get(destination, source, edProtocolWord(protocol, fib), ofDestination(ends));
  }

  fromOutside(ends: FlowEnds, fib = ends.fibIndex): number {
    const { source, destination, protocol } = ends;
    return this.tables.nat44Ed.out2in.get(destination, source, edProtocolWord(protocol, fib), ofDestination(ends));
  }

  /** The session by which the flow's packets leave untranslated, or -1. */
  bypass(ends: FlowEnds): number {
    const { forwardingEnabled } = this.tables.nat44;
    const session = forwardingEnabled ? this.fromInside(ends, BYPASS_FIB) : -1;
    return session >= 0 && this.has(session, SESSION_FWD_BYPASS) ? session : -1;
  }

  has(session: number, flags: number): boolean {
    return (this.tables.nat44.sessions.flags(session) & flags) !== 0;
  }

  /** Times and counts are all that packets without SYN, FIN and RST change of the session. */
  isOpen(session: number): boolean {
    return isOpen(this.tables.nat44.sessions, session);
  }

  account(session: number, packets: number, bytes: number, last: number): void {
    const { sessions, users } = this.tables.nat44;
    sessions.countPackets(session, last, packets, bytes);
    users.touch(session);
  }
}

/** nat44-ed-in2out, or (`isOutput`) nat44-ed-in2out-output, which also lets packets with a bypass session pass. */
export const in2outFlow =
  (isOutput: boolean) =>
  (tables: Tables): FlowPart => {
    const look = new EdLookups(tables);
    const { sessions } = tables.nat44;
    return {
      isSilent: true,
      valueOf: ({ words }, at, ends) => {
        const session = words[at + SESSION] < 0 ? look.bypass(ends) : words[at + SESSION];
        return session < 0 ? NOT_CACHEABLE : session;
      },
      follow: (session, ends) => {
        if (isOutput) ends.needsAbsence = true;
        const bypass = isOutput ? look.bypass(ends) : -1;
        if (bypass >= 0) return bypass === session && look.isOpen(session);
        if (look.fromInside(ends) !== session || !look.isOpen(session) || look.has(session, SESSION_TWICE_NAT))
          return false;
        ends.translateSource(sessions.out2inAddress(session), keyPort(sessions.out2inWord(session)));
        return true;
      },
      tcpFlags: () => HARMLESS,
      account: (session, packets, bytes, last, headerBytes) => {
        look.account(session, packets, isOutput ? bytes + headerBytes : bytes, last);
      },
    };
  };

/** nat44-ed-in2out-slowpath: packets that are left alone, as long as neither end has a session. */
export const inputPassFlow = (tables: Tables): FlowPart => {
  const look = new EdLookups(tables);
  return {
    valueOf: () => 0,
    follow: (_, ends) => {
      ends.needsAbsence = true;
      return look.fromInside(ends) < 0 && look.fromOutside(ends, tables.nat44.outsideFibIndex) < 0;
    },
  };
};

/** nat44-ed-in2out-output-slowpath: packets that were translated on input pass, as long as they have no session of their own. */
export const outputPassFlow = (tables: Tables): FlowPart => {
  const look = new EdLookups(tables);
  return {
    valueOf: () => 0,
    follow: (_, ends) => {
      const { nat44, nat44Ed, interfaces } = tables;
      const { source, destination, protocol, fibIndex, swIfIndexRx, swIfIndexTx } = ends;
      ends.needsAbsence = true;
      if (look.fromInside(ends) >= 0 || look.bypass(ends) >= 0) return false;
      const word = edProtocolWord(protocol, interfaces.fibIndexOf[swIfIndexTx]);
      const translated = nat44Ed.out2in.get(source, destination, word, ofSource(ends));
      if (translated >= 0) return look.isOpen(translated) && look.has(translated, SESSION_OUTPUT_FEATURE);
      const answered = look.toInside(ends, fibIndex);
      if (answered < 0 || look.has(answered, SESSION_FWD_BYPASS)) return false;
      return !nat44.interfaces.isInsideOutputFeature(swIfIndexRx);
    },
  };
};

export const out2inFlow = (tables: Tables): FlowPart => {
  const look = new EdLookups(tables);
  const { sessions } = tables.nat44;
  return {
    isSilent: true,
    valueOf: ({ words }, at) => words[at + SESSION],
    follow: (session, ends) => {
      if (session < 0 || look.fromOutside(ends) !== session) return false;
      if (!look.isOpen(session) || look.has(session, SESSION_TWICE_NAT)) return false;
      ends.translateDestination(sessions.in2outAddress(session), keyPort(sessions.in2outWord(session)));
      return true;
    },
    tcpFlags: () => HARMLESS,
    account: (session, packets, bytes, last) => {
      look.account(session, packets, bytes, last);
    },
  };
};

/** nat44-ed-out2in-slowpath with forwarding enabled: what no mapping is for goes to nat44-ed-in2out, or passes by a bypass session. */
export const out2inPassFlow = (tables: Tables): FlowPart => {
  const look = new EdLookups(tables);
  return {
    valueOf: (_, __, ends) => {
      if (look.fromInside(ends) >= 0) return TO_IN2OUT;
      const session = look.toInside(ends, BYPASS_FIB);
      return session < 0 ? NOT_CACHEABLE : session;
    },
    follow: (session, ends) => {
      ends.needsAbsence = true;
      if (look.fromOutside(ends) >= 0) return false;
      if (session === TO_IN2OUT) return look.fromInside(ends) >= 0;
      return look.fromInside(ends) < 0 && look.toInside(ends, BYPASS_FIB) === session && look.isOpen(session);
    },
    tcpFlags: (session) => (session === TO_IN2OUT ? ALL_TCP_FLAGS : HARMLESS),
    account: (session, packets, _, last) => {
      // VPP counts none of the bytes.
      if (session !== TO_IN2OUT) look.account(session, packets, 0, last);
    },
  };
};

/** Both keys of a session that has yet to be made: the outside port is the one that the generator would give next. */
export function edNewFlows({ nat44, nat44Ed: { in2out, out2in } }: Tables): NewFlowPart {
  const { pool } = nat44;
  const [inside, outside] = [new Places(), new Places()];
  return {
    expect: (flows) => (in2out.expected = out2in.expected = flows),
    begin: () => {
      if (!in2out.isFar) return false;
      pool.startForetelling();
      return true;
    },
    note: (ends) => {
      const { source, destination, protocol, fibIndex } = ends;
      inside.add(in2out.placeOf(source, destination, edProtocolWord(protocol, fibIndex), ofSource(ends)));
      const word = edProtocolWord(protocol, nat44.outsideFibIndex);
      const portsWord = edPortsWord(pool.foretellPort(natProtocolOf(protocol)), ends.ports & 0xffff);
      outside.add(out2in.placeOf(pool.allocatedAddress, destination, word, portsWord));
    },
    read: () => {
      in2out.read(inside);
      out2in.read(outside);
    },
  };
}
