/**
 * What nodes decide about the packets of the frame that runs, as integers, noted while they decide it: the rule, the session, the
 * translation, the route, the neighbour, the end. Comments, verdicts, explanations, coverage and the flow cache are views of these.
 *
 * A step is three words and its kind's fields, in the order of visits:
 *
 *     word 0  kind id | node index << 8
 *          1  number of the packet: 0 for the frame, others for what nodes make (PacketBuffer.number)
 *          2  flags: STEP_*
 *          3  fields
 */

import { grown } from './state/grown.js';
import type { PacketBuffer } from './packet-buffer.js';

const HEADER_WORDS = 3;
const KIND_BITS = 8;

/** The next packet of the flow would not fare the same way: this one made something, or changed more than times and counts. */
export const STEP_UNREPEATABLE = 1;
/** A session that was there decides. */
export const STEP_BY_SESSION = 2;

/** A kind of step: a plugin declares its own, beside the nodes that note them. */
export interface StepKind<F extends string = string> {
  /** As in the `steps` of verdicts. */
  readonly name: string;
  readonly fields: readonly F[];
  readonly id: number;
  /** Where each field is, counted from the step's first word. */
  readonly at: Readonly<Record<F, number>>;
  readonly words: number;
}

const KINDS: StepKind[] = [];

export function stepKind<F extends string>(name: string, fields: readonly F[]): StepKind<F> {
  const at = Object.fromEntries(fields.map((field, i) => [field, HEADER_WORDS + i])) as Record<F, number>;
  const kind = { name, fields, id: KINDS.length, at, words: HEADER_WORDS + fields.length };
  KINDS.push(kind);
  return kind;
}

/** Index of the node that noted a step, by the step's first word. */
export const nodeOfStep = (word: number): number => word >>> KIND_BITS;

/** Is shown each step once, in order, when its fields are written. */
export interface StepReader {
  read(steps: Steps, at: number): void;
}

export class Steps {
  words = new Int32Array(1024);
  /** Words in use. */
  length = 0;
  /**
   * Whether somebody reads them: nodes ask before they note a step. Noting all of them costs an eighth of a frame's time
   * (bench/README.md, "steps").
   */
  isOn = false;
  /** Whether somebody reads the fields that cost more, such as headers before and after a translation. */
  isDetailed = false;

  private readonly readers: StepReader[] = [];
  /** Words that the readers have been shown. */
  private shown = 0;

  /** Shows a reader every step from now on. */
  attach(reader: StepReader): void {
    this.readers.push(reader);
    this.isOn = true;
    this.isDetailed = true;
  }

  /** Says whether somebody who is no reader wants the next frame's steps. */
  want(isWanted: boolean): void {
    this.isOn = isWanted || this.readers.length > 0;
  }

  /** Instead of steps that nodes note: those of a packet that is gone. */
  load(words: Int32Array, from: number, to: number): void {
    this.length = to - from;
    if (this.length > this.words.length) this.grow();
    for (let i = from; i < to; i++) this.words[i - from] = words[i];
  }

  /** Shows the readers the steps that are new to them: before the frame's are forgotten, and before somebody asks a reader. */
  flush(): void {
    if (this.readers.length === 0) return;
    const from = this.shown;
    this.shown = this.length; // a reader may ask another one, which flushes
    for (let at = from; at < this.shown; at += this.kindAt(at).words)
      for (const reader of this.readers) reader.read(this, at);
  }

  /** Forgets the frame before. */
  clear(): void {
    this.length = 0;
    this.shown = 0;
  }

  /**
   * Begins a step; returns where it is. Its fields are the words behind the first three, in their kind's order, and are whatever was
   * there before until they are written.
   */
  add(kind: StepKind, node: number, b: PacketBuffer, flags = 0): number {
    const at = this.length;
    this.length = at + kind.words;
    if (this.length > this.words.length) this.grow();
    const { words } = this;
    words[at] = kind.id | (node << KIND_BITS);
    words[at + 1] = b.number;
    words[at + 2] = flags;
    return at;
  }

  kindAt(at: number): StepKind {
    return KINDS[this.words[at] & ((1 << KIND_BITS) - 1)];
  }

  nodeAt(at: number): number {
    return nodeOfStep(this.words[at]);
  }

  packetAt(at: number): number {
    return this.words[at + 1];
  }

  flagsAt(at: number): number {
    return this.words[at + 2];
  }

  /** Where the steps are, in order. */
  *all(): Generator<number> {
    for (let at = 0; at < this.length; at += this.kindAt(at).words) yield at;
  }

  private grow(): void {
    this.words = grown(this.words, Math.max(this.words.length * 2, this.length));
  }
}
