/** How a packet that the node sent differs from the one that the model sends, and what in the model decided that it is otherwise. */

import { LINKTYPE_ETHERNET } from '../../capture/frame-batch.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import type { Nat44 } from '../../pipeline/nat-common/state/nat44.js';
import { keyPort, keyProtocol } from '../../pipeline/nat-common/state/session-key.js';
import { LAST_RESERVED_PORT } from '../../pipeline/nat-common/state/port-stream.js';
import { SESSION_STATIC_MAPPING } from '../../pipeline/nat-common/state/sessions.js';
import type { StaticMapping } from '../../pipeline/nat-common/state/static-mappings.js';
import { ip4At } from '../../wire/decode.js';
import * as ip4 from '../../wire/ip4.js';
import { l4State, WRONG, ZERO } from '../../wire/l4-checksum.js';
import { differingFields } from '../../verify/packet/fields.js';
import { behindNeighbour, lastOf, otherMapping } from './blame.js';
import type { CapturedFrame } from '../captured-frame.js';
import type { SentenceOf } from '../../explain/decisions.js';
import { PacketFacts } from '../packet-facts.js';
import type { Story } from '../modelled-packet.js';

export interface FieldChange {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** Causes of differences: what they are called in JSON, and what they are. */
export const CAUSES = {
  lost: 'the model sends it, the node did not',
  'dropped-by-node': 'the model sends it, the node dropped it',
  'single-record': 'the capture has one of the two records that VPP writes of it',
  denied: 'the node sent what an ACL denies',
  dropped: 'the node sent what the model drops',
  'sent-twice': 'the node sent it once more than the model does',
  unexplained: 'nothing that arrived makes the node send it',
  'session-port': 'the node sent it from another port or identifier than its session has',
  'new-port': 'the node sent it from another port or identifier than it should draw',
  'port-of-another-session': 'the node sent it from a port or identifier that another session has',
  'back-end': 'the node sent it to what is no back end of the mapping',
  destination: 'the node sent it to another destination',
  translation: 'the node translated it otherwise',
  route: 'the node sent it by another interface or next hop',
  neighbour: 'the node sent it to another neighbour',
  order: 'the node sent it before what should have left before it',
  checksum: 'its checksum is wrong',
  bytes: 'the node changed bytes that it leaves alone',
  'drop-reason': 'the node dropped it for another reason',
  'next-node': 'it went on to another node of the graph',
  'node-bytes': 'a node of the graph made other bytes of it',
  'node-record': 'a node of the graph recorded another decision',
} as const;

export type Cause = keyof typeof CAUSES;

export interface Judgement {
  readonly cause: Cause;
  /** The decision of the model behind it; null for none. */
  readonly decision: SentenceOf | null;
  readonly fields: readonly FieldChange[];
}

/** Names of fields that are checksums, of the packet itself or of what it carries. */
const isChecksum = ({ field }: FieldChange): boolean => field.endsWith('.checksum');

const isMac = ({ field }: FieldChange): boolean => field === 'eth.dst' || field === 'eth.src';

/** How two packets differ; checksums that fit what the node sent are left out. */
function changedFields(expected: CapturedFrame, actual: CapturedFrame, { interfaces }: Tables): FieldChange[] {
  const length = Math.min(expected.length, actual.length);
  const differing = differingFields(
    expected.content.subarray(0, length),
    actual.content.subarray(0, length),
    LINKTYPE_ETHERNET,
  );
  const fields: FieldChange[] = actual.comparedFrom > 0 ? differing.filter((one) => !isMac(one)) : differing;
  if (expected.originalLength !== actual.originalLength)
    fields.push({
      field: 'frame.len',
      expected: String(expected.originalLength),
      actual: String(actual.originalLength),
    });
  const others = fields.filter((one) => !isChecksum(one));
  const shown = others.length > 0 && hasGoodChecksums(actual) ? others : fields;
  if (actual.swIfIndex < 0 || actual.swIfIndex === expected.swIfIndex) return shown;
  const [was, is] = [expected, actual].map(({ swIfIndex }) => interfaces.all[swIfIndex].name);
  return [{ field: 'interface', expected: was, actual: is }, ...shown];
}

function hasGoodChecksums({ view, at, length }: CapturedFrame): boolean {
  const l3 = ip4At(view, at, length);
  if (l3 < 0) return true;
  const state = l4State(view, l3, at + length);
  return ip4.hasGoodChecksum(view, l3) && state !== WRONG && state !== ZERO;
}

/** Judges a packet that the node sent in place of the model's. */
export function judge(expected: CapturedFrame, story: Story, actual: CapturedFrame, tables: Tables): Judgement {
  const { decisions } = story;
  const nat = lastOf(decisions, 'nat44');
  /** What the model translated it by, or by what the node seems to have done so. */
  const by = (): SentenceOf | null =>
    typeof nat?.data['mapping'] === 'string' ? nat : (otherMapping(story, actual, tables) ?? nat);
  const isPortUnseen = nat !== null && hasPlaceholder(nat, tables.nat44);
  const all = changedFields(expected, actual, tables);
  const fields = isPortUnseen ? all.filter(({ field }) => !SOURCE_PORTS.includes(field)) : all;
  const has = (...names: string[]): boolean => fields.some(({ field }) => names.includes(field));
  if (fields.every(isChecksum)) return { cause: 'checksum', decision: nat, fields };
  if (
    has('ip4.dst', 'tcp.dstport', 'udp.dstport') ||
    (has('icmp.ident') && story.decisions.length > 0 && isInbound(nat))
  )
    return { cause: isBackEnd(actual, nat, tables) ? 'back-end' : 'destination', decision: by(), fields };
  if (has('ip4.src')) return { cause: 'translation', decision: by(), fields };
  if (has(...SOURCE_PORTS)) return { cause: portCause(actual, nat, tables), decision: by(), fields };
  if (has('interface')) return { cause: 'route', decision: lastOf(decisions, 'route'), fields };
  if (has('eth.dst', 'eth.src')) {
    const { isRoute, decision } = behindNeighbour(story, actual, tables);
    return { cause: isRoute ? 'route' : 'neighbour', decision, fields };
  }
  return { cause: 'bytes', decision: null, fields };
}

const SOURCE_PORTS: readonly string[] = ['tcp.srcport', 'udp.srcport', 'icmp.ident'];

export const sourcePortField = (ipProtocol: number): string =>
  SOURCE_PORTS[[ip4.PROTOCOL_TCP, ip4.PROTOCOL_UDP].indexOf(ipProtocol)] ?? 'icmp.ident';

/** True for a session whose port nobody has seen: the model's stands for it (Choices). */
function hasPlaceholder({ data: { session } }: SentenceOf, { sessions }: Nat44): boolean {
  if (typeof session !== 'number' || (sessions.flags(session) & SESSION_STATIC_MAPPING) !== 0) return false;
  return keyPort(sessions.out2inWord(session)) < LAST_RESERVED_PORT;
}

interface TranslationChange {
  readonly what: string;
}

/** True for a translation of the destination. */
function isInbound(nat: SentenceOf | null): boolean {
  const changes = (nat?.data['changes'] ?? []) as readonly TranslationChange[];
  return changes.some(({ what }) => what === 'destination') && !changes.some(({ what }) => what === 'source');
}

/** True where the translation is by a mapping that has several back ends, and the packet went to none of them. */
function isBackEnd(actual: CapturedFrame, nat: SentenceOf | null, { nat44 }: Tables): boolean {
  const mapping = nat === null ? undefined : mappingOf(nat, nat44);
  if (mapping?.isLoadBalanced !== true) return false;
  const { destination, destinationPort } = new PacketFacts().read(actual.view, actual.at, actual.length);
  return !mapping.locals.values().some(({ address, port }) => address === destination && port === destinationPort);
}

/** The mapping that a packet met, or that its session is of. */
export function mappingOf({ data }: SentenceOf, { mappings, sessions }: Nat44): StaticMapping | undefined {
  const { session, mapping } = data;
  if (typeof mapping === 'string') return mappings.pool.values().find(({ origin }) => origin === mapping);
  if (typeof session !== 'number') return undefined;
  const word = sessions.out2inWord(session);
  const index = mappings.indexByExternal(sessions.out2inAddress(session), keyPort(word), keyProtocol(word));
  return index < 0 ? undefined : mappings.pool.at(index);
}

function portCause(actual: CapturedFrame, nat: SentenceOf | null, tables: Tables): Cause {
  if (nat === null) return 'bytes';
  const { nat44, interfaces } = tables;
  const facts = new PacketFacts().read(actual.view, actual.at, actual.length);
  const answer = {
    ipProtocol: facts.ipProtocol,
    source: facts.destination,
    sourcePort: facts.destinationPort,
    destination: facts.source,
    destinationPort: facts.sourcePort,
  };
  const fib = actual.swIfIndex < 0 ? nat44.outsideFibIndex : interfaces.fibIndexOf[actual.swIfIndex];
  const other = nat44.mode.sessionOf(tables, answer, false, fib);
  if (other >= 0 && other !== nat.data['session']) return 'port-of-another-session';
  return nat.data['isNew'] === true ? 'new-port' : 'session-port';
}
