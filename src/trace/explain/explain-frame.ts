/** Replays captures up to a frame and tells what happened to it and why. */

import type { FrameBatch, FrameReader } from '../../capture/frame-batch.js';
import { applyScript } from '../../config/apply.js';
import type { NodeScript } from '../../config/commands.js';
import { CUT_CAUSE } from '../../pipeline/cut-off.js';
import { Dataplane, Disposition } from '../../pipeline/dataplane.js';
import { DecisionObserver } from '../../pipeline/decisions/decision-observer.js';
import { feedCaptures, type FrameRunner } from '../../pipeline/feed-captures.js';
import { Ingress, type Reception } from '../../pipeline/ingress.js';
import { checksumWords } from '../../pipeline/frame-comment.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../../pipeline/packet-buffer.js';
import { causeOf } from '../../pipeline/verdicts.js';
import { ConfigLines } from './config-lines.js';
import { decisionSteps, type Step } from './decision-steps.js';
import { NatHistory } from './nat-history.js';
import { packetWords } from './packet-words.js';
import { remedyFor } from './remedies.js';

export interface Explanation {
  /** As Wireshark numbers it; of several captures, in order of time. */
  readonly frame: number;
  /** Interface it arrived on; null where it was not replayed. */
  readonly rx: string | null;
  readonly packet: string;
  readonly outcome: 'transmitted' | 'dropped' | 'punted' | 'consumed' | 'not replayed';
  readonly steps: readonly Step[];
  /** What left because of it. */
  readonly sent: readonly { readonly interface: string; readonly packet: string; readonly isMade: boolean }[];
  /** What is not known about checksums, since the capture cut the frame off. */
  readonly unknowns: readonly string[];
  /** Why it did not leave, or was not replayed. */
  readonly cause: string | null;
  /** What VPP's own trace prints for it. */
  readonly vppReason: string | null;
  /** What would have to be otherwise for it to pass. */
  readonly remedy: string | null;
}

/** Ends the reading of captures once the frame has run. */
class Explained extends Error {}

const OUTCOMES = {
  [Disposition.Consumed]: 'consumed',
  [Disposition.Transmitted]: 'transmitted',
  [Disposition.Dropped]: 'dropped',
  [Disposition.Punted]: 'punted',
} as const;

/**
 * @param frame number of the frame, from 1
 * @returns null where the captures have fewer frames; `seen` tells how many
 */
export async function explainFrame(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  frame: number,
): Promise<{ readonly explanation: Explanation | null; readonly seen: number }> {
  const explainer = new Explainer(script, frame);
  try {
    await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  } catch (error) {
    if (!(error instanceof Explained)) throw error;
  }
  return { explanation: explainer.explanation, seen: explainer.seen };
}

class Explainer implements FrameRunner {
  readonly ingress: Ingress;
  seen = 0;
  explanation: Explanation | null = null;
  private readonly dataplane: Dataplane;
  private readonly observer: DecisionObserver;
  private readonly history: NatHistory;
  private readonly lines: ConfigLines;
  private sent: { interface: string; packet: string; isMade: boolean }[] = [];
  private checksumFlags = 0;

  constructor(
    script: NodeScript,
    private readonly wanted: number,
  ) {
    const tables = applyScript(script);
    this.lines = new ConfigLines(script);
    this.dataplane = new Dataplane(tables, { transmit: (b) => this.transmit(b), discard: () => undefined }, true);
    this.observer = DecisionObserver.of(this.dataplane);
    this.history = new NatHistory(this.dataplane, this.observer);
    this.ingress = new Ingress(this.dataplane, null);
  }

  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    for (let i = first; i < end; i++) {
      this.seen++;
      if (this.seen < this.wanted) {
        this.ingress.run(batch, i, i + 1, reception);
        continue;
      }
      const captured = batch.capturedLength[i];
      const packet = packetWords(batch.view, batch.offset[i], captured, Math.max(captured, batch.originalLength[i]));
      const received = this.dataplane.totals.received;
      const unplaced = new Map(this.ingress.notReplayed);
      this.ingress.run(batch, i, i + 1, reception);
      this.explanation =
        this.dataplane.totals.received === received ? this.notReplayed(packet, unplaced) : this.explain(packet);
      throw new Explained();
    }
  }

  private transmit(b: PacketBuffer): void {
    if (this.seen !== this.wanted) return;
    this.checksumFlags |= b.flags;
    this.sent.push({
      interface: this.dataplane.tables.interfaces.all[b.swIfIndexTx].name,
      packet: packetWords(b.view, b.at, b.length, b.length + b.cutBytes),
      isMade: b !== this.dataplane.frame || (b.flags & FLAG_ORIGINATED) !== 0,
    });
  }

  private notReplayed(packet: string, before: ReadonlyMap<string, number>): Explanation {
    const [cause] = [...this.ingress.notReplayed].find(([reason, count]) => count !== before.get(reason)) ?? [null];
    return {
      frame: this.seen,
      rx: null,
      packet,
      outcome: 'not replayed',
      steps: [],
      sent: [],
      unknowns: [],
      cause,
      vppReason: null,
      remedy: null,
    };
  }

  private explain(packet: string): Explanation {
    const { dataplane } = this;
    const { disposition, frame, graph } = dataplane;
    const hasEnded = disposition === Disposition.Dropped || disposition === Disposition.Punted;
    return {
      frame: this.seen,
      rx: dataplane.receivedOn.name,
      packet,
      outcome: OUTCOMES[disposition],
      steps: decisionSteps(dataplane, this.observer.log, this.lines, this.history),
      sent: this.sent,
      unknowns: checksumWords(frame.flags | this.checksumFlags),
      cause: hasEnded ? causeOf(frame, dataplane) : null,
      vppReason: hasEnded && frame.cause !== CUT_CAUSE ? graph.errors.names[frame.error] : null,
      remedy: hasEnded ? remedyFor(frame, dataplane) : null,
    };
  }
}
