/**
 * Compares what a node sent with what the model sends for what arrived. Received frames wait until the captures are so far ahead of them
 * that all is there that can have come of them. Then each runs; what the model sends for it is looked for among what the node sent.
 */

import type { ChangeSchedule } from '../dataplane/change-schedule.js';
import { Disposition } from '../dataplane/dataplane.js';
import type { VectorRule } from '../dataplane/vector-queue.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { FrameFilter } from '../filter/frame-filter.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { FrameStore, type CapturedFrame, type ReceivedFrame } from './captured-frame.js';
import { behindDrop } from './findings/blame.js';
import { Assumptions } from './assumptions.js';
import { Choices } from './choices.js';
import { Intake } from './intake.js';
import { Findings } from './findings/findings.js';
import type { Marked } from './findings/group.js';
import { Arrival, Model } from './model.js';
import { ModelledPacket } from './modelled-packet.js';
import { CUT_WAY, WayAudit } from './dispatch/way-audit.js';
import { PacketFacts } from './packet-facts.js';
import { SentOrder } from './sent-order.js';
import { HORIZON_SECONDS, SentFrames, type SentFrame } from './sent-frames.js';
import { almostEqual } from './tolerated.js';
import { Unseen } from './unseen.js';

/** A frame may show a NAT44 session, ACL sessions on both interfaces and a neighbour that must have been there. */
const ATTEMPTS = 6;
const PORTS = 1 << 16;

export interface AuditorOptions {
  /** Which frames came together; null where each came alone. */
  readonly vectors: VectorRule | null;
  /** Nobody told which did. */
  readonly isGuess: boolean;
  /** Is told each difference; null for nobody. */
  readonly mark: ((marked: Marked) => void) | null;
  /** That are made while frames run; null for none. */
  readonly changes: ChangeSchedule | null;
  /** Interfaces that the captures are not of, by sw_if_index. */
  readonly uncaptured: ReadonlySet<number>;
  /** Frames of which is told what differs; null for all. */
  readonly filter: FrameFilter | null;
}

export class Auditor {
  readonly model: Model;
  readonly intake: Intake;
  readonly findings: Findings;
  readonly choices: Choices;
  readonly assumptions: Assumptions;
  readonly sent = new SentFrames();
  private readonly store = new FrameStore();
  private readonly order = new SentOrder();
  /** Somebody told which frames came together. */
  private readonly hasVectors: boolean;
  private readonly alone = new Arrival(this.sent.depth);
  private readonly facts = new PacketFacts(this.sent.depth);
  readonly ways: WayAudit;
  /** Packets of frames before that were not found. */
  private pending: ModelledPacket[] = [];
  private readonly changes: ChangeSchedule | null;
  private readonly unseen: Unseen;

  constructor(
    readonly tables: Tables,
    { vectors, isGuess, mark, changes, uncaptured, filter }: AuditorOptions,
  ) {
    this.hasVectors = !isGuess;
    this.changes = changes;
    this.unseen = new Unseen(tables, uncaptured);
    this.model = new Model(tables, {
      turnTo: ({ facts, frame }) => this.choices.begin(facts, frame),
      transmit: (b, arrival) => this.transmit(b, arrival),
    });
    this.assumptions = new Assumptions(tables, () => this.model.name);
    this.findings = new Findings(tables, (frame) => this.model.nameOf(frame), mark, this.unseen, filter);
    const { isGeneratorKnown, knowsNat } = this.assumptions;
    this.choices = new Choices(tables.nat44, this.sent, isGeneratorKnown, knowsNat, this.unseen.isNothing);
    this.ways = new WayAudit(this.model, this.findings, this.assumptions, this.choices);
    this.intake = new Intake(tables, this.sent, this.findings, vectors, (frames) => this.run(frames));
  }

  /** No more frames come. */
  finish(): void {
    this.intake.finish();
    this.resolve(Infinity, Infinity);
    this.findings.finish();
  }

  /** Runs frames that have waited long enough: one, or those of a vector. */
  private run(frames: readonly ReceivedFrame[]): void {
    const [first] = frames;
    this.resolve(first.index, first.time - HORIZON_SECONDS);
    const end = this.changes === null ? frames.length : this.change(frames, this.changes);
    if (frames.length === 1) this.runAlone(first);
    else this.runTogether(frames.slice(0, end));
    if (end < frames.length) this.run(frames.slice(end));
  }

  /** Makes the changes that are due before the first frame; returns how many of the frames run before the next one is due. */
  private change(frames: readonly ReceivedFrame[], changes: ChangeSchedule): number {
    const [{ index, seconds, nanoseconds }] = frames;
    changes.begin(this.intake.firstSeconds, this.intake.firstNanoseconds);
    changes.apply(index, seconds, nanoseconds, this.model.nameOf(frames[0]));
    const end = frames.findIndex((one) => changes.isDue(one.index, one.seconds, one.nanoseconds));
    return end < 0 ? frames.length : end;
  }

  private runAlone(frame: ReceivedFrame): void {
    const { alone } = this;
    if (!this.prepare(alone, frame)) return;
    this.assumeSession(alone);
    this.attempt(alone);
    this.conclude(alone);
  }

  private runTogether(frames: readonly ReceivedFrame[]): void {
    const { model } = this;
    const arrivals: Arrival[] = [];
    const ends = new Set<number>();
    for (const frame of frames) {
      const arrival = new Arrival(this.sent.depth);
      if (!this.prepare(arrival, frame)) continue;
      arrivals.push(arrival);
      const { source, sourcePort, destination, destinationPort } = arrival.facts;
      const own = [source * PORTS + sourcePort, destination * PORTS + destinationPort];
      // Its session may be made in this vector.
      if (!own.some((end) => ends.has(end))) this.assumeSession(arrival);
      for (const end of own) ends.add(end);
    }
    if (arrivals.length > 0) model.runVector(arrivals);
    // What has to be assumed for a frame shows when it runs once more.
    const again: Arrival[] = [];
    for (const arrival of arrivals) {
      model.turnTo(arrival);
      const isMissed = !model.hasLeft && arrival.claimed.length === 0 && this.shown(arrival) !== null;
      arrival.ranBefore = isMissed && !this.assumptions.knowsAll;
      if (arrival.ranBefore) again.push(arrival);
      else this.conclude(arrival);
    }
    for (const arrival of again) {
      this.assumeSession(arrival);
      this.attempt(arrival);
      this.conclude(arrival);
    }
  }

  /** False for a frame that its interface, which is down, does not receive. */
  private prepare(arrival: Arrival, frame: ReceivedFrame): boolean {
    const { findings, assumptions, model, tables, intake } = this;
    if (tables.interfaces.isUpOf[frame.swIfIndex] === 0) {
      findings.unjudged.note(intake.ingress.downReason(frame.swIfIndex).text, model.nameOf(frame), frame.isMeant);
      return false;
    }
    const facts = arrival.facts.read(frame.view, frame.at, frame.length);
    arrival.frame = frame;
    arrival.clear();
    this.sent.clocks.noteArrived(facts.key, frame);
    model.dataplane.inputs.startRun(frame.capture, frame.index, frame.number);
    if (frame.isMeant) findings.received++;
    if (frame.index < findings.firstReceived) findings.firstReceived = frame.index;
    arrival.silentSession = assumptions.silentSession(facts, frame);
    return true;
  }

  /** Before a frame runs: the NAT44 session that translated it must be there, or it would make another. */
  private assumeSession(arrival: Arrival): void {
    const { assumptions, sent, model } = this;
    const { facts, frame } = arrival;
    if (this.choices.isCertain || !assumptions.mayNeedSession(facts, frame)) return;
    const seen = sent.like(facts.key, frame);
    if (seen === null) return;
    model.turnTo(arrival);
    assumptions.natSession(facts, frame, seen);
  }

  /** Runs a frame alone, once more whenever it shows what must have been there before. */
  private attempt(arrival: Arrival): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (const one of arrival.claimed) one.isClaimed = false;
      arrival.clear();
      this.model.run(arrival);
      const shown = this.isAsExpected(arrival) ? null : this.shown(arrival);
      if (shown === null || !this.assumeFor(arrival, shown)) return;
    }
  }

  /** Nearly always: it left, and was found. */
  private isAsExpected({ unmatched }: Arrival): boolean {
    return this.model.hasLeft && unmatched.length === 0;
  }

  private conclude(arrival: Arrival): void {
    const { findings, assumptions, model } = this;
    const { claimed, unmatched, facts, silentSession } = arrival;
    if (arrival.frame.isMeant) findings.expected += claimed.length;
    if (claimed.length > 0) assumptions.confirm(silentSession);
    const { unmodelled } = model;
    if (unmodelled !== null) {
      findings.unmodelled(unmodelled, arrival.frame);
      assumptions.loseCertainty();
      this.choices.loseCertainty();
    }
    if (findings.drops.count > 0 && model.isDropped) {
      const { frame, graph } = model.dataplane;
      findings.judgeDrop(facts.key, graph.errors.names[frame.error], model.frameStory(true));
    }
    // An answer to a frame that the node has let pass.
    const passed = unmatched.length > 0 && !model.hasLeft ? this.shown(arrival) : null;
    for (const packet of unmatched) {
      if (passed !== null) packet.decision = behindDrop(model.frameStory(true), passed, this.tables);
      packet.doubt = arrival.frame.way?.isCut === true ? CUT_WAY : assumptions.doubt(silentSession);
      this.pending.push(packet);
    }
    if (!this.isAsExpected(arrival)) this.suspect(arrival);
    if (arrival.frame.way !== null) this.ways.conclude(arrival, arrival.frame.way);
  }

  /** Assumes what makes the frame that ran into the one that was sent; false where there is nothing. */
  private assumeFor({ facts, frame, claimed }: Arrival, shown: SentFrame): boolean {
    const { assumptions, model } = this;
    // An ICMP error makes no session, so that it can be run before one is assumed.
    if (facts.isError && claimed.length === 0 && assumptions.natSession(facts, frame, shown)) return true;
    return model.isDropped && claimed.length === 0 && assumptions.forDropped(model.dataplane, shown);
  }

  /** A frame that the node sent and that seems to be what became of a frame that ran, or its answer to it. */
  private shown({ facts, frame }: Arrival): SentFrame | null {
    return this.sent.like(facts.key, frame) ?? this.sent.like(facts.replyKey, frame);
  }

  /** The model sends a packet. */
  private transmit(b: PacketBuffer, arrival: Arrival): void {
    const { frame, claimed, unmatched } = arrival;
    const found = this.sent.equal(b, b.swIfIndexTx, frame) ?? almostEqual(this.sent, b, frame);
    if (found !== null) {
      found.isClaimed = true;
      found.isMeant = frame.isMeant;
      claimed.push(found);
      if (found.key === 0) this.assumptions.noteRequest(found);
      const surprise = this.choices.takeSurprise(frame.index);
      if (surprise !== null) this.findings.surprised(found, this.model.packetStory(b), surprise);
      else if (!this.isInOrder(found, b, arrival)) this.findings.early(found, this.model.packetStory(b));
      return;
    }
    const packet = new ModelledPacket();
    this.store.keep(packet, b.bytes, b.at, b.length);
    Object.assign(packet, { ...frame.place, originalLength: b.length + b.cutBytes, swIfIndex: b.swIfIndexTx });
    packet.key = this.facts.read(b.view, b.at, b.length).key;
    packet.isMade = packet.key !== arrival.facts.key;
    packet.story = this.model.packetStory(b);
    unmatched.push(packet);
  }

  private isInOrder(found: SentFrame, b: PacketBuffer, { facts, ranBefore }: Arrival): boolean {
    const { order, model, hasVectors, sent } = this;
    // Sessions that are assumed may be made at another place of a vector than they were there.
    if (ranBefore || (model.isVector && this.assumptions.made.length > 0)) return true;
    if (hasVectors && model.isVector) {
      // Of two records the second one is where the interface writes it.
      const last = this.findings.isWrittenTwice(found) ? (sent.twinOf(found) ?? found) : found;
      return order.followsAll(b.swIfIndexTx, last.index);
    }
    return facts.key === 0 || facts.isPortless || b !== model.dataplane.frame || order.followsFlow(facts, found.index);
  }

  /** What seems to have become of the frame and was not expected. */
  private suspect(arrival: Arrival): void {
    const { sent, model } = this;
    const { facts, frame } = arrival;
    const hasLeft = model.hasLeft || model.dataplane.disposition === Disposition.Consumed;
    // An answer may be that of a host, which came unseen.
    const mayAnswer = !hasLeft && this.unseen.isNothing;
    let shown = mayAnswer ? this.shown(arrival) : sent.like(facts.key, frame);
    if (shown === null) return;
    const story = model.frameStory(!hasLeft);
    for (; shown !== null; shown = sent.nextLike(shown, frame)) shown.suspect ??= story;
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
      else if (!(frame.isTwin ? findings.keepsTwin(frame) : findings.claimed(frame, sent))) sent.release(frame);
    }
  }
}
