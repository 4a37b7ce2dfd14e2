/**
 * The steps of the frame that runs, with the words that plugins have for them, and who made the sessions that they name. Whoever wants to
 * say what was decided about a packet asks here.
 */

import { Disposition, END, type Dataplane } from '../dataplane/dataplane.js';
import type { Plugin } from '../pipeline/plugin.js';
import type { StepKind, StepReader, Steps } from '../pipeline/engine/steps.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { SessionMaker, StepSource, StepWords } from '../pipeline/step-words.js';
import { SessionMakers } from './session-makers.js';

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
  private readonly wordsOf: Map<StepKind, StepWords>;
  readonly makers: SessionMakers;

  /** @param like whose makers and words it shares; null to begin to watch the dataplane */
  private constructor(
    private readonly dataplane: Dataplane,
    like: FrameSteps | null,
    steps: Steps = dataplane.graph.steps,
  ) {
    const { graph, tables } = dataplane;
    this.steps = steps;
    this.tables = tables;
    this.nodeNames = graph.names;
    this.wordsOf = like?.wordsOf ?? new Map<StepKind, StepWords>();
    this.makers = like?.makers ?? new SessionMakers();
    if (like !== null) return;
    for (const { stepWords = [] } of tables.composition.plugins as readonly Plugin[])
      for (const words of stepWords) {
        this.wordsOf.set(words.kind, words);
        if (words.made) this.makers.watch(words.kind);
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
    const made = new FrameSteps(dataplane, null);
    FrameSteps.known.set(dataplane, made);
    return made;
  }

  /** The same words for other steps, of one packet that is gone. */
  of(steps: Steps): FrameSteps {
    return new FrameSteps(this.dataplane, this, steps);
  }

  /** When the makers of the sessions that the steps are about were noted last (SessionMakers.notedAt). */
  makersNotedAt(): number {
    let latest = 0;
    for (const { at, words } of this.about(0)) {
      const session = words.session?.(this.steps, at) ?? -1;
      latest = Math.max(latest, this.makers.notedAt(words.kind, session));
    }
    return latest;
  }

  /** True where a packet with these steps makes a session, or tells more of one. */
  get haveMaker(): boolean {
    return this.about(0).some(({ at, words }) => (words.made?.(this.steps, at) ?? null) !== null);
  }

  read(steps: Steps, at: number): void {
    const kind = steps.kindAt(at);
    const made = this.wordsOf.get(kind)?.made?.(steps, at) ?? null;
    if (made === null) return;
    const { frame, inputs } = this.dataplane;
    this.makers.set(kind, made, inputs.numberOf(frame.frame), inputs.capture);
  }

  readonly makerOf = (kind: StepKind, session: number): SessionMaker | null => {
    this.steps.flush();
    return this.makers.of(kind, session);
  };

  readonly frameName = ({ number, capture }: SessionMaker): string => this.dataplane.inputs.name(number, capture);

  /** Steps about a packet, or about the one it descends from, in order. */
  about(packet: number, ancestor = packet): WordedStep[] {
    return this.worded(packet, ancestor);
  }

  all(): WordedStep[] {
    return this.worded(ANY, ANY);
  }

  private worded(packet: number, ancestor: number): WordedStep[] {
    const { steps, wordsOf, nodeNames } = this;
    const found: WordedStep[] = [];
    for (let at = 0; at < steps.length;) {
      const kind = steps.kindAt(at);
      const about = steps.packetAt(at);
      const isAsked = packet === ANY || about === packet || about === ancestor;
      const words = isAsked ? wordsOf.get(kind) : undefined;
      if (words !== undefined) found.push({ at, words, node: nodeNames[steps.nodeAt(at)] });
      at += kind.words;
    }
    return found;
  }
}

/** Instead of the number of a packet. */
const ANY = -1;

const ENDINGS: Readonly<Record<number, string>> = {
  [Disposition.Dropped]: 'dropped',
  [Disposition.Punted]: 'punted',
};
