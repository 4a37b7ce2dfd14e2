/**
 * Verdicts: what became of each frame, in the form of the recordings' packets.jsonl, with what a person wants to know added.
 * Made only when asked for; nothing here is on the plain replay's path.
 */

import { Disposition, END, type Dataplane } from '../dataplane/dataplane.js';
import type { StepData } from '../pipeline/step-words.js';
import type { FlowTellings } from './flow-tellings.js';
import type { FrameSteps } from './frame-steps.js';
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

/** Stand in a verdict where frames differ. */
const HOLE = '\0';
const HOLES = /"\\u0000"/;

/** What frames have in common that fare alike. */
export type FrameWay = Pick<Verdict, 'rx' | 'nodes' | 'drop' | 'counters' | 'disposition' | 'cause' | 'lost' | 'steps'>;

/** The way of packets of the flow whose telling is open. */
export const followedWay = (
  { graph, tables }: Dataplane,
  { steps, path, counted, swIfIndexRx }: FlowTellings,
): FrameWay => ({
  rx: tables.interfaces.all[swIfIndexRx].name,
  nodes: Array.from(path, (node) => graph.names[node]),
  drop: null,
  counters: Object.fromEntries(graph.errors.shownOf(counted)),
  disposition: DISPOSITION_NAMES[Disposition.Transmitted],
  cause: null,
  steps: stepRecords(steps, []),
});

/**
 * The verdict's line on packets of the flow whose telling is open, in pieces: `frame`, `out`, `file` and `number` belong behind the
 * first four, one each.
 */
export function followedVerdict(dataplane: Dataplane, tellings: FlowTellings): string[] {
  const { rx, nodes, drop, counters, disposition, cause, steps = [] } = followedWay(dataplane, tellings);
  const verdict: Record<keyof Verdict, unknown> = {
    frame: HOLE,
    rx,
    nodes,
    drop,
    out: [HOLE],
    counters,
    file: HOLE,
    number: HOLE,
    disposition,
    cause,
    lost: undefined,
    steps: HOLE,
  };
  const pieces = `${JSON.stringify(verdict)}\n`.split(HOLES);
  const end = pieces.pop() ?? '';
  const records = steps.map((record, i) => `${i === 0 ? '[' : ','}${JSON.stringify(record)}`);
  return [...pieces, ...(records.length === 0 ? ['['] : records), `]${end}`];
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

  /** The verdict on the frame that the dataplane speaks of, once it has run. With `counts`, what was counted since is its. */
  take(dataplane: Dataplane, steps: FrameSteps | null = null, counts = true): Verdict {
    const { frame, graph, inputs, disposition } = dataplane;
    const { dropReasons, out, end } = this.of(frame.frame);
    this.pending.delete(frame.frame);
    const { cause, lost, causes } = end;
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
      ...(steps === null ? {} : { steps: stepRecords(steps, causes) }),
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

  private note({ counters }: Errors): void {
    if (this.counted.length < counters.length) this.counted = counters.slice();
    else this.counted.set(counters);
  }
}
