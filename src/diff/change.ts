/** How what becomes of a frame differs between two nodes. */

import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import { NAT44 } from '../pipeline/nat-common/nat-steps.js';
import type { Nat44 } from '../pipeline/nat-common/state/nat44.js';
import { differingFields } from '../verify/packet/fields.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import type { SentPacket } from './packet-copy.js';
import { drawnEnd, type PortBindings } from './port-bindings.js';
import type { Side } from './side.js';

/** Kinds of changes: what they are called in JSON and in files of allowed changes, and what they are. */
export const CHANGES = {
  dropped: 'passes → dropped',
  passes: 'dropped → passes',
  interface: 'leaves by another interface',
  backend: 'goes to another back end',
  address: 'gets another address',
  port: 'gets another port',
  'next-hop': 'goes to another next hop',
  ttl: 'leaves with another TTL',
  size: 'leaves in another size',
  answer: 'VPP answers it otherwise',
  bytes: 'leaves with other bytes',
} as const;

export type ChangeKind = keyof typeof CHANGES;
export const CHANGE_KINDS = Object.keys(CHANGES) as readonly ChangeKind[];

export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export interface Change {
  readonly kind: ChangeKind;
  /** Of the packets that differ, for a change of one. */
  readonly fields: readonly FieldChange[];
  /** Which of the packets that each node sends is the first that differs. */
  readonly at: number;
}

/** The first kind of which a field differs; of an IPv4 or IPv6 packet, or what it carries. */
const KINDS_BY_FIELD: readonly (readonly [RegExp, ChangeKind])[] = [
  [/^interface$/, 'interface'],
  [/\bip[46]\.(src|dst)$/, 'address'],
  [/\b(srcport|dstport|ident)$/, 'port'],
  [/\beth\.(src|dst)$/, 'next-hop'],
  [/^frame\.len$|\bip4\.len$|\bip6\.plen$/, 'size'],
  [/\bip4\.ttl$|\bip6\.hlim$/, 'ttl'],
];
const CHECKSUM = /\bchecksum$/;
/** Of what IPv4 carries, by its protocol. */
const CHECKSUM_AT: Readonly<Record<number, number>> = {
  [ip4.PROTOCOL_TCP]: 16,
  [ip4.PROTOCOL_UDP]: 6,
  [ip4.PROTOCOL_ICMP]: 2,
};
/** What NAT44 draws, in a packet that leaves. */
const DRAWN_PORT = /^(tcp\.srcport|udp\.srcport|icmp\.ident|quoted\.(tcp\.dstport|udp\.dstport|icmp\.ident))$/;

/**
 * How what became of the frame differs, as a number: where it is the same for two frames of a flow, they changed in the same way, as far as
 * that does not lie in ports that NAT44 drew. 0 where nothing differs.
 */
export function signOf(before: Side, after: Side): number {
  let sign = (before.causeIndex << 8) ^ (after.causeIndex << 20) ^ (before.sentCount << 4) ^ after.sentCount;
  let isSame = before.passes === after.passes && before.sentCount === after.sentCount;
  for (let at = 0; at < Math.min(before.sentCount, after.sentCount); at++) {
    const [was, is] = [before.sent[at], after.sent[at]];
    if (before.interfaceName(was.swIfIndex) === after.interfaceName(is.swIfIndex) && was.isSameAs(is)) continue;
    isSame = false;
    sign = Math.imul(sign, 31) + was.differenceFrom(is) + (was.swIfIndex << 16) + is.swIfIndex;
  }
  return isSame ? 0 : sign | 1;
}

/** Compares what became of the frame that ran last; null where that is the same. Learns which ports stand for each other. */
export function changeOf(before: Side, after: Side, bindings: PortBindings): Change | null {
  if (before.passes !== after.passes) return { kind: before.passes ? 'dropped' : 'passes', fields: [], at: 0 };
  const count = Math.max(before.sentCount, after.sentCount);
  for (let at = 0; at < count; at++) {
    const isThere = at < Math.min(before.sentCount, after.sentCount);
    if (!isThere) return { kind: before.passes && isFragmented(before, after) ? 'size' : 'answer', fields: [], at };
    const fields = changedFields(before, after, at, bindings);
    if (fields.length > 0) return { kind: kindOf(fields, before, after, at), fields, at };
  }
  return null;
}

/** One of them sends fragments, or more of them. */
const isFragmented = (...sides: Side[]): boolean =>
  sides.some(({ sent, sentCount }) => sentCount > 1 && sent[1].isMade);

function kindOf(fields: readonly FieldChange[], before: Side, after: Side, at: number): ChangeKind {
  if (!before.passes) return 'answer';
  const found = KINDS_BY_FIELD.find(([pattern]) => fields.some(({ field }) => pattern.test(field)))?.[1] ?? 'bytes';
  const isDestination = fields.some(({ field }) => /\bip4\.dst$|dstport$/.test(field));
  const isBackend = isDestination && [before, after].some((side) => isLoadBalanced(side, side.sent[at].number));
  return isBackend ? 'backend' : found;
}

function changedFields(before: Side, after: Side, at: number, bindings: PortBindings): FieldChange[] {
  const [was, is] = [before.sent[at], after.sent[at]];
  const [from, to] = [before.interfaceName(was.swIfIndex), after.interfaceName(is.swIfIndex)];
  const isPlaceSame = from === to;
  if (isPlaceSame && was.isSameAs(is)) return [];
  const isBound = areBound(before, after, at, bindings);
  if (isBound && isPlaceSame && differInPortAlone(was, is)) return [];
  const all: FieldChange[] = differingFields(was.content, is.content, LINKTYPE_ETHERNET).map(
    ({ field, expected, actual }) => ({ field, before: expected, after: actual }),
  );
  const others = all.filter(({ field }) => !CHECKSUM.test(field) && !(isBound && DRAWN_PORT.test(field)));
  const own = others.length > 0 || isBound ? others : all;
  if (was.wireLength !== is.wireLength)
    own.unshift({ field: 'frame.len', before: String(was.wireLength), after: String(is.wireLength) });
  return isPlaceSame ? own : [{ field: 'interface', before: from, after: to }, ...own];
}

/** True for packets of IPv4 that are the same but for the port or identifier that they come from, and its checksum: a quick way past fields. */
function differInPortAlone(was: SentPacket, is: SentPacket): boolean {
  const { view, length } = was;
  const l3 = ip4At(view, 0, length);
  if (l3 < 0 || length !== is.length || was.wireLength !== is.wireLength) return false;
  const l4 = l3 + ip4.headerLength(view, l3);
  const at = CHECKSUM_AT[ip4.protocol(view, l3)] as number | undefined;
  if (at === undefined || l4 + at + 2 > length) return false;
  const port = ip4.protocol(view, l3) === ip4.PROTOCOL_ICMP ? l4 + 4 : l4;
  for (let i = 0; i < length; i++)
    if (was.bytes[i] !== is.bytes[i] && i >> 1 !== port >> 1 && i >> 1 !== (l4 + at) >> 1) return false;
  return true;
}

/** True where NAT44 drew the ports that the packets come from, and these stand for each other. */
export function areBound(before: Side, after: Side, at: number, bindings: PortBindings): boolean {
  if (at >= Math.min(before.sentCount, after.sentCount)) return false;
  const [was, is] = [before.sent[at], after.sent[at]];
  const from = drawnEnd(before.tables, was.view, was.length);
  const to = drawnEnd(after.tables, is.view, is.length);
  return from >= 0 && to >= 0 && bindings.bind(from, to, makesSession(before, after));
}

const { isNew, session, mapping } = NAT44.at;

/** True where a node made a NAT44 session for the frame. */
export function makesSession(...sides: readonly Side[]): boolean {
  for (const {
    steps: { steps },
  } of sides)
    for (const at of steps.all()) if (steps.kindAt(at) === NAT44 && steps.words[at + isNew] !== 0) return true;
  return false;
}

/** True where a packet met a mapping with several back ends, or its session is of one. */
function isLoadBalanced({ steps, tables }: Side, packet: number): boolean {
  const { words } = steps.steps;
  for (const { at } of steps.about(0, packet)) {
    if (steps.steps.kindAt(at) !== NAT44) continue;
    const made = steps.makerOf(NAT44, words[at + session])?.first ?? -1;
    if ([words[at + mapping], made].some((index) => mappingOf(tables.nat44, index)?.isLoadBalanced === true))
      return true;
  }
  return false;
}

const mappingOf = ({ mappings }: Nat44, index: number): ReturnType<Nat44['mappings']['pool']['find']> =>
  index < 0 ? undefined : mappings.pool.find(index);
