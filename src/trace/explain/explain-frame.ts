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
import { isOf, type FrameRange } from '../chosen-frames.js';
import { packetWords } from './packet-words.js';
import { remedyFor } from './remedies.js';

export interface Explanation {
  /** Its number in its capture, as Wireshark counts. */
  readonly frame: number;
  /** The capture, as it was given. */
  readonly file: string;
  /** `frame 4`, and of several captures `frame 4 of uplink.pcap`. */
  readonly name: string;
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
 * @param frame one frame; where several captures have the name, the first that is met
 * @returns null where there is none; `counts` tells how many frames the captures have
 */
export async function explainFrame(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  frame: FrameRange,
): Promise<{ readonly explanation: Explanation | null; readonly counts: readonly number[] }> {
  const explainer = new Explainer(script, frame);
  try {
    await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  } catch (error) {
    if (!(error instanceof Explained)) throw error;
  }
  return { explanation: explainer.explanation, counts: explainer.counts };
}

class Explainer implements FrameRunner {
  readonly ingress: Ingress;
  /** Frames of each capture so far. */
  readonly counts: number[] = [];
  explanation: Explanation | null = null;
  private readonly dataplane: Dataplane;
  private readonly observer: DecisionObserver;
  private readonly history: NatHistory;
  private readonly lines: ConfigLines;
  /** The frame that is wanted runs. */
  private isRunning = false;
  /** Why the frame that ran last was not replayed; empty where it was. */
  private whyNot = '';
  private sent: { interface: string; packet: string; isMade: boolean }[] = [];
  private checksumFlags = 0;

  constructor(
    script: NodeScript,
    private readonly wanted: FrameRange,
  ) {
    const tables = applyScript(script);
    this.lines = new ConfigLines(script);
    this.dataplane = new Dataplane(tables, { transmit: (b) => this.transmit(b), discard: () => undefined }, true);
    this.observer = DecisionObserver.of(this.dataplane);
    this.history = new NatHistory(this.dataplane, this.observer);
    this.ingress = new Ingress(this.dataplane, {
      beforeFrame: () => undefined,
      afterFrame: () => undefined,
      leftOut: (_batch, _index, reason) => (this.whyNot = reason),
    });
  }

  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    const { capture } = this.dataplane.inputs;
    const wanted = isOf(this.wanted, capture) ? this.wanted[0] - batch.firstNumber : end;
    this.counts[capture] = batch.firstNumber + end - 1;
    if (wanted < first || wanted >= end) {
      this.ingress.run(batch, first, end, reception);
      return;
    }
    this.ingress.run(batch, first, wanted, reception);
    this.isRunning = true;
    this.whyNot = '';
    const { view, offset, capturedLength, originalLength, interfaceIndex } = batch;
    const { linkType } = reception.bindings[interfaceIndex[wanted]];
    const packet = packetWords(view, offset[wanted], capturedLength[wanted], originalLength[wanted], linkType);
    this.ingress.run(batch, wanted, wanted + 1, reception);
    this.explanation = this.whyNot === '' ? this.explain(packet) : this.notReplayed(packet, this.whyNot);
    throw new Explained();
  }

  private transmit(b: PacketBuffer): void {
    if (!this.isRunning) return;
    this.checksumFlags |= b.flags;
    this.sent.push({
      interface: this.dataplane.tables.interfaces.all[b.swIfIndexTx].name,
      packet: packetWords(b.view, b.at, b.length, b.length + b.cutBytes),
      isMade: b !== this.dataplane.frame || (b.flags & FLAG_ORIGINATED) !== 0,
    });
  }

  private get place(): Pick<Explanation, 'frame' | 'file' | 'name'> {
    const { inputs } = this.dataplane;
    const [frame] = this.wanted;
    return { frame, file: inputs.file, name: inputs.name(frame, inputs.capture) };
  }

  private notReplayed(packet: string, cause: string): Explanation {
    return {
      ...this.place,
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
      ...this.place,
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
