/** What plugins say about their steps: plain data, a part of a comment, a sentence with the line of the configuration behind it. */

import type { StepKind, Steps } from './engine/steps.js';
import type { Tables } from './engine/tables.js';

/** Who made a session: a frame, by its number in its capture, and what its step says of it, such as ACL and rule. */
export interface SessionMaker {
  readonly number: number;
  readonly capture: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

/** A session that a step made, or of which it tells more: then its maker stays. */
export type MadeSession = { readonly session: number; readonly isNew: boolean } & Pick<
  SessionMaker,
  'first' | 'second' | 'third'
>;

/** What words are made from. */
export interface StepSource {
  readonly steps: Steps;
  readonly tables: Tables;
  /** Graph nodes by index. */
  readonly nodeNames: readonly string[];
  /** Who made a session of the kind's plugin; null where that was before anybody looked. */
  readonly makerOf: (kind: StepKind, session: number) => SessionMaker | null;
  /** `frame 4`, `frame 4 of uplink.pcap`. */
  readonly frameName: (maker: SessionMaker) => string;
}

export type StepData = Readonly<Record<string, string | number | boolean | null | readonly object[]>>;

/** A sentence, and the 'file:line' of the command that decided so, '' for none. */
export interface StepSentence {
  readonly text: string;
  readonly origin: string;
}

/** The words of one kind of step. `at` is where the step is. */
export interface StepWords {
  readonly kind: StepKind;
  /** The session that the step made, with what made it. */
  readonly made?: (steps: Steps, at: number) => MadeSession | null;
  /** The session whose maker words ask for; -1 for none. */
  readonly session?: (steps: Steps, at: number) => number;
  /** How many of a step's words decide its data, until `FlowStamps.generation` grows; 0 where more than words do. */
  readonly common?: (steps: Steps, at: number) => number;
  /** For `steps` of verdicts, without the node's name and the kind's. */
  readonly data: (at: number, source: StepSource) => StepData;
  /** A part of a frame's comment in a pcapng. */
  readonly comment?: (at: number, source: StepSource) => string | null;
  /** What comments leave out, since it is the same for nearly every frame. */
  readonly detail?: (at: number, source: StepSource) => string | null;
  /** For `vppcap explain`. */
  readonly sentence?: (at: number, source: StepSource) => StepSentence | null;
}

/** Remembers what becomes of a text: there are few of them, and each comes with every frame. */
function remembered(shorten: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let short = known.get(text);
    if (short === undefined) known.set(text, (short = shorten(text)));
    return short;
  };
}

const shortAclName = (_: string, direction: string, version: string, place: string): string =>
  `acl-${direction}${version === '6' ? '-ip6' : ''}${place === 'l2' ? '-l2' : ''}`;

/** A node's name for people: acl-plugin-in-ip4-fa is what they call acl-in. */
export const shortNodeName = remembered((node) => node.replace(/^acl-plugin-(in|out)-ip([46])-(fa|l2)$/, shortAclName));

/** 'file:line' without the folder. */
export const baseName = remembered((origin) => origin.replace(/^.*[/\\](?=[^/\\]*:\d)/, ''));

/** Of a session from before the first frame. */
export const wasThere = (toldBy: string | null): string =>
  toldBy === null ? '' : `, which was there before, as ${toldBy} tells`;

/** ' at node.vpp:45', or nothing for what no command made. */
export const atOrigin = (origin: string): string => (origin === '' ? '' : ` at ${baseName(origin)}`);
