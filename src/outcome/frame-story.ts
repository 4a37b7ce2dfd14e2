/**
 * What is told about a frame: where it came from, what was decided about it, and where it is asked for, the nodes it visited. In a
 * pcapng output these are the frame's comments, each an option of its own:
 *
 *     rx frame 7 on tap2
 *     ip4-input > acl-in > …
 *     acl-in tap2: acl 2 rule 14 "pod" permit+reflect at node.vpp:45, makes acl session 6
 *     nat44 session 4 new: src 10.1.1.3:41084 > 192.168.16.1:25801
 *
 * Frames have the numbers of their capture, as Wireshark counts them (input-frames.ts). What a comment says of the
 * configuration starts with the words that VPP's own commands show it by, so that `frame.comment contains "acl 2 rule 14"`
 * finds it.
 */

import { Disposition, type Dataplane } from '../dataplane/dataplane.js';
import { CUT_CAUSE } from '../pipeline/engine/cut-off.js';
import {
  FLAG_CHECKSUM_ASSUMED,
  FLAG_CHECKSUM_UNKNOWN,
  FLAG_ORIGINATED,
  FLAG_TRACED,
  FLAG_WAITED,
  type PacketBuffer,
} from '../pipeline/engine/packet-buffer.js';
import type { StepKind } from '../pipeline/engine/steps.js';
import { shortNodeName } from '../pipeline/step-words.js';
import type { FrameSteps } from './frame-steps.js';
import { causeOf, type EndRecorder } from './frame-end.js';

/** Nodes of a path that are written out; a routing loop has hundreds. */
const NODES_SHOWN = 30;

/** A story in parts, in the order of comments. */
export interface FrameStory {
  /** `rx frame 7 on tap2`, or what VPP made for it. */
  readonly source: string;
  /** How it ended, and what it gave rise to in vain; empty for a packet that leaves. */
  readonly end: readonly string[];
  /** Nodes of the frame so far; empty for a packet that did not go on from it. */
  readonly path: string;
  readonly decisions: readonly { readonly kind: StepKind; readonly text: string }[];
  /** What is not known, since the capture cut the frame off. */
  readonly unknowns: readonly string[];
}

const NO_STORY = { end: [], path: '', decisions: [], unknowns: [] } as const;

/** A story as comments. */
export function storyLines({ source, end, path, decisions, unknowns }: FrameStory, hasPath: boolean): string[] {
  const lines = [source, ...end];
  if (hasPath && path !== '') lines.push(path);
  for (const { text } of decisions) lines.push(text);
  lines.push(...unknowns);
  return lines;
}

/** The same of a packet that left as others of its flow did, but for its source. @param path nodes that it visited; empty to leave them out */
export const followedLines = (steps: FrameSteps, path: ArrayLike<number>): string[] => [
  ...(path.length === 0 ? [] : [pathText(path, steps.nodeNames)]),
  ...decisionsAbout(0, steps).map(({ text }) => text),
];

/** What the comments of a received frame say that left. */
export const AS_RECEIVED = 'as received';

export function sentStory(b: PacketBuffer, dataplane: Dataplane, steps: FrameSteps): FrameStory {
  const source = sourceOf(dataplane);
  if ((b.flags & FLAG_WAITED) !== 0)
    return {
      ...NO_STORY,
      source: `fragment that waited for ${source}`,
      decisions: decisionsAbout(b.number, steps),
      unknowns: unknownChecksums(b.flags),
    };
  const isMade = (b.flags & FLAG_ORIGINATED) !== 0;
  const isContinued = isContinuation(b);
  return {
    source: isMade ? `made by VPP for ${source}` : source,
    end: isMade && dataplane.frame.cause !== 0 ? [`because ${causeOf(dataplane.frame, dataplane)}`] : [],
    path: isContinued ? pathOf(dataplane) : '',
    decisions: decisionsAbout(b.number, steps, isContinued ? dataplane.frame.number : b.number),
    unknowns: unknownChecksums(b.flags | dataplane.frame.flags),
  };
}

/** The routes and neighbours of a packet that leaves, which comments leave out, in the order in which it met them. */
export function routesAbout(b: PacketBuffer, { frame }: Dataplane, steps: FrameSteps): string[] {
  const goesOn = isContinuation(b) && (b.flags & FLAG_WAITED) === 0;
  const about = steps.about(b.number, goesOn ? frame.number : b.number);
  return about.flatMap(({ at, words }) => words.detail?.(at, steps) ?? []);
}

/** What is not known about checksums of what the capture cut off, by a packet's flags. */
export const unknownChecksums = (flags: number): readonly string[] => [
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
const isContinuation = ({ flags }: PacketBuffer): boolean =>
  (flags & FLAG_ORIGINATED) === 0 || (flags & FLAG_TRACED) !== 0;

/** A received frame as it was before anything was done to it, and what ended it where it did not leave. */
export function receivedStory(end: EndRecorder, dataplane: Dataplane, steps: FrameSteps): FrameStory {
  if (dataplane.disposition === Disposition.Transmitted)
    return { ...NO_STORY, source: sourceOf(dataplane), end: [AS_RECEIVED] };
  const dropped = droppedStory(end, dataplane, steps);
  return { ...dropped, end: [AS_RECEIVED, ...dropped.end] };
}

export function droppedStory({ cause, lost }: EndRecorder, dataplane: Dataplane, steps: FrameSteps): FrameStory {
  const { frame, graph, disposition } = dataplane;
  const end: string[] = [];
  if (disposition === Disposition.Consumed) end.push('consumed: held or used up by a node');
  else {
    end.push(`${disposition === Disposition.Punted ? 'punted' : 'dropped'}: ${cause}`);
    if (frame.cause !== CUT_CAUSE) end.push(`VPP's trace: ${graph.errors.names[frame.error]}`);
  }
  return {
    source: sourceOf(dataplane),
    end: [...end, ...lost.map((text) => `made ${text}`)],
    path: pathOf(dataplane),
    decisions: decisionsAbout(frame.number, steps),
    unknowns: unknownChecksums(frame.flags),
  };
}

const sourceOf = ({ frame, inputs, receivedOn }: Dataplane): string =>
  sourceText(inputs.nameOf(frame.frame), receivedOn.name);

export const sourceText = (frameName: string, interfaceName: string): string => `rx ${frameName} on ${interfaceName}`;

/** The nodes of the frame so far, without the first, which is always the same. */
const pathOf = ({ path, graph: { names } }: Dataplane): string => pathText(path, names);

function pathText(path: ArrayLike<number>, names: readonly string[]): string {
  const end = Math.min(path.length, NODES_SHOWN + 1);
  let text = end > 1 ? shortNodeName(names[path[1]]) : '';
  for (let i = 2; i < end; i++) text += ` > ${shortNodeName(names[path[i]])}`;
  return path.length > end ? `${text} > ${path.length - end} more` : text;
}

function decisionsAbout(packet: number, steps: FrameSteps, ancestor = packet): FrameStory['decisions'] {
  return steps.about(packet, ancestor).flatMap(({ at, words }) => {
    const text = words.comment?.(at, steps) ?? null;
    return text === null ? [] : [{ kind: words.kind, text }];
  });
}
