/**
 * State that a trace presupposes: sessions that packets before its first one made, ports that NAT44 had drawn. No text says how
 * they came about, so each is said as an assumption; the model is then given what the trace shows of it, so that everything that
 * follows can be compared.
 *
 * Sessions of endpoint-dependent NAT44 have more to them than a trace shows; they are said and not made.
 */

import { L4_FLAG_IS_INPUT, L4_FLAG_IS_SLOWPATH, FiveTuple } from '../../pipeline/acl/five-tuple.js';
import { SESSION_STATIC_MAPPING } from '../../pipeline/nat-common/state/sessions.js';
import { natProtocolOf, packKey } from '../../pipeline/nat-common/state/session-key.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { formatAddress } from '../../wire/address.js';
import type { ImportedPacket } from '../import/imported-trace.js';
import { field, lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import { addressOf, endsAfter, endsBefore, type Ends } from '../rebuild/ends.js';

export interface Assumption {
  /** Line of the trace that presupposes it. */
  readonly line: number;
  readonly text: string;
  /** False where the model could not be given it: what follows cannot be compared. */
  readonly isMade: boolean;
}

/** The ACL plugin's actions for a packet whose rule makes a session, and for one of a session. */
const ACTION_REFLECT = '2';
export const ACTION_SESSION = '3';
const [ICMP, TCP, UDP] = [1, 6, 17] as const;
/** So many draws ahead a port is looked for: those of a busy day. */
const FURTHEST_DRAW = 1_000_000;

/**
 * Gives the tables what a packet needs and they do not have.
 * @param interfaceOf the model's sw_if_index for one of the trace
 */
export function assumeFor(
  { trace: { records } }: ImportedPacket,
  tables: Tables,
  interfaceOf: (swIfIndex: number) => number | null,
): Assumption[] {
  return records.flatMap((record, at) => {
    const { node } = record;
    if (node === null || record.isFurther) return [];
    if (/^acl-plugin-(?:in|out)-ip4-/.test(node))
      return hasMadeAclSession(records.slice(0, at), record) ? [] : assumeAclSession(record, tables, interfaceOf);
    if (node.startsWith('nat44-ed-')) return assumeEdSession(record, tables);
    if (/^nat44-(?:ei-)?(?:in2out|out2in)/.test(node))
      return assumeNatSession(record, endsBefore(records, at), endsAfter(records, at), tables);
    return [];
  });
}

/** True where the packet itself made a session at the interface before: one that turns round finds its own. */
function hasMadeAclSession(before: readonly NodeRecord[], record: NodeRecord): boolean {
  const value = (from: NodeRecord, name: string): string | undefined => textOf(lineOf(from, 'acl'), name);
  return before.some(
    (entry) => value(entry, 'action') === ACTION_REFLECT && value(entry, 'swIfIndex') === value(record, 'swIfIndex'),
  );
}

/** A packet passed by a reflexive session. */
function assumeAclSession(
  record: NodeRecord,
  { acl, interfaces, clock }: Tables,
  interfaceOf: (swIfIndex: number) => number | null,
): Assumption[] {
  const line = lineOf(record, 'acl');
  const tuple = lineOf(record, 'acl-tuple');
  if (line === undefined || textOf(line, 'action') !== ACTION_SESSION || tuple === undefined) return [];
  const five = new FiveTuple();
  const number = (name: string): number => field(tuple, name)?.value ?? 0;
  const isInput = record.node?.includes('-in-') === true;
  five.source = addressOf(tuple, 'source');
  five.destination = addressOf(tuple, 'destination');
  five.sourcePort = number('sourcePort');
  five.destinationPort = number('destinationPort');
  five.protocol = number('protocol');
  five.swIfIndex = interfaceOf(field(line, 'swIfIndex')?.value ?? -1) ?? -1;
  const isFast = five.protocol === TCP || five.protocol === UDP;
  five.l4Flags = (isInput ? L4_FLAG_IS_INPUT : 0) | (isFast ? 0 : L4_FLAG_IS_SLOWPATH);
  if (five.swIfIndex < 0 || acl.sessions.find(five) >= 0) return [];
  acl.sessions.add(five, clock.now);
  const ends = `${formatAddress(five.source)}:${five.sourcePort} > ${formatAddress(five.destination)}:${five.destinationPort}`;
  const name = interfaces.all[five.swIfIndex].name;
  return [
    {
      line: line.number,
      text: `an earlier packet, ${isInput ? 'this way' : 'the other way'} or back, had made an ACL session on ${name} for ${ends} (protocol ${five.protocol})`,
      isMade: true,
    },
  ];
}

/** Endpoint-independent NAT44: a session that was there, or a port that is not the next to be drawn. */
function assumeNatSession(record: NodeRecord, before: Ends | null, after: Ends | null, tables: Tables): Assumption[] {
  const line = lineOf(record, 'nat');
  const session = field(line, 'session')?.value ?? -1;
  if (line === undefined || session < 0 || before === null || after === null) return [];
  const { nat44 } = tables;
  if (nat44.mode.isEndpointDependent) return [];
  const protocol = natProtocolOf(before.protocol);
  const fib = nat44.insideFibIndex;
  const isOut = record.node?.includes('out2in') === true;
  const [inside, insidePort, outside, outsidePort] = isOut
    ? [after.destination, after.destinationPort, before.destination, before.destinationPort]
    : [before.source, before.sourcePort, after.source, after.sourcePort];
  if (inside === outside && insidePort === outsidePort) return [];
  if (before.protocol === ICMP) return [];
  const hasMapping = nat44.mappings.matchLocal(inside, insidePort, protocol, fib, nat44.outsideFibIndex);
  if (tables.nat44Independent.in2out.get(inside, packKey(insidePort, protocol, fib)) >= 0) return [];
  const ends = `${formatAddress(inside)}:${insidePort} is ${formatAddress(outside)}:${outsidePort}`;
  const isSlowPath = !isOut && record.node?.includes('slowpath') === true;
  if (isSlowPath && !hasMapping) return assumeDraws(outside, outsidePort, protocol, line.number, tables);
  // A mapping makes its sessions by itself, but not for an answer to a packet that is not in the text.
  if (hasMapping && !(isSlowPath && before.isAnswer)) return [];
  makeSession(tables, inside, insidePort, outside, outsidePort, protocol, isOut ? before.source : before.destination);
  return [{ line: line.number, text: `NAT44 had a session: ${ends} (protocol ${before.protocol})`, isMade: true }];
}

function makeSession(
  { nat44, nat44Independent: independent, clock }: Tables,
  inside: number,
  insidePort: number,
  outside: number,
  outsidePort: number,
  protocol: number,
  host: number,
): void {
  const { sessions, users, pool, insideFibIndex } = nat44;
  const user = users.getOrCreate(inside, insideFibIndex);
  const session = independent.allocateOrRecycle(user, nat44.maxTranslationsPerUser);
  const address = pool.find(outside);
  if (address) address.markBusy(protocol, outsidePort);
  else sessions.addFlags(session, SESSION_STATIC_MAPPING);
  users.countSession(user, address === undefined, nat44.maxTranslationsPerUser);
  sessions.setIn2out(session, inside, packKey(insidePort, protocol, insideFibIndex));
  sessions.setOut2in(session, outside, packKey(outsidePort, protocol, nat44.outsideFibFor(host)));
  sessions.setLastHeard(session, clock.now);
  independent.index(session);
}

/** A new session got a port that NAT44 would not draw next. */
function assumeDraws(outside: number, port: number, protocol: number, line: number, { nat44 }: Tables): Assumption[] {
  const address = nat44.pool.find(outside);
  if (address === undefined) return [];
  const { ports } = nat44;
  const start = ports.save();
  let skipped = 0;
  while (skipped < FURTHEST_DRAW) {
    const before = ports.save();
    const drawn = nat44.pool.policy.port(ports);
    if (drawn === port) {
      ports.restore(before);
      break;
    }
    if (!address.isBusy(protocol, drawn)) skipped++;
  }
  if (skipped === 0) return [];
  if (skipped === FURTHEST_DRAW) {
    ports.restore(start);
    return [{ line, text: `port ${port} is none of the next ${FURTHEST_DRAW} that NAT44 draws`, isMade: false }];
  }
  const count = skipped === 1 ? 'one port' : `${skipped} ports`;
  return [{ line, text: `NAT44 had drawn ${count} for other flows before ${port}`, isMade: true }];
}

function assumeEdSession(record: NodeRecord, { nat44 }: Tables): Assumption[] {
  const line = lineOf(record, 'nat');
  const session = field(line, 'session')?.value ?? -1;
  const isThere = session < 0 || record.node?.includes('slowpath') === true || nat44.sessions.count > 0;
  if (line === undefined || isThere) return [];
  return [{ line: line.number, text: `endpoint-dependent NAT44 had session ${session}`, isMade: false }];
}
