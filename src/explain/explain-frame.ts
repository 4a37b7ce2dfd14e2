/** Replays captures up to a frame and tells what happened to it and why. */

import type { FrameBatch, FrameReader } from '../capture/frame-batch.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { originOf } from '../pipeline/command/apply-command.js';
import { CUT_CAUSE } from '../pipeline/engine/cut-off.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import type { FixCounts } from '../dataplane/checksum-fixer.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { feedCaptures, type FrameRunner } from '../dataplane/feed-captures.js';
import { Ingress, type Reception } from '../dataplane/ingress.js';
import { unknownChecksums } from '../outcome/frame-story.js';
import { causeOf, isFrameItself } from '../outcome/frame-end.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { DISPOSITION_NAMES, type Verdict } from '../outcome/verdicts.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import { arrivalWords } from './arrival-words.js';
import { lostPacket, type LostPacket } from './lost-packet.js';
import { countedAs, isOf, type FrameRange } from '../filter/chosen-frames.js';
import { packetWords } from './packet-words.js';
import { adviceFor, adviceParts } from './remedies.js';

/** A command of the script, shortened. */
export interface ConfigLine {
  readonly file: string;
  readonly line: number;
  /** Of a command that was given while frames ran: `from frame 14`. */
  readonly since?: string;
  readonly text: string;
}

export interface Step {
  readonly node: string;
  readonly text: string;
  readonly config: ConfigLine | null;
}

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
  readonly outcome: Verdict['disposition'] | 'not replayed';
  readonly steps: readonly Step[];
  /** The last change of the configuration before it; null where there was none. */
  readonly changed: ConfigLine | null;
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
  /** Why nothing would make it pass, where that is so. */
  readonly noRemedy: string | null;
  /** What it gave rise to and what did not leave. */
  readonly lost: readonly LostPacket[];
  /** How its bytes differ from what a wire carries: checksums or a length that are wrong or left to the card, a sentence each. */
  readonly arrival: readonly string[];
  /** What was filled in before it ran, where that was asked for: 'checksums', 'length'. */
  readonly fixed: readonly string[];
}

/** What there is to say of a frame that did not run. */
const NOTHING = {
  steps: [],
  changed: null,
  sent: [],
  unknowns: [],
  vppReason: null,
  remedy: null,
  noRemedy: null,
  lost: [],
  arrival: [],
  fixed: [],
} as const;

/** Ends the reading of captures once the frame has run. */
class Explained extends Error {}

/**
 * @param frame one frame; where several captures have the name, the first that is met
 * @returns null where there is none; `counts` tells how many frames the captures have
 */
export async function explainFrame(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  frame: FrameRange,
  fixChecksums = false,
): Promise<{ readonly explanation: Explanation | null; readonly counts: readonly number[] }> {
  const explainer = new Explainer(script, frame);
  if (fixChecksums) explainer.ingress.arrivals.fix();
  try {
    await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  } catch (error) {
    if (!(error instanceof Explained)) throw error;
  }
  return { explanation: explainer.explanation, counts: explainer.counts };
}

class Explainer implements FrameRunner {
  readonly ingress: Ingress;
  readonly counts: number[] = [];
  explanation: Explanation | null = null;
  private readonly dataplane: Dataplane;
  private readonly frameSteps: FrameSteps;
  /** The frame that is wanted runs. */
  private isRunning = false;
  /** Its number in its capture. */
  private number = 0;
  /** Why the frame that ran last was not replayed; empty where it was. */
  private whyNot = '';
  private readonly lost: LostPacket[] = [];
  private arrival: readonly string[] = [];
  private fixed: readonly string[] = [];
  private sender: number | null = null;
  private sent: { interface: string; packet: string; isMade: boolean }[] = [];
  private checksumFlags = 0;

  constructor(
    private readonly script: NodeScript,
    private readonly wanted: FrameRange,
  ) {
    const tables = applyScript(script);
    this.dataplane = new Dataplane(
      tables,
      { transmit: (b) => this.transmit(b), discard: (b, isPunt) => this.discard(b, isPunt) },
      true,
    );
    this.frameSteps = FrameSteps.of(this.dataplane);
    this.ingress = new Ingress(this.dataplane, {
      beforeFrame: (batch, i) => {
        if (this.isRunning) this.look(batch, i);
      },
      afterFrame: () => undefined,
      leftOut: (_batch, _index, reason) => (this.whyNot = reason),
    });
    this.ingress.changes = scheduleOf(script.changes, tables);
  }

  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    const { inputs } = this.dataplane;
    const { capture } = inputs;
    const isThere = isOf(this.wanted, capture);
    const wanted = isThere ? this.wanted[0] - countedAs(this.wanted, inputs, batch.firstNumber) : end;
    this.counts[capture] = batch.firstNumber + end - 1;
    if (wanted < first || wanted >= end) {
      this.ingress.run(batch, first, end, reception);
      return;
    }
    this.ingress.run(batch, first, wanted, reception);
    this.isRunning = true;
    this.number = batch.firstNumber + wanted;
    this.whyNot = '';
    const { view, offset, capturedLength, originalLength, interfaceIndex } = batch;
    const { linkType } = reception.bindings[interfaceIndex[wanted]];
    const packet = packetWords(view, offset[wanted], capturedLength[wanted], originalLength[wanted], linkType);
    const filledBefore = this.ingress.arrivals.fixed;
    this.ingress.run(batch, wanted, wanted + 1, reception);
    this.fixed = filledIn(filledBefore, this.ingress.arrivals.fixed);
    this.explanation = this.whyNot === '' ? this.explain(packet) : this.notReplayed(packet, this.whyNot);
    throw new Explained();
  }

  /** At the frame as it arrives, before a node changes it. */
  private look({ view, offset, capturedLength, originalLength }: FrameBatch, i: number): void {
    const at = offset[i];
    const l3 = ip4At(view, at, capturedLength[i]);
    this.sender = l3 < 0 ? null : ip4.source(view, l3);
    const { lastWords } = this.ingress.strippedTags;
    this.arrival = [
      ...arrivalWords(view, at, capturedLength[i], originalLength[i]),
      ...(lastWords === null ? [] : [lastWords]),
    ];
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
    return { frame: this.number, file: inputs.file, name: inputs.name(this.number, inputs.capture) };
  }

  private discard(b: PacketBuffer, isPunt: boolean): void {
    if (this.isRunning && !isFrameItself(b, this.dataplane))
      this.lost.push(lostPacket(b, isPunt, this.dataplane, this.sender));
  }

  private notReplayed(packet: string, cause: string): Explanation {
    return { ...NOTHING, ...this.place, rx: null, packet, outcome: 'not replayed', cause };
  }

  private explain(packet: string): Explanation {
    const { dataplane } = this;
    const { disposition, frame, graph } = dataplane;
    const hasEnded = disposition === Disposition.Dropped || disposition === Disposition.Punted;
    const advice = hasEnded ? adviceFor(frame, dataplane) : null;
    return {
      ...this.place,
      rx: dataplane.receivedOn.name,
      packet,
      outcome: DISPOSITION_NAMES[disposition],
      steps: decisionSteps(this.frameSteps, this.script),
      changed: this.ingress.changes?.last ?? null,
      sent: this.sent,
      unknowns: unknownChecksums(frame.flags | this.checksumFlags),
      cause: hasEnded ? causeOf(frame, dataplane) : null,
      vppReason: hasEnded && frame.cause !== CUT_CAUSE ? graph.errors.names[frame.error] : null,
      ...adviceParts(advice),
      lost: this.lost,
      arrival: this.arrival,
      fixed: this.fixed,
    };
  }
}

/** What was filled in of the one frame that ran in between. */
function filledIn(before: FixCounts | null, after: FixCounts | null): string[] {
  if (before === null || after === null) return [];
  return [
    ...(after.lengths > before.lengths ? ['its IP total length'] : []),
    ...(after.checksums > before.checksums ? ['its checksums'] : []),
  ];
}

const FRAME_ITSELF = 0;
const LONGEST_COMMAND = 120;

/** What was decided about the frame that ran, each decision as a sentence with the line of the configuration behind it. */
export const decisionSteps = (steps: FrameSteps, script: NodeScript): Step[] =>
  steps.about(FRAME_ITSELF).flatMap(({ at, node, words }) => {
    const sentence = words.sentence?.(at, steps) ?? null;
    return sentence === null ? [] : [{ node, text: sentence.text, config: configLine(script, sentence.origin) }];
  });

/** The command at 'file:line', or of a later change at 'file:line (from frame 14)'. */
export function configLine({ commands, changes = [] }: NodeScript, origin: string): ConfigLine | null {
  const [place, since] = origin.split(/ \((?=from )|\)$/);
  const isLater = origin !== place;
  const all = isLater ? changes.flatMap((change) => change.commands) : commands;
  const command = all.find((each) => originOf(each) === place);
  return command ? { ...command.at, ...(isLater ? { since } : {}), text: shorten(command.text) } : null;
}

const shorten = (text: string): string =>
  text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 2)} …` : text;
