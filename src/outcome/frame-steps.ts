/**
 * The steps of the frame that runs, with the words that plugins have for them, and who made the sessions that they name. Whoever wants to
 * say what was decided about a packet asks here.
 */

import { Disposition, END, type Dataplane } from '../dataplane/dataplane.js';
import type { Plugin } from '../pipeline/plugin.js';
import { grown } from '../pipeline/engine/state/grown.js';
import type { StepKind, StepReader, Steps } from '../pipeline/engine/steps.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { MadeSession, SessionMaker, StepSource, StepWords } from '../pipeline/step-words.js';

/** A step about a packet, and its plugin's words for it. */
export interface WordedStep {
  readonly at: number;
  readonly node: string;
  readonly words: StepWords;
}

export class FrameSteps implements StepReader, StepSource {
  readonly steps: Steps;
  readonly tables: Tables;
  readonly nodeNames: readonly string[];
  private readonly wordsOf = new Map<StepKind, StepWords>();
  private readonly makersOf = new Map<StepKind, SessionMakers>();

  private constructor(private readonly dataplane: Dataplane) {
    const { graph, tables } = dataplane;
    this.steps = graph.steps;
    this.tables = tables;
    this.nodeNames = graph.names;
    for (const { stepWords = [] } of tables.composition.plugins as readonly Plugin[])
      for (const words of stepWords) {
        this.wordsOf.set(words.kind, words);
        if (words.made) this.makersOf.set(words.kind, new SessionMakers());
      }
    this.wordsOf.set(END, this.endWords);
    graph.steps.attach(this);
  }

  /** Comments and explanations tell ends by themselves, and verdicts add the cause, whose sentence is made from the packet. */
  private readonly endWords: StepWords = {
    kind: END,
    data: (at, { steps: { words } }) => ({
      how: ENDINGS[words[at + END.at.how]],
      error: this.dataplane.graph.errors.names[words[at + END.at.error]],
    }),
  };

  private static readonly known = new WeakMap<Dataplane, FrameSteps>();

  /** Notes steps of a dataplane from now on; one dataplane has one. */
  static of(dataplane: Dataplane): FrameSteps {
    const known = FrameSteps.known.get(dataplane);
    if (known) return known;
    const made = new FrameSteps(dataplane);
    FrameSteps.known.set(dataplane, made);
    return made;
  }

  read(steps: Steps, at: number): void {
    const kind = steps.kindAt(at);
    const made = this.wordsOf.get(kind)?.made?.(steps, at) ?? null;
    if (made === null) return;
    const { frame, inputs } = this.dataplane;
    this.makersOf.get(kind)?.set(made, inputs.numberOf(frame.frame), inputs.capture);
  }

  readonly makerOf = (kind: StepKind, session: number): SessionMaker | null => {
    this.steps.flush();
    return this.makersOf.get(kind)?.of(session) ?? null;
  };

  readonly frameName = ({ number, capture }: SessionMaker): string => this.dataplane.inputs.name(number, capture);

  /** Steps about a packet, or about the one it descends from, in order. */
  about(packet: number, ancestor = packet): WordedStep[] {
    const { steps, wordsOf, nodeNames } = this;
    return Array.from(steps.about(packet, ancestor), (at) => ({ at, words: wordsOf.get(steps.kindAt(at)) })).flatMap(
      ({ at, words }) => (words ? [{ at, words, node: nodeNames[steps.nodeAt(at)] }] : []),
    );
  }

  all(): WordedStep[] {
    const packets = new Set(Array.from(this.steps.all(), (at) => this.steps.packetAt(at)));
    return [...packets].flatMap((packet) => this.about(packet)).sort((a, b) => a.at - b.at);
  }
}

const ENDINGS: Readonly<Record<number, string>> = {
  [Disposition.Dropped]: 'dropped',
  [Disposition.Punted]: 'punted',
};

/** Number in its capture, from 1, 0 for a session that nobody was seen making; capture; first, second and third of the step. */
const WORDS = 5;

/** Who made each session, by what steps say of it. By session index, growing. */
class SessionMakers {
  private words = new Int32Array(64 * WORDS);

  set({ session, isNew, first, second, third }: MadeSession, number: number, capture: number): void {
    const at = session * WORDS;
    if (at >= this.words.length) this.words = grown(this.words, Math.max(this.words.length * 2, at + WORDS));
    const { words } = this;
    words[at + 2] = first;
    if (!isNew) return;
    words[at] = number;
    words[at + 1] = capture;
    words[at + 3] = second;
    words[at + 4] = third;
  }

  of(session: number): SessionMaker | null {
    const at = session * WORDS;
    if (session < 0 || at >= this.words.length || this.words[at] === 0) return null;
    const [number, capture, first, second, third] = this.words.subarray(at, at + WORDS);
    return { number, capture, first, second, third };
  }
}
