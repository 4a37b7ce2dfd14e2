/**
 * The sessions behind a flow: which they are when the flow is learned, whether they are still what they were, and what they
 * are told of its packets.
 *
 * A session is used only while it has the key it was found by and no key has changed hands (`generation`); where a flow
 * depends on there being no session, it is looked for again after any session was added.
 */

import { L4_FLAG_IS_INPUT } from '../acl/five-tuple.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import type { Tables } from '../engine/tables.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import { ONE_HOP } from '../../wire/header-loads.js';
import * as tcp from '../../wire/tcp.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { deltaOf } from './checksum-delta.js';
import * as decisions from '../engine/decisions.js';
import * as account from './flow-accounts.js';
import { ACCOUNT_DOUBLES, ACCOUNT_WORDS, DETAIL_WORDS, type FlowAccounts } from './flow-accounts.js';
import { FlowEnds } from './flow-ends.js';
import * as field from './flow-table.js';
import { FLOW_WORDS, type FlowTable } from './flow-table.js';

const ALL_TCP_FLAGS = 0xff;
/** Decisions that hold as long as there is no session: by an ACL's rule, and past nat44-out2in without one. */
const BY_ABSENCE = decisions.ACL_IN_RULE | decisions.ACL_OUT_RULE | decisions.NAT_OUT2IN_PASSED;

/** The ACL plugin's order of ports in a key word. */
const swapPorts = (ports: number): number => (ports >>> 16) | (ports << 16);

/** Fourth word of the ACL plugin's session keys, for TCP and UDP. */
const aclKeyWord = (protocol: number, swIfIndex: number, isInput: boolean): number =>
  protocol | (isInput ? L4_FLAG_IS_INPUT << 8 : 0) | (swIfIndex << 16);

/** One flow's at a time. */
const ends = new FlowEnds();

/** Changes when an adjacency or route may have changed, or a session's key leads to another session: flows are learned anew. */
export const generationOf = ({ ip4: routing, nat44, acl }: Tables): number =>
  (routing.neighbours.generation + nat44.classic.generation + acl.sessions.hash.generation) | 0;

/** Changes when a session may be gone as well: flows that use one are checked again. */
export const stampOf = (tables: Tables): number =>
  (generationOf(tables) + tables.nat44.classic.removed + tables.acl.sessions.removed) | 0;

/** Changes when there may be a new session as well: flows that need there to be none are checked again. */
export const absenceStampOf = (tables: Tables): number =>
  (stampOf(tables) + tables.nat44.classic.added + tables.acl.sessions.added) | 0;

/**
 * Writes the record and the account of a flow, whose key its record has, from a packet that went the flow's way. False where
 * the packet is not what they would make of it.
 */
export function writeFlow(
  table: FlowTable,
  accounts: FlowAccounts,
  tables: Tables,
  flow: number,
  b: PacketBuffer,
  decided: number,
  profile: number,
): boolean {
  const { words } = table;
  const at = flow * FLOW_WORDS;
  const source = words[at + field.SOURCE];
  const destination = words[at + field.DESTINATION];
  const ports = words[at + field.PORTS];
  const protocol = words[at + field.PROTOCOL_RX] & 0xff;
  const rx = words[at + field.PROTOCOL_RX] >>> 8;
  const fib = tables.interfaces.all[rx].fibIndex;
  const natProtocol = natProtocolOf(protocol);
  const { acl, nat44 } = tables;
  const { adjacencies } = tables.ip4;
  const { hash } = acl.sessions;
  const adjacency = b.adjIndexTx;

  let action = 0;
  let natIn = -1;
  ends.start(source, destination, ports);
  if ((decided & decisions.NAT_OUT2IN) !== 0) {
    action = field.ACTION_IN_DESTINATION;
    natIn = nat44.classic.out2in.get(destination, packKey(ports & 0xffff, natProtocol, fib));
    if (natIn < 0) return false;
    ends.translateDestination(nat44.sessions, natIn);
  } else if ((decided & decisions.NAT_IN2OUT) !== 0) {
    if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) return false;
    action = field.ACTION_IN_SOURCE;
    natIn = nat44.classic.in2out.get(source, packKey(ports >>> 16, natProtocol, fib));
    if (natIn < 0) return false;
    ends.translateSource(nat44.sessions, natIn);
  }
  const aclOut = hash.get(
    ends.source,
    ends.destination,
    swapPorts(ends.ports),
    aclKeyWord(protocol, b.swIfIndexTx, false),
  );
  let natOut = -1;
  if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) {
    // A UDP checksum that the first of two translations makes 0 is not changed by the second: no addition can know.
    if (action !== 0 && protocol === ip4.PROTOCOL_UDP) return false;
    action |= field.ACTION_OUT_SOURCE;
    natOut = nat44.classic.in2out.get(ends.source, packKey(ends.ports >>> 16, natProtocol, fib));
    if (natOut < 0) return false;
    ends.translateSource(nat44.sessions, natOut);
  }
  const l3 = b.at + b.saveRewriteLength;
  const isAsWritten =
    ip4.source(b.view, l3) === ends.source &&
    ip4.destination(b.view, l3) === ends.destination &&
    b.view.getInt32(l3 + ip4.HEADER_BYTES) === ends.ports &&
    adjacencies.etherType[adjacency] === ethernet.TYPE_IP4;
  if (!isAsWritten) return false;
  words[at + field.ACTION] = action;
  words[at + field.MTU] = adjacencies.mtuBytes[adjacency];
  words[at + field.LEAVES_ON] = b.swIfIndexTx;
  words[at + field.FINAL_SOURCE] = ends.source;
  words[at + field.FINAL_DESTINATION] = ends.destination;
  words[at + field.FINAL_PORTS] = ends.ports;
  const addressDelta = deltaOf(source, ends.source) + deltaOf(destination, ends.destination);
  words[at + field.IP_DELTA] = addressDelta + deltaOf(ONE_HOP, 0);
  words[at + field.L4_DELTA] = addressDelta + deltaOf(ports, ends.ports);
  for (let word = 0; word < 3; word++) words[at + field.REWRITE + word] = adjacencies.rewrite[adjacency * 3 + word];

  const { details } = accounts;
  const d = flow * DETAIL_WORDS;
  details[d + account.DECIDED] = decided;
  details[d + account.GENERATION] = generationOf(tables);
  const aclInKey = aclKeyWord(protocol, rx, true);
  details[d + account.ACL_IN] = hash.get(source, destination, swapPorts(ports), aclInKey);
  details[d + account.ACL_OUT] = aclOut;
  details[d + account.NAT_IN] = natIn;
  details[d + account.NAT_OUT] = natOut;
  const usesAcl = (decided & (decisions.ACL_IN | decisions.ACL_OUT)) !== 0 ? account.USES_ACL : 0;
  const isForEver = (decided & decisions.NEVER_OUT2IN) !== 0 ? decisions.NAT_OUT2IN_PASSED : 0;
  const needsAbsence = (decided & BY_ABSENCE & ~isForEver) !== 0 ? account.NEEDS_ABSENCE : 0;
  const own = accounts.words;
  const o = flow * ACCOUNT_WORDS;
  own[o + account.STATE] = (profile << account.PROFILE_SHIFT) | usesAcl | needsAbsence;
  own[o + account.STAMP] = needsAbsence !== 0 ? absenceStampOf(tables) : stampOf(tables);
  own[o + account.PACKETS] = 0;
  words[at + field.REFUSED_TCP_FLAGS] = refusedTcpFlags(table, accounts, tables, flow);
  return true;
}

/** True where all that a flow's packets depend on is as it was; its generation must be the current one. */
export function isUnchanged(table: FlowTable, accounts: FlowAccounts, tables: Tables, flow: number): boolean {
  const { words } = table;
  const { details } = accounts;
  const at = flow * FLOW_WORDS;
  const d = flow * DETAIL_WORDS;
  const { acl, nat44 } = tables;
  const { hash } = acl.sessions;
  const { sessions, classic } = nat44;
  const source = words[at + field.SOURCE];
  const destination = words[at + field.DESTINATION];
  const ports = words[at + field.PORTS];
  const protocol = words[at + field.PROTOCOL_RX] & 0xff;
  const rx = words[at + field.PROTOCOL_RX] >>> 8;
  const decided = details[d + account.DECIDED];
  const aclInKey = aclKeyWord(protocol, rx, true);
  if ((decided & decisions.ACL_IN_SESSION) !== 0) {
    if (!acl.sessions.isSettled(details[d + account.ACL_IN], source, destination, swapPorts(ports), aclInKey, 0))
      return false;
  } else if ((decided & decisions.ACL_IN_RULE) !== 0) {
    if (hash.hasAny(rx) && hash.get(source, destination, swapPorts(ports), aclInKey) >= 0) return false;
  }

  const natProtocol = natProtocolOf(protocol);
  const fib = tables.interfaces.all[rx].fibIndex;
  const natIn = details[d + account.NAT_IN];
  ends.start(source, destination, ports);
  if ((decided & decisions.NAT_OUT2IN) !== 0) {
    if (!sessions.hasOut2in(natIn, destination, packKey(ports & 0xffff, natProtocol, fib))) return false;
    ends.translateDestination(sessions, natIn);
  } else if ((decided & decisions.NAT_IN2OUT) !== 0) {
    if (!sessions.hasIn2out(natIn, source, packKey(ports >>> 16, natProtocol, fib))) return false;
    ends.translateSource(sessions, natIn);
  } else if ((decided & (decisions.NAT_OUT2IN_PASSED | decisions.NEVER_OUT2IN)) === decisions.NAT_OUT2IN_PASSED) {
    if (classic.out2in.get(destination, packKey(ports & 0xffff, natProtocol, fib)) >= 0) return false;
  }

  const tx = words[at + field.LEAVES_ON];
  const aclOut = details[d + account.ACL_OUT];
  const aclOutPorts = swapPorts(ends.ports);
  const aclOutKey = aclKeyWord(protocol, tx, false);
  if ((decided & decisions.ACL_OUT_SESSION) !== 0) {
    if (!acl.sessions.isSettled(aclOut, ends.source, ends.destination, aclOutPorts, aclOutKey, 0)) return false;
  } else if ((decided & decisions.ACL_OUT_RULE) !== 0) {
    if (hash.hasAny(tx) && hash.get(ends.source, ends.destination, aclOutPorts, aclOutKey) >= 0) return false;
  }
  if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) {
    const natOut = details[d + account.NAT_OUT];
    if (!sessions.hasIn2out(natOut, ends.source, packKey(ends.ports >>> 16, natProtocol, fib))) return false;
    ends.translateSource(sessions, natOut);
  }
  return (
    ends.source === words[at + field.FINAL_SOURCE] &&
    ends.destination === words[at + field.FINAL_DESTINATION] &&
    ends.ports === words[at + field.FINAL_PORTS]
  );
}

/** TCP flags that a session of the flow has not seen yet: a packet with one changes more than times and counts. */
export function refusedTcpFlags(table: FlowTable, accounts: FlowAccounts, { acl }: Tables, flow: number): number {
  const protocol = table.words[flow * FLOW_WORDS + field.PROTOCOL_RX] & 0xff;
  if (protocol !== ip4.PROTOCOL_TCP) return 0;
  const { details } = accounts;
  const d = flow * DETAIL_WORDS;
  const decided = details[d + account.DECIDED];
  let seen = ALL_TCP_FLAGS & ~tcp.SYN;
  if ((decided & decisions.ACL_IN_SESSION) !== 0) seen &= acl.sessions.tcpFlagsSeen(details[d + account.ACL_IN], true);
  if ((decided & decisions.ACL_OUT_SESSION) !== 0)
    seen &= acl.sessions.tcpFlagsSeen(details[d + account.ACL_OUT], false);
  return ALL_TCP_FLAGS & ~seen;
}

/** Tells a flow's sessions of its packets since the last settlement. */
export function settleSessions(accounts: FlowAccounts, { acl, nat44 }: Tables, flow: number): void {
  const { words, doubles, details } = accounts;
  const o = flow * ACCOUNT_WORDS;
  const d = flow * DETAIL_WORDS;
  const packets = words[o + account.PACKETS];
  const bytes = doubles[flow * ACCOUNT_DOUBLES + account.BYTES];
  const last = doubles[flow * ACCOUNT_DOUBLES + account.LAST];
  const decided = details[d + account.DECIDED];
  if ((decided & decisions.ACL_IN_SESSION) !== 0) acl.sessions.keepAlive(details[d + account.ACL_IN], last);
  if ((decided & (decisions.NAT_IN2OUT | decisions.NAT_OUT2IN)) !== 0) {
    // Before ip4-lookup a packet has no Ethernet header.
    nat44.sessions.countPackets(details[d + account.NAT_IN], last, packets, bytes - packets * ethernet.HEADER_BYTES);
    nat44.users.touch(details[d + account.NAT_IN]);
  }
  if ((decided & decisions.ACL_OUT_SESSION) !== 0) acl.sessions.keepAlive(details[d + account.ACL_OUT], last);
  if ((decided & decisions.NAT_IN2OUT_OUTPUT) === 0) return;
  nat44.sessions.countPackets(details[d + account.NAT_OUT], last, packets, bytes);
  nat44.users.touch(details[d + account.NAT_OUT]);
}
