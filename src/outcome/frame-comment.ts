/**
 * The comment that a frame gets in a pcapng output: where it came from, the nodes it visited, and what was decided about it:
 *
 *     rx frame 7 on tap2 | ip4-input > acl-in > … | acl-in tap2: acl 2 rule 14 "pod" permit+reflect at node.vpp:45, made
 *     session 6 | nat44 session 4 new: src 10.1.1.3:41084 > 192.168.16.1:25801
 *
 * Frames have the numbers of their capture, as Wireshark counts them (input-frames.ts). What a comment says of the
 * configuration starts with the words that VPP's own commands show it by, so that `frame.comment contains "acl 2 rule 14"`
 * finds it.
 */

import { ACTION_DENY, ACTION_PERMIT_REFLECT, ACTION_SESSION } from '../pipeline/acl/match/acl-rules.js';
import { Disposition, type Dataplane } from '../node/dataplane.js';
import * as entry from './decisions/decision-log.js';
import type { DecisionLog } from './decisions/decision-log.js';
import { headerChanges, outsideEnd } from '../pipeline/nat-common/header-words.js';
import { CUT_CAUSE } from '../pipeline/engine/cut-off.js';
import {
  FLAG_CHECKSUM_ASSUMED,
  FLAG_CHECKSUM_UNKNOWN,
  FLAG_ORIGINATED,
  FLAG_TRACED,
  type PacketBuffer,
} from '../pipeline/engine/packet-buffer.js';
import { causeOf } from './verdicts.js';

/** Nodes of a path that are written out; a routing loop has hundreds. */
const NODES_SHOWN = 30;
const ACTION_NAMES = ['deny', 'permit', 'permit+reflect'];

/** A packet that leaves. */
export function sentComment(b: PacketBuffer, dataplane: Dataplane, log: DecisionLog): string {
  const source = sourceOf(dataplane);
  if (log.hasWaited(b))
    return [
      `fragment that waited for ${source}`,
      ...decisionsAbout(b, null, dataplane, log),
      ...checksumWords(b.flags),
    ].join(' | ');
  const isMade = (b.flags & FLAG_ORIGINATED) !== 0;
  const parts = [isMade ? `made by VPP for ${source}` : source];
  const isContinued = isContinuation(b);
  if (isMade && dataplane.frame.cause !== 0) parts.push(`because ${causeOf(dataplane.frame, dataplane)}`);
  if (isContinued) parts.push(pathOf(dataplane));
  parts.push(...decisionsAbout(b, isContinued ? dataplane.frame : null, dataplane, log));
  parts.push(...checksumWords(b.flags | dataplane.frame.flags));
  return parts.join(' | ');
}

/** What is not known about checksums of what the capture cut off, by a packet's flags. */
export const checksumWords = (flags: number): readonly string[] => [
  ...((flags & FLAG_CHECKSUM_ASSUMED) !== 0
    ? ['the checksum it arrived with is taken for right, since the capture cut off a part of what it covers']
    : []),
  ...((flags & FLAG_CHECKSUM_UNKNOWN) !== 0
    ? ['its ICMP checksum is not known, and 0 here, since the capture cut off a part of what it quotes']
    : []),
];

/**
 * Whether a packet goes on from the received one. VPP traces what does, such as fragments, but not the errors that it sends about it.
 */
export const isContinuation = ({ flags }: PacketBuffer): boolean =>
  (flags & FLAG_ORIGINATED) === 0 || (flags & FLAG_TRACED) !== 0;

/**
 * A received frame as it was before anything was done to it, and what ended it where it did not leave: `cause` is the sentence for
 * that, `lost` those for what it gave rise to in vain.
 */
export function receivedComment(
  cause: string,
  lost: readonly string[],
  dataplane: Dataplane,
  log: DecisionLog,
): string {
  const parts = [sourceOf(dataplane), 'as received'];
  if (dataplane.disposition !== Disposition.Transmitted) parts.push(...endOf(cause, lost, dataplane, log));
  return parts.join(' | ');
}

/** A received frame that did not leave; `cause` and `lost` as above. */
export const droppedComment = (
  cause: string,
  lost: readonly string[],
  dataplane: Dataplane,
  log: DecisionLog,
): string => [sourceOf(dataplane), ...endOf(cause, lost, dataplane, log)].join(' | ');

function endOf(cause: string, lost: readonly string[], dataplane: Dataplane, log: DecisionLog): string[] {
  const { frame, graph, disposition } = dataplane;
  const parts: string[] = [];
  if (disposition === Disposition.Consumed) parts.push('consumed: held or used up by a node');
  else {
    parts.push(`${disposition === Disposition.Punted ? 'punted' : 'dropped'}: ${cause}`);
    if (frame.cause !== CUT_CAUSE) parts.push(`VPP's trace: ${graph.errors.names[frame.error]}`);
  }
  parts.push(...lost.map((text) => `made ${text}`), pathOf(dataplane));
  parts.push(...decisionsAbout(frame, null, dataplane, log), ...checksumWords(frame.flags));
  return parts;
}

const sourceOf = ({ frame, inputs, receivedOn }: Dataplane): string =>
  `rx ${inputs.nameOf(frame.frame)} on ${receivedOn.name}`;

/** The nodes of the frame so far, without the first, which is always the same. */
function pathOf({ graph: { path, pathLength, names } }: Dataplane): string {
  const end = Math.min(pathLength, NODES_SHOWN + 1);
  let text = end > 1 ? shortName(names[path[1]]) : '';
  for (let i = 2; i < end; i++) text += ` > ${shortName(names[path[i]])}`;
  return pathLength > end ? `${text} > ${pathLength - end} more` : text;
}

/** Remembers what becomes of a text: there are few of them, and each comes with every frame. */
function remembered(shorten: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const short = known.get(text);
    if (short !== undefined) return short;
    known.set(text, shorten(text));
    return shorten(text);
  };
}

/** acl-plugin-in-ip4-fa is what people call acl-in. */
const shortName = remembered((node) => node.replace(/^acl-plugin-(in|out)-ip([46])-(fa|l2)$/, shortAclName));
const shortAclName = (_: string, direction: string, version: string, place: string): string =>
  `acl-${direction}${version === '6' ? '-ip6' : ''}${place === 'l2' ? '-l2' : ''}`;

function decisionsAbout(
  b: PacketBuffer,
  ancestor: PacketBuffer | null,
  dataplane: Dataplane,
  log: DecisionLog,
): string[] {
  const parts: string[] = [];
  for (const at of log.about(b, ancestor)) {
    if (log.words[at + entry.KIND] === entry.ACL) parts.push(aclText(log.words, at, dataplane));
    else if (log.words[at + entry.KIND] === entry.NAT44) parts.push(natText(log.words, at, dataplane));
  }
  return parts;
}

function aclText(words: Int32Array, at: number, dataplane: Dataplane): string {
  const { graph, inputs, tables } = dataplane;
  const place = `${shortName(graph.names[words[at + entry.NODE]])} ${tables.interfaces.all[words[at + entry.ACL_INTERFACE]].name}`;
  const action = words[at + entry.ACL_ACTION];
  const session = words[at + entry.ACL_SESSION];
  const aclIndex = words[at + entry.ACL_INDEX];
  if (aclIndex < 0) return action === ACTION_SESSION ? `${place}: acl session ${session}` : `${place}: no rule matches`;
  const { tag, origin } = tables.acl.acls[aclIndex];
  const rule = `acl ${aclIndex} rule ${words[at + entry.ACL_RULE]}${tag === '' ? '' : ` "${tag}"`}`;
  const line = `at ${baseName(origin)}`;
  if (action === ACTION_SESSION) {
    const maker = inputs.name(words[at + entry.ACL_MADE_BY], words[at + entry.ACL_MADE_BY_CAPTURE]);
    return `${place}: acl session ${session}, which ${rule} ${line} made for rx ${maker}`;
  }
  const isFull = action === ACTION_DENY && ruleActionOf(tables, words, at) !== ACTION_DENY;
  const made = action === ACTION_PERMIT_REFLECT ? `, makes acl session ${session}` : '';
  return `${place}: ${rule} ${isFull ? 'permits, but no session can be made,' : ACTION_NAMES[action]} ${line}${made}`;
}

const ruleActionOf = ({ acl }: Dataplane['tables'], words: Int32Array, at: number): number =>
  acl.acls[words[at + entry.ACL_INDEX]].rules[words[at + entry.ACL_RULE]].action;

const SHORT = { source: 'src', destination: 'dst', identifier: 'identifier' } as const;

function natText(words: Int32Array, at: number, { tables }: Dataplane): string {
  const session = words[at + entry.NAT_SESSION];
  const mapping = words[at + entry.NAT_MAPPING];
  const protocol = words[at + entry.NAT_PROTOCOL];
  const isNew = words[at + entry.NAT_IS_NEW] !== 0;
  const subject = session < 0 ? 'nat44' : `nat44 session ${session}${isNew ? ' new' : ''}`;
  const changes = headerChanges(words, at + entry.NAT_BEFORE, at + entry.NAT_AFTER, protocol).map(
    ({ what, isQuoted, before, after }) => `${isQuoted ? 'quoted ' : ''}${SHORT[what]} ${before} > ${after}`,
  );
  if (changes.length === 0 && session < 0 && mapping < 0)
    return `nat44: no session or mapping for ${outsideEnd(words, at + entry.NAT_BEFORE, protocol)}`;
  const by = mapping < 0 ? '' : ` by the mapping at ${baseName(tables.nat44.mappings.pool.at(mapping).origin)}`;
  return `${subject}: ${changes.length > 0 ? changes.join(', ') : 'unchanged'}${by}`;
}

/** 'file:line' without the folder. */
export const baseName = remembered((origin) => origin.replace(/^.*[/\\]/, ''));
