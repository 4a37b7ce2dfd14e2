/** Runs captures and tells of those frames that somebody asks about what happens to them, and why. */

import { LINKTYPE_ETHERNET, type FrameBatch } from '../capture/frame-batch.js';
import type { InputFrames } from '../capture/input-frames.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { originOf } from '../pipeline/command/apply-command.js';
import { CUT_CAUSE } from '../pipeline/engine/cut-off.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import type { FixCounts } from '../dataplane/checksum-fixer.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import type { FrameRunner } from '../dataplane/feed-captures.js';
import { Ingress, type Reception } from '../dataplane/ingress.js';
import { unknownChecksums } from '../outcome/frame-story.js';
import { causeOf, isFrameItself } from '../outcome/frame-end.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { DISPOSITION_NAMES, type Verdict } from '../outcome/verdicts.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import { arrivalWords } from './arrival-words.js';
import { decisionsAbout } from './decisions.js';
import { lostPacket, type LostPacket } from './lost-packet.js';
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
  /** What the state from before the first frame does not show and was taken for granted, where sessions had a part in it. */
  readonly assumed: readonly string[];
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
  assumed: [],
  sent: [],
  unknowns: [],
  vppReason: null,
  remedy: null,
  noRemedy: null,
  lost: [],
  arrival: [],
  fixed: [],
} as const;

/** Says which frames are looked at, and gets told of them. */
export interface FrameWatcher {
  /** The first of frames [first, end) that is looked at; `end` for none. */
  next(batch: FrameBatch, first: number, end: number, inputs: InputFrames): number;
  /** It arrives, as an Ethernet frame: false where there is nothing to be said about it after all. */
  arrives?(batch: FrameBatch, i: number, swIfIndex: number): boolean;
  transmit?(b: PacketBuffer): void;
  discard?(b: PacketBuffer, isPunt: boolean): void;
  /** It has run, or was not replayed. */
  ran(explain: () => Explanation): void;
}

export class FrameExplainer implements FrameRunner {
  readonly ingress: Ingress;
  readonly dataplane: Dataplane;
  private readonly frameSteps: FrameSteps;
  /** A frame that is looked at runs. */
  private isRunning = false;
  /** Its number in its capture. */
  private number = 0;
  /** Why it was not replayed; empty where it was. */
  private whyNot = '';
  private lost: LostPacket[] = [];
  private sent: { interface: string; packet: string; isMade: boolean }[] = [];
  private fixed: readonly string[] = [];
  private checksumFlags = 0;
  private tagWords: string | null = null;
  /** Its bytes as its capture has them, and as an Ethernet frame; nodes rewrite it in place. */
  private readonly raw = new KeptFrame();
  private readonly arrived = new KeptFrame();

  constructor(
    private readonly script: NodeScript,
    private readonly watcher: FrameWatcher,
    fixChecksums = false,
  ) {
    const tables = applyScript(script);
    this.dataplane = new Dataplane(
      tables,
      { transmit: (b) => this.transmit(b), discard: (b, isPunt) => this.discard(b, isPunt) },
      true,
    );
    this.frameSteps = FrameSteps.of(this.dataplane);
    this.ingress = new Ingress(this.dataplane, {
      beforeFrame: (batch, i, swIfIndex) => {
        if (this.isRunning) this.isRunning = this.look(batch, i, swIfIndex);
      },
      afterFrame: () => undefined,
      leftOut: (_batch, _index, reason) => (this.whyNot = reason),
    });
    this.ingress.changes = scheduleOf(script.changes, tables);
    if (fixChecksums) this.ingress.arrivals.fix();
  }

  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    for (let i = first; i < end; i++) {
      const next = this.watcher.next(batch, i, end, this.dataplane.inputs);
      if (next > i) this.ingress.run(batch, i, next, reception);
      if (next < end) this.runWatched(batch, next, reception);
      i = next;
    }
  }

  private runWatched(batch: FrameBatch, i: number, reception: Reception): void {
    const { ingress, watcher } = this;
    this.begin(batch, i, reception.bindings[batch.interfaceIndex[i]].linkType);
    const filledBefore = ingress.arrivals.fixed;
    ingress.run(batch, i, i + 1, reception);
    this.fixed = filledIn(filledBefore, ingress.arrivals.fixed);
    if (this.isRunning) watcher.ran(() => (this.whyNot === '' ? this.explain() : this.notReplayed()));
    this.isRunning = false;
  }

  private begin(batch: FrameBatch, i: number, linkType: number): void {
    this.raw.keep(batch, i, linkType);
    this.number = batch.firstNumber + i;
    this.whyNot = '';
    this.lost = [];
    this.sent = [];
    this.checksumFlags = 0;
    this.isRunning = true;
  }

  /** At the frame as it arrives, before a node changes it. */
  private look(batch: FrameBatch, i: number, swIfIndex: number): boolean {
    if (this.watcher.arrives?.(batch, i, swIfIndex) === false) return false;
    this.arrived.keep(batch, i, LINKTYPE_ETHERNET);
    this.tagWords = this.ingress.strippedTags.lastWords;
    return true;
  }

  private get sender(): number | null {
    const { view, length } = this.arrived;
    const l3 = ip4At(view, 0, length);
    return l3 < 0 ? null : ip4.source(view, l3);
  }

  private transmit(b: PacketBuffer): void {
    if (!this.isRunning) return;
    this.watcher.transmit?.(b);
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
    if (!this.isRunning) return;
    this.watcher.discard?.(b, isPunt);
    if (!isFrameItself(b, this.dataplane)) this.lost.push(lostPacket(b, isPunt, this.dataplane, this.sender));
  }

  private notReplayed(): Explanation {
    return { ...NOTHING, ...this.place, rx: null, packet: this.raw.words, outcome: 'not replayed', cause: this.whyNot };
  }

  private explain(): Explanation {
    const { view, length, wireLength } = this.arrived;
    const { dataplane } = this;
    const { disposition, frame, graph } = dataplane;
    const hasEnded = disposition === Disposition.Dropped || disposition === Disposition.Punted;
    const advice = hasEnded ? adviceFor(frame, dataplane) : null;
    return {
      ...this.place,
      rx: dataplane.receivedOn.name,
      packet: this.raw.words,
      outcome: DISPOSITION_NAMES[disposition],
      steps: decisionSteps(this.frameSteps, this.script),
      changed: this.ingress.changes?.last ?? null,
      assumed: hasSession(this.frameSteps) ? (dataplane.tables.loadedState?.assumed ?? []) : [],
      sent: this.sent,
      unknowns: unknownChecksums(frame.flags | this.checksumFlags),
      cause: hasEnded ? causeOf(frame, dataplane) : null,
      vppReason: hasEnded && frame.cause !== CUT_CAUSE ? graph.errors.names[frame.error] : null,
      ...adviceParts(advice),
      lost: this.lost,
      arrival: [...arrivalWords(view, 0, length, wireLength), ...(this.tagWords === null ? [] : [this.tagWords])],
      fixed: this.fixed,
    };
  }
}

/** A frame's bytes. */
class KeptFrame {
  view = new DataView(new ArrayBuffer(0));
  length = 0;
  wireLength = 0;
  private bytes = new Uint8Array(0);
  private linkType = LINKTYPE_ETHERNET;

  keep({ bytes, offset, capturedLength, originalLength }: FrameBatch, i: number, linkType: number): void {
    const length = capturedLength[i];
    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(2 * length);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(bytes.subarray(offset[i], offset[i] + length));
    this.length = length;
    this.wireLength = originalLength[i];
    this.linkType = linkType;
  }

  get words(): string {
    return packetWords(this.view, 0, this.length, this.wireLength, this.linkType);
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
  decisionsAbout(steps, FRAME_ITSELF).map(({ node, text, origin }) => ({
    node,
    text,
    config: configLine(script, origin),
  }));

const hasSession = (steps: FrameSteps): boolean =>
  steps.about(FRAME_ITSELF).some(({ at, words }) => typeof words.data(at, steps)['session'] === 'number');

/** The command at 'file:line', or of a later change at 'file:line (from frame 14)'. */
export function configLine({ commands, changes = [] }: NodeScript, origin: string): ConfigLine | null {
  const [place, since] = origin.split(/ \((?=from )|\)$/);
  const isLater = origin !== place;
  const all = isLater ? changes.flatMap((change) => [...change.commands]) : commands;
  const command = all.find((each) => originOf(each) === place);
  return command ? { ...command.at, ...(isLater ? { since } : {}), text: shorten(command.text) } : null;
}

const shorten = (text: string): string =>
  text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 2)} …` : text;
