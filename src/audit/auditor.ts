/**
 * Compares what a node sent with what the model sends for what arrived. Received frames wait until the captures are so far ahead of them
 * that all is there that can have come of them. Then each runs; what the model sends for it is looked for among what the node sent.
 */

import { FrameRecord } from '../capture/frame-record.js';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../capture/frame-batch.js';
import type { ChangeSchedule } from '../dataplane/change-schedule.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import { causeOf } from '../outcome/frame-end.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import {
  FLAG_CHECKSUM_UNKNOWN,
  FLAG_ID_UNKNOWN,
  FLAG_ORIGINATED,
  FLAG_TRACED,
  type PacketBuffer,
} from '../pipeline/engine/packet-buffer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { NAT44 } from '../pipeline/nat-common/nat-steps.js';
import { CapturedFrame, FrameStore } from './captured-frame.js';
import { ModelledPacket, type Story } from './modelled-packet.js';
import { Assumptions } from './assumptions.js';
import { Choices } from './choices.js';
import { decisionsAbout } from './decisions.js';
import { Intake, ReceivedFrame } from './intake.js';
import { Findings, type Marked } from './findings.js';
import { PacketFacts } from './packet-facts.js';
import { HORIZON_SECONDS, SentFrame, SentFrames } from './sent-frames.js';
import { isToleratedFor } from './tolerated.js';

/** A frame may show a NAT44 session, ACL sessions on both interfaces and a neighbour that must have been there. */
const ATTEMPTS = 6;

export class Auditor {
  readonly dataplane: Dataplane;
  readonly intake: Intake;
  readonly findings: Findings;
  readonly choices: Choices;
  readonly assumptions: Assumptions;
  private readonly steps: FrameSteps;
  private readonly sent = new SentFrames();
  private readonly store = new FrameStore();
  /** The frame that runs. */
  private frame = new ReceivedFrame();
  private readonly facts = new PacketFacts();
  private readonly record = new FrameRecord();
  private scratch = new Uint8Array(0);
  private scratchView = new DataView(this.scratch.buffer);
  /** What the model sent for the frame that runs: what was found, and what was not. */
  private readonly claimed: SentFrame[] = [];
  private readonly unmatched: ModelledPacket[] = [];
  /** Packets of frames before that were not found. */
  private pending: ModelledPacket[] = [];

  /**
   * @param mark is told each difference
   * @param changes that are made while frames run
   */
  constructor(
    readonly tables: Tables,
    mark: ((marked: Marked) => void) | null = null,
    private readonly changes: ChangeSchedule | null = null,
  ) {
    this.dataplane = new Dataplane(tables, { transmit: (b) => this.transmit(b), discard: () => undefined }, false);
    this.steps = FrameSteps.of(this.dataplane);
    this.assumptions = new Assumptions(tables, () => this.name);
    this.findings = new Findings(tables, (frame) => this.nameOf(frame), mark);
    this.choices = new Choices(tables.nat44, this.sent, this.assumptions.isGeneratorKnown);
    this.intake = new Intake(tables, this.sent, this.findings, (frame) => {
      this.run(frame);
    });
  }

  /** No more frames come. */
  finish(): void {
    this.intake.finish();
    this.resolve(Infinity, Infinity);
    this.findings.finish();
  }

  /** Runs a frame that has waited long enough. */
  private run(frame: ReceivedFrame): void {
    this.resolve(frame.index, frame.time - HORIZON_SECONDS);
    this.frame = frame;
    const { facts, sent, dataplane, assumptions, findings, tables } = this;
    dataplane.inputs.startRun(frame.capture, frame.index, frame.number);
    this.changes?.begin(this.intake.firstSeconds, this.intake.firstNanoseconds);
    this.changes?.apply(frame.index, frame.seconds, frame.nanoseconds, this.name);
    if (tables.interfaces.isUpOf[frame.swIfIndex] === 0) {
      findings.unjudged(this.intake.ingress.downReason(frame.swIfIndex).text, this.name);
      return;
    }
    facts.read(frame.view, frame.at, frame.length);
    this.choices.begin(facts, frame.index);
    findings.received++;
    if (frame.index < findings.firstReceived) findings.firstReceived = frame.index;
    assumptions.begin(facts, frame);
    if (!this.choices.isCertain && assumptions.mayNeedSession(facts, frame)) {
      const seen = sent.like(facts.key, frame.index);
      if (seen !== null) assumptions.natSession(facts, frame, seen);
    }
    // Nearly always: it left, and was found.
    let isPlain = false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.claimed.length = 0;
      this.unmatched.length = 0;
      this.runOnce(frame);
      isPlain = dataplane.disposition === Disposition.Transmitted && this.unmatched.length === 0;
      const shown = isPlain ? null : this.shown();
      if (shown === null || !this.assumeFor(shown)) break;
      for (const claimed of this.claimed) claimed.isClaimed = false;
    }
    this.findings.expected += this.claimed.length;
    if (this.claimed.length > 0) assumptions.confirm();
    if (this.findings.drops.count > 0) this.judgeDrop();
    for (const packet of this.unmatched) {
      packet.doubt = assumptions.doubt();
      packet.isOfVector = this.isOfVector(packet);
      packet.cameFrom = facts.source;
      this.pending.push(packet);
    }
    if (!isPlain) this.suspect();
  }

  /** Lays the reason beside that of the drop's record, if there is one. */
  private judgeDrop(): void {
    const { dataplane, findings, facts } = this;
    if (dataplane.disposition !== Disposition.Dropped) return;
    const { frame, graph } = dataplane;
    findings.judgeDrop(facts.key, graph.errors.names[frame.error], this.story(0, 0, causeOf(frame, dataplane)));
  }

  /** Assumes what makes the frame that ran into the one that was sent; false where there is nothing. */
  private assumeFor(shown: SentFrame): boolean {
    const { assumptions, dataplane, facts, frame } = this;
    // An ICMP error makes no session, so that it can be run before one is assumed.
    if (facts.isError && this.claimed.length === 0 && assumptions.natSession(facts, frame, shown)) return true;
    if (dataplane.disposition !== Disposition.Dropped || this.claimed.length > 0) return false;
    return assumptions.forDropped(dataplane, shown);
  }

  /** A frame that the node sent and that seems to be what became of the frame that runs, or its answer to it. */
  private shown(): SentFrame | null {
    const { sent, facts, frame } = this;
    return sent.like(facts.key, frame.index) ?? sent.like(facts.replyKey, frame.index);
  }

  /**
   * True for a packet of a session that a frame right before it made: frames that arrived with nothing sent in between may have been one
   * vector, which goes from node to node as a whole.
   */
  private isOfVector({ story, capture }: ModelledPacket): boolean {
    return story.decisions.some(({ step, data }) => {
      if (step !== 'nat44' || data['isNew'] === true || typeof data['session'] !== 'number') return false;
      const maker = this.steps.makerOf(NAT44, data['session']);
      return (
        maker !== null &&
        maker.capture === capture &&
        maker.number >= this.frame.vector &&
        maker.number < this.frame.number
      );
    });
  }

  /** What the frame that runs is called. */
  private get name(): string {
    return this.nameOf(this.frame);
  }

  private nameOf({ number, capture }: CapturedFrame): string {
    return this.dataplane.inputs.name(number, capture);
  }

  private runOnce(frame: CapturedFrame): void {
    const { length } = frame;
    if (HEADROOM_BYTES + length + TAILROOM_BYTES > this.scratch.length) {
      this.scratch = new Uint8Array(2 * (HEADROOM_BYTES + length + TAILROOM_BYTES));
      this.scratchView = new DataView(this.scratch.buffer);
    }
    const { scratch, record, dataplane } = this;
    const { bytes, at } = frame;
    for (let i = 0; i < length; i++) scratch[HEADROOM_BYTES + i] = bytes[at + i];
    record.setBytes(scratch, this.scratchView, HEADROOM_BYTES, length).setTime(frame.seconds, frame.nanoseconds);
    record.originalLength = frame.originalLength;
    dataplane.nextIndex = frame.index;
    dataplane.receive(record, frame.swIfIndex);
  }

  /** The model sends a packet. */
  private transmit(b: PacketBuffer): void {
    const { sent, frame } = this;
    const found = sent.equal(b, b.swIfIndexTx, frame.index) ?? this.almost(b);
    if (found !== null) {
      found.isClaimed = true;
      this.claimed.push(found);
      if (found.key === 0) this.assumptions.noteRequest(found);
      return;
    }
    const packet = new ModelledPacket();
    this.store.keep(packet, b.bytes, b.at, b.length);
    Object.assign(packet, { ...placeOf(frame), originalLength: b.length + b.cutBytes, swIfIndex: b.swIfIndexTx });
    packet.key = new PacketFacts().read(b.view, b.at, b.length).key;
    const goesOn = (b.flags & FLAG_ORIGINATED) === 0 || (b.flags & FLAG_TRACED) !== 0;
    packet.story = this.story(b.number, goesOn ? this.dataplane.frame.number : b.number, null);
    this.unmatched.push(packet);
  }

  /** What VPP is free to fill in as it likes, and what the model does not know, may differ. */
  private almost(b: PacketBuffer): SentFrame | null {
    if ((b.flags & (FLAG_ID_UNKNOWN | FLAG_CHECKSUM_UNKNOWN)) === 0) return null;
    const { sent, frame } = this;
    const key = new PacketFacts().read(b.view, b.at, b.length).key;
    let found = sent.like(key, frame.index);
    while (found !== null && !isToleratedFor(found, b)) found = sent.nextLike(found, frame.index);
    return found;
  }

  private story(packet: number, ancestor: number, cause: string | null): Story {
    const { tables, frame, steps } = this;
    const rx = tables.interfaces.all[frame.swIfIndex].name;
    const { graph, frame: ended } = this.dataplane;
    const node = cause === null ? '' : graph.causeNodes[ended.cause];
    return { frame: this.name, rx, cause, node, decisions: decisionsAbout(steps, packet, ancestor), copyOf: null };
  }

  /** What seems to have become of the frame and was not expected. */
  private suspect(): void {
    const { sent, facts, frame, dataplane } = this;
    const hasLeft = dataplane.disposition === Disposition.Transmitted || dataplane.disposition === Disposition.Consumed;
    let shown = hasLeft ? sent.like(facts.key, frame.index) : this.shown();
    if (shown === null) return;
    const story = this.story(0, 0, hasLeft ? null : causeOf(dataplane.frame, dataplane));
    for (; shown !== null; shown = sent.nextLike(shown, frame.index)) shown.suspect ??= story;
  }

  /** Tells what became of packets of which no more is to come: those from before a time, and sent ones before a frame. */
  private resolve(index: number, before: number): void {
    const { findings, sent, assumptions } = this;
    if (this.pending.length > 0) {
      const isDue = (packet: CapturedFrame): boolean => packet.time < before;
      const due = this.pending.filter(isDue);
      if (due.length > 0) {
        this.pending = this.pending.filter((packet) => !isDue(packet));
        for (const packet of due) findings.notFound(packet, sent, assumptions);
      }
    }
    for (let frame = sent.take(index, before); frame !== null; frame = sent.take(index, before)) {
      if (!frame.isClaimed) findings.unclaimed(frame, sent);
      else if (frame.isTwin || !findings.claimed(frame, sent)) sent.release(frame);
    }
  }
}

const placeOf = ({ index, capture, number, seconds, nanoseconds }: CapturedFrame) => ({
  index,
  capture,
  number,
  seconds,
  nanoseconds,
});
