/**
 * What the flow cache learns of endpoint-dependent NAT44: flows of a session, each of which the session's flow rewrites as a whole, and
 * those that pass untranslated as long as there is no session for them. Those that pass by a bypass session are left to the graph.
 */

import { PROTOCOL_UDP } from '../../wire/ip4.js';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.js';
import { ALL_TCP_FLAGS, NOT_CACHEABLE, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import { NEW_FLOWS, type NewFlowPart } from '../engine/new-flow-part.js';
import { Places } from '../engine/state/places.js';
import type { Tables } from '../engine/tables.js';
import { NAT44 } from '../nat-common/nat-steps.js';
import { PortStream } from '../nat-common/state/port-stream.js';
import { SESSION_FWD_BYPASS, SESSION_TWICE_NAT } from '../nat-common/state/sessions.js';
import { hasAnsweredInput, isTranslatedOutput } from './in2out-choice.js';
import { DESTINATION, FIB, i2oOf, o2iOf, PORTS, portsWord, protocolWord, SOURCE, turned } from './state/ed-flows.js';
import { NO_MAPPING } from './state/external-mappings.js';
import { drawPort, FIRST_PORT } from './state/outside-addresses.js';

const SESSION = NAT44.at.session;
const KEY_WORDS = 4;
/** A value is a session and, above, the FIB that its flow leads to. */
const FIB_SHIFT = 24;
const SESSION_MASK = (1 << FIB_SHIFT) - 1;
const FIB_LIMIT = (1 << (31 - FIB_SHIFT)) - 1;
/** Instead of a FIB: a bypass session, by which the packet leaves untranslated; it does not time out there. */
const BYPASS = FIB_LIMIT << FIB_SHIFT;

export const DHCP_TO_CLIENT = 68; // RFC 2131 §4.1

/** Flags that are not among these change nothing. */
const TRACKED = FIN | SYN | RST | ACK;
const O2I_SHIFT = 8;

/** The next smaller number. */
const justBefore = (seconds: number): number => seconds * (1 - Number.EPSILON / 2);

const findSession = ({ nat44Ed26: { sessions } }: Tables, ends: FlowEnds, fib: number): number =>
  sessions.flows.find(ends.source, ends.destination, turned(ends.ports), protocolWord(ends.protocol, fib));

const isToDhcpClient = ({ protocol, ports }: FlowEnds): boolean =>
  protocol === PROTOCOL_UDP && (ports & 0xffff) === DHCP_TO_CLIENT;

/** The session by which the flow's packets leave untranslated, or -1. */
function findBypass(tables: Tables, ends: FlowEnds): number {
  const { nat44, nat44Ed26 } = tables;
  const session = nat44.forwardingEnabled ? findSession(tables, ends, 0) : -1;
  return session >= 0 && (nat44Ed26.sessions.sessions.flags(session) & SESSION_FWD_BYPASS) !== 0 ? session : -1;
}

/** nat44-ed-in2out, nat44-ed-in2out-output (`isOutput`) or nat44-ed-out2in, whose packets also go by without a step. */
export const edFlow =
  (isIn2out: boolean, isOutput: boolean) =>
  (tables: Tables): FlowPart => {
    const { nat44 } = tables;
    const { sessions: ed } = tables.nat44Ed26;
    const { sessions, flows } = ed;

    /** The session's flow that the packet goes by, or -1. */
    const flowOf = (session: number, ends: FlowEnds): number => {
      const matches = (flow: number): boolean =>
        flows.matches(
          flow,
          ends.source,
          ends.destination,
          turned(ends.ports),
          protocolWord(ends.protocol, ends.fibIndex),
        );
      const i2o = i2oOf(session);
      const o2i = o2iOf(session);
      if (isIn2out) return matches(i2o) ? i2o : flows.isHairpinning(session) && matches(o2i) ? o2i : -1;
      if (matches(o2i)) return o2i;
      if (!matches(i2o)) return -1;
      if ((sessions.flags(session) & SESSION_TWICE_NAT) !== 0) return i2o;
      return nat44.forwardingEnabled && !isToDhcpClient(ends) ? i2o : -1;
    };

    /** The packets that wait to be counted may have heard from it later. */
    const timeOut = (value: number): number => {
      if (value >> FIB_SHIFT === FIB_LIMIT) return Infinity;
      const session = value & SESSION_MASK;
      return Math.floor(sessions.lastHeard(session) + ed.timeoutOf(session));
    };

    return {
      isSilent: true,
      valueOf: ({ words }, at, ends) => {
        const session = words[at + SESSION];
        if (isOutput && session >= 0 && session <= SESSION_MASK && session === findBypass(tables, ends))
          return session | BYPASS;
        const flow = session < 0 || session > SESSION_MASK ? -1 : flowOf(session, ends);
        const fib = flow < 0 ? 0 : flows.words[flow + FIB];
        return flow < 0 || fib >= FIB_LIMIT ? NOT_CACHEABLE : session | (fib << FIB_SHIFT);
      },
      follow: (value, ends) => {
        const session = value & SESSION_MASK;
        if (isOutput && nat44.forwardingEnabled) ends.needsAbsence = true;
        const bypass = isOutput ? findBypass(tables, ends) : -1;
        if (bypass >= 0 || value >> FIB_SHIFT === FIB_LIMIT) return (bypass | BYPASS) === value;
        if (findSession(tables, ends, ends.fibIndex) !== session || ed.isVrfExpired(session)) return false;
        const flow = flowOf(session, ends);
        if (flow < 0) return false;
        const { words } = flows;
        if (words[flow + FIB] !== value >> FIB_SHIFT) return false;
        ends.translateEnds(words[flow + SOURCE], words[flow + DESTINATION], turned(words[flow + PORTS]));
        return true;
      },
      tcpFlags: (value) => {
        const flags = flows.tcpFlags(value & SESSION_MASK);
        return (isIn2out ? flags & 0xff : flags >>> O2I_SHIFT) | (ALL_TCP_FLAGS & ~TRACKED);
      },
      deadline: (value) => {
        const session = value & SESSION_MASK;
        return Math.min(flows.lastMove(session) + 1, justBefore(timeOut(value)));
      },
      renew: (value, now) => {
        if (now >= timeOut(value)) return false;
        ed.renew(value & SESSION_MASK, now);
        return true;
      },
      account: (value, packets, bytes, last, headerBytes) => {
        sessions.countPackets(value & SESSION_MASK, last, packets, isOutput ? bytes + headerBytes : bytes);
      },
    };
  };

/** The slow paths of packets from the inside: those that they let pass. */
export const edPassFlow =
  (isOutput: boolean) =>
  (tables: Tables): FlowPart => ({
    valueOf: () => 0,
    follow: (_, ends) => {
      const { source, destination, protocol, fibIndex, swIfIndexRx, swIfIndexTx } = ends;
      const ports = turned(ends.ports);
      ends.needsAbsence = true;
      if (findSession(tables, ends, fibIndex) >= 0) return false;
      if (isOutput) {
        if (findBypass(tables, ends) >= 0) return false;
        return !isTranslatedOutput(tables, {
          source,
          destination,
          ports,
          protocol,
          fibIndex,
          swIfIndexRx,
          swIfIndexTx,
        });
      }
      if (hasAnsweredInput(tables, { source, destination, protocol, ports })) return false;
      return tables.nat44Ed26.external.index(destination, ends.ports & 0xffff, protocol) === NO_MAPPING;
    },
  });

/** nat44-ed-out2in-slowpath with forwarding enabled: packets of flows that have a bypass session. */
export const edForwardFlow = (tables: Tables): FlowPart => {
  const { external, sessions: ed } = tables.nat44Ed26;
  const { flows, sessions } = ed;
  const bypass = ({ source, destination, ports, protocol, fibIndex }: FlowEnds): number =>
    flows.find(destination, source, ports, protocolWord(protocol, fibIndex));
  return {
    valueOf: (_, __, ends) => {
      const session = bypass(ends);
      return session < 0 ? NOT_CACHEABLE : session;
    },
    follow: (session, ends) => {
      ends.needsAbsence = true;
      return (
        findSession(tables, ends, ends.fibIndex) < 0 &&
        bypass(ends) === session &&
        external.index(ends.destination, ends.ports & 0xffff, ends.protocol) === NO_MAPPING
      );
    },
    tcpFlags: (session) => (flows.tcpFlags(session) >>> O2I_SHIFT) | (ALL_TCP_FLAGS & ~TRACKED),
    deadline: (session) => flows.lastMove(session) + 1,
    renew: (session, now) => {
      ed.renew(session, now);
      return true;
    },
    account: (session, packets, _, last) => {
      // VPP counts none of the bytes.
      sessions.countPackets(session, last, packets, 0);
    },
  };
};

/**
 * The flows of a session that has yet to be made. The host keeps its own port where no other session has the match, which is read by then; else the generator
 * gives one.
 */
export function edNewFlows({ nat44, nat44Ed26: { sessions, outside } }: Tables): NewFlowPart {
  const { flows } = sessions;
  const { hash } = flows;
  const foretold = new PortStream();
  const places = new Places();
  const answers = new Int32Array(NEW_FLOWS * KEY_WORDS);
  let count = 0;
  const placeOf = (at: number): number => hash.placeOf(answers[at], answers[at + 1], answers[at + 2], answers[at + 3]);
  const isTaken = (at: number): boolean =>
    answers[at + 2] >>> 16 < FIRST_PORT ||
    flows.find(answers[at], answers[at + 1], answers[at + 2], answers[at + 3]) >= 0;
  return {
    expect: (flows) => (hash.expected = 2 * flows),
    begin: () => {
      foretold.copy(nat44.ports);
      count = 0;
      return hash.isFar;
    },
    note: ({ source, destination, ports, protocol, fibIndex }) => {
      places.add(hash.placeOf(source, destination, turned(ports), protocolWord(protocol, fibIndex)));
      const at = KEY_WORDS * count++;
      answers[at] = destination;
      answers[at + 1] = outside.choose(source, destination, fibIndex, -1)?.address ?? 0;
      answers[at + 2] = portsWord(ports & 0xffff, ports >>> 16);
      answers[at + 3] = protocolWord(protocol, nat44.outsideFibIndex);
      places.add(placeOf(at));
    },
    read: () => {
      hash.read(places);
      for (let at = 0; at < count * KEY_WORDS; at += KEY_WORDS) {
        if (!isTaken(at)) continue;
        answers[at + 2] = portsWord(answers[at + 2] & 0xffff, drawPort(foretold));
        places.add(placeOf(at));
      }
      hash.read(places);
    },
  };
}
