/**
 * Verdicts: what became of each frame, in the form of the recordings' packets.jsonl, with what a person wants to know added.
 * Made only when asked for; nothing here is on the plain replay's path.
 */

import { Disposition, END, type Dataplane } from '../dataplane/dataplane.js';
import type { StepData } from '../pipeline/step-words.js';
import type { FrameSteps } from './frame-steps.js';
import type { StepText, StepTexts } from './step-texts.js';
import { EndRecorder } from './frame-end.js';
import type { Errors } from '../pipeline/engine/errors.js';
import { FLAG_TRACED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';

/** One line of a verdicts file. The first six keys are those of packets.jsonl. */
export interface Verdict {
  /** Index of the input frame, from 0 over all captures in time order; frames that are not replayed count, too. */
  frame: number;
  /** Interface it arrived on. */
  rx: string;
  /** Nodes visited, as VPP's trace lists them, without the driver's input node and the final tx. */
  nodes: string[];
  /** 'node: reason' as VPP's drop or punt trace prints it, stale or not; several different ones joined by '; '. */
  drop: string | null;
  /** Indices of the frames it made leave, in output order. */
  out: number[];
  /** What it added to the counters of `show errors`. */
  counters: Record<string, number>;
  /** The capture that the frame is of, and its number in that, from 1 as in Wireshark. */
  file: string;
  number: number;
  /** Where the frame itself ended. */
  disposition: 'transmitted' | 'dropped' | 'punted' | 'consumed';
  /** What really ended it, for a person; null where it left. */
  cause: string | null;
  /** What it gave rise to and what did not leave: 'ICMP error to 20.0.1.1 dropped: ' and why. Left out where there is nothing. */
  lost?: string[];
  /** What the nodes decided about it and about what it gave rise to, in order (schema/verdict.schema.json). */
  steps?: StepRecord[];
}

/** What frames have in common that fare alike, but for their steps. */
export type FrameWay = Pick<Verdict, 'rx' | 'nodes' | 'drop' | 'counters' | 'disposition' | 'cause' | 'lost'>;

/** The way of a frame that left, where nothing else became of it. `counted` has ids and increments, in turns. */
export type WayOf = (rx: string, path: ArrayLike<number>, pathLength: number, counted: ArrayLike<number>) => FrameWay;

/** A frame's verdict: its way, and what is its own. */
export interface ToldFrame extends Pick<Verdict, 'frame' | 'out' | 'file' | 'number'> {
  readonly way: FrameWay;
  readonly steps: readonly StepText[];
}

/** A step in plain data: the node, the kind of step, and what the kind has (schema/verdict.schema.json). */
export type StepRecord = { readonly node: string; readonly step: string } & StepData;

export const DISPOSITION_NAMES = {
  [Disposition.Consumed]: 'consumed',
  [Disposition.Transmitted]: 'transmitted',
  [Disposition.Dropped]: 'dropped',
  [Disposition.Punted]: 'punted',
} as const;

/** The steps of the frame that ran last, in plain data. */
function stepRecords(steps: FrameSteps, causes: readonly string[]): StepRecord[] {
  let ends = 0;
  return steps.all().map(({ at, node, words }) => ({
    node,
    step: words.kind.name,
    ...words.data(at, steps),
    ...(words.kind === END ? { cause: causes[ends++] } : {}),
  }));
}

/** What a frame's verdict is made of. */
class Pending {
  readonly dropReasons: string[] = [];
  readonly out: number[] = [];
  readonly end = new EndRecorder();
}

/** Collects the verdicts of the frame that runs, or of those that run together; feed it the observer's events. */
export class VerdictRecorder {
  /** By index of the frame. */
  private readonly pending = new Map<number, Pending>();
  private transmitted = 0;
  private counted = new Float64Array(0);
  /** Packets were counted that are told about otherwise. */
  private isBehind = false;

  /** Packets leave that are told about otherwise, each the only one of its frame; returns the number of the first. */
  pass(packets: number): number {
    const first = this.transmitted;
    this.transmitted += packets;
    this.isBehind = true;
    return first;
  }

  /** Before a frame runs, when all that passed are counted. */
  begin({ graph: { errors } }: Dataplane): void {
    if (this.isBehind) this.note(errors);
    this.isBehind = false;
  }

  transmit({ frame }: PacketBuffer): void {
    this.of(frame).out.push(this.transmitted++);
  }

  discard(b: PacketBuffer, dataplane: Dataplane, isPunt = false): void {
    const { dropReasons, end } = this.of(b.frame);
    if ((b.flags & FLAG_TRACED) !== 0) {
      const reason = dataplane.graph.errors.names[b.error];
      if (!dropReasons.includes(reason)) dropReasons.push(reason);
    }
    end.discard(b, dataplane, isPunt);
  }

  /**
   * The frame that ran went the way that its flow's packets will: returns the number of the packet that left. Where it did not, or more came
   * of it, returns -1, and `take` has the verdict.
   * @param counted what each of those counts: ids and increments
   */
  takeFollowed({ frame: { frame }, graph: { errors } }: Dataplane, counted: Int32Array): number {
    const { dropReasons, out, end } = this.of(frame);
    if (dropReasons.length > 0 || out.length !== 1 || end.causes.length > 0 || !this.hasCounted(errors, counted))
      return -1;
    this.pending.delete(frame);
    this.note(errors);
    return out[0];
  }

  /** The verdict on the frame that the dataplane speaks of, once it has run. With `counts`, what was counted since is its. */
  take(dataplane: Dataplane, steps: FrameSteps | null = null, counts = true): Verdict {
    const { causes } = this.of(dataplane.frame.frame).end;
    const verdict = this.takeBare(dataplane, counts);
    return steps === null ? verdict : { ...verdict, steps: stepRecords(steps, causes) };
  }

  /** The same of a frame that came alone, told as others that went its way. */
  takeTold(dataplane: Dataplane, steps: FrameSteps, texts: StepTexts, wayOf: WayOf): ToldFrame {
    const { frame: b, graph, inputs, disposition, receivedOn } = dataplane;
    const { frame } = b;
    const { dropReasons, out, end } = this.of(frame);
    const told = { frame, out, file: inputs.file, number: inputs.numberOf(frame), steps: texts.of(steps, end.causes) };
    if (disposition !== Disposition.Transmitted || dropReasons.length > 0 || end.causes.length > 0)
      return { ...told, way: this.takeBare(dataplane, true) };
    this.pending.delete(frame);
    const counted = this.increments(graph.errors);
    this.note(graph.errors);
    return { ...told, way: wayOf(receivedOn.name, graph.path, graph.pathLength, counted) };
  }

  private takeBare(dataplane: Dataplane, counts: boolean): Verdict {
    const { frame, graph, inputs, disposition } = dataplane;
    const { dropReasons, out, end } = this.of(frame.frame);
    this.pending.delete(frame.frame);
    const { cause, lost } = end;
    return {
      frame: frame.frame,
      rx: dataplane.receivedOn.name,
      nodes: dataplane.path.map((node) => graph.names[node]),
      drop: dropReasons.length > 0 ? dropReasons.join('; ') : null,
      out,
      counters: counts ? this.counterChanges(dataplane) : {},
      file: inputs.file,
      number: inputs.numberOf(frame.frame),
      disposition: DISPOSITION_NAMES[disposition],
      cause: cause === '' ? null : cause,
      ...(lost.length > 0 ? { lost } : {}),
    };
  }

  private of(frame: number): Pending {
    const known = this.pending.get(frame);
    if (known) return known;
    const made = new Pending();
    this.pending.set(frame, made);
    return made;
  }

  private counterChanges({ graph: { errors } }: Dataplane): Record<string, number> {
    const changes = Object.fromEntries(errors.shown(this.counted));
    this.note(errors);
    return changes;
  }

  /** True where nothing but `increments`, which are in order of ids, was counted since. */
  private hasCounted({ counters, names }: Errors, increments: Int32Array): boolean {
    const { counted } = this;
    let next = 0;
    for (let id = 0; id < names.length; id++) {
      const change = counters[id] - (id < counted.length ? counted[id] : 0);
      if (change === 0) continue;
      if (increments[next] !== id || increments[next + 1] !== change) return false;
      next += 2;
    }
    return next === increments.length;
  }

  /** The same as ids and increments. */
  private increments({ counters, names }: Errors): number[] {
    const { counted } = this;
    const increments: number[] = [];
    for (let id = 0; id < names.length; id++) {
      const change = counters[id] - (id < counted.length ? counted[id] : 0);
      if (change !== 0) increments.push(id, change);
    }
    return increments;
  }

  private note({ counters }: Errors): void {
    if (this.counted.length < counters.length) this.counted = counters.slice();
    else this.counted.set(counters);
  }
}
