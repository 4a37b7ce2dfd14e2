/**
 * Compares what a node sent with what the model sends for what arrived. Received frames wait until the captures are so far ahead of them
 * that all is there that can have come of them. Then each runs; what the model sends for it is looked for among what the node sent.
 */

import { Disposition } from '../dataplane/dataplane.js';
import type { VectorRule } from '../dataplane/vector-queue.js';
import { FLAG_CHECKSUM_UNKNOWN, FLAG_ID_UNKNOWN, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { releaseOf } from '../releases/release.js';
import { FrameStore, type CapturedFrame, type ReceivedFrame } from './captured-frame.js';
import { behindDrop } from './blame.js';
import { Assumptions, NEIGHBOUR_NODES } from './assumptions.js';
import { Choices } from './choices.js';
import { Intake } from './intake.js';
import { Findings, type Marked } from './findings.js';
import { Arrival, Model } from './model.js';
import { ModelledPacket } from './modelled-packet.js';
import type { Way } from './dispatch/way.js';
import { WayJudge, type WayDifference } from './dispatch/way-judge.js';
import { PacketFacts } from './packet-facts.js';
import { SentOrder } from './sent-order.js';
import { HORIZON_SECONDS, SentFrames, type SentFrame } from './sent-frames.js';
import { isToleratedFor } from './tolerated.js';

/** A frame may show a NAT44 session, ACL sessions on both interfaces and a neighbour that must have been there. */
const ATTEMPTS = 6;
const PORTS = 1 << 16;

const NAT_NODES = /^nat(?:44|-)/;
const CUT_WAY = 'the capture ends before its way does';
const UNSEEN_CHOICE = 'what NAT44 chose for a packet that did not leave';

export class Auditor {
  readonly model: Model;
  readonly intake: Intake;
  readonly findings: Findings;
  readonly choices: Choices;
  readonly assumptions: Assumptions;
  private readonly sent = new SentFrames();
  private readonly store = new FrameStore();
  private readonly order = new SentOrder();
  /** Somebody told which frames came together. */
  private readonly hasVectors: boolean;
  private readonly alone = new Arrival();
  private readonly facts = new PacketFacts();
  readonly ways: WayJudge;
  /** Packets of frames before that were not found. */
  private pending: ModelledPacket[] = [];

  /**
   * @param vectors which frames came together; null where each came alone
   * @param isGuess nobody told which did
   * @param mark is told each difference
   */
  constructor(
    readonly tables: Tables,
    vectors: VectorRule | null = null,
    isGuess = true,
    mark: ((marked: Marked) => void) | null = null,
  ) {
    this.hasVectors = !isGuess;
    this.ways = new WayJudge(releaseOf(tables));
    this.model = new Model(tables, {
      turnTo: ({ facts, frame }) => this.choices.begin(facts, frame),
      transmit: (b, arrival) => this.transmit(b, arrival),
    });
    this.assumptions = new Assumptions(tables, () => this.model.name);
    this.findings = new Findings(tables, (frame) => this.model.nameOf(frame), mark);
    const { isGeneratorKnown, knowsNat } = this.assumptions;
    this.choices = new Choices(tables.nat44, this.sent, isGeneratorKnown, isGeneratorKnown && knowsNat);
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
    if (frames.length > 1) this.runTogether(frames);
    else {
      this.assumeSession(this.prepare(this.alone, first));
      this.attempt(this.alone);
      this.conclude(this.alone);
    }
  }

  private runTogether(frames: readonly ReceivedFrame[]): void {
    const { model } = this;
    const arrivals: Arrival[] = [];
    const ends = new Set<number>();
    for (const frame of frames) {
      const arrival = this.prepare(new Arrival(), frame);
      arrivals.push(arrival);
      const { source, sourcePort, destination, destinationPort } = arrival.facts;
      const own = [source * PORTS + sourcePort, destination * PORTS + destinationPort];
      // Its session may be made in this vector.
      if (!own.some((end) => ends.has(end))) this.assumeSession(arrival);
      for (const end of own) ends.add(end);
    }
    model.runVector(arrivals);
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

  private prepare(arrival: Arrival, frame: ReceivedFrame): Arrival {
    const { findings, assumptions, model } = this;
    const facts = arrival.facts.read(frame.view, frame.at, frame.length);
    arrival.frame = frame;
    arrival.clear();
    model.dataplane.inputs.startRun(frame.capture, frame.index, frame.number);
    findings.received++;
    if (frame.index < findings.firstReceived) findings.firstReceived = frame.index;
    arrival.silentSession = assumptions.silentSession(facts, frame);
    return arrival;
  }

  /** Before a frame runs: the NAT44 session that translated it must be there, or it would make another. */
  private assumeSession(arrival: Arrival): void {
    const { assumptions, sent, model } = this;
    const { facts, frame } = arrival;
    if (this.choices.isCertain || !assumptions.mayNeedSession(facts, frame)) return;
    const seen = sent.like(facts.key, frame.index);
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
    findings.expected += claimed.length;
    if (claimed.length > 0) assumptions.confirm(silentSession);
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
    if (arrival.frame.way !== null) this.judgeWay(arrival, arrival.frame.way);
  }

  /** Compares what each node did. */
  private judgeWay({ claimed }: Arrival, way: Way): void {
    const { model, findings, ways } = this;
    const difference = ways.judge(way, model.way);
    if (difference === null) return;
    const why = claimed.length === 0 && this.isUnseenChoice(difference) ? UNSEEN_CHOICE : this.unknownState(difference);
    if (why === null) findings.otherWay(difference, model.frameStory(!model.hasLeft));
    else findings.unjudged(why, model.name);
  }

  private isUnseenChoice({ cause, node }: WayDifference): boolean {
    return cause === 'node-bytes' && NAT_NODES.test(node) && !this.choices.isCertain;
  }

  /** Why a node may have done otherwise than in the model: by state that nobody told; null for no such reason. */
  private unknownState({ cause, node }: WayDifference): string | null {
    const { knowsNat, knowsAcl, knowsNeighbours } = this.assumptions;
    if (cause === 'node-bytes') return null;
    if (NAT_NODES.test(node)) return knowsNat ? null : 'whether NAT44 had a session for it: a state would tell';
    if (node.startsWith('acl-plugin-'))
      return knowsAcl ? null : 'whether there was an ACL session for it: a state would tell';
    return NEIGHBOUR_NODES.has(node) && !knowsNeighbours
      ? 'whether the node knew a neighbour: a state would tell'
      : null;
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
    return this.sent.like(facts.key, frame.index) ?? this.sent.like(facts.replyKey, frame.index);
  }

  /** The model sends a packet. */
  private transmit(b: PacketBuffer, arrival: Arrival): void {
    const { frame, claimed, unmatched } = arrival;
    const found = this.sent.equal(b, b.swIfIndexTx, frame.index) ?? this.almost(b, frame.index);
    if (found !== null) {
      found.isClaimed = true;
      claimed.push(found);
      if (found.key === 0) this.assumptions.noteRequest(found);
      const surprise = this.choices.takeSurprise(frame.index);
      if (surprise !== null) this.findings.surprised(found, this.model.packetStory(b), surprise);
      else if (!this.isInOrder(found, b, arrival)) this.findings.early(found, this.model.packetStory(b));
      return;
    }
    const packet = new ModelledPacket();
    this.store.keep(packet, b.bytes, b.at, b.length);
    Object.assign(packet, { ...placeOf(frame), originalLength: b.length + b.cutBytes, swIfIndex: b.swIfIndexTx });
    packet.key = this.facts.read(b.view, b.at, b.length).key;
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

  /** What VPP is free to fill in as it likes, and what the model does not know, may differ. */
  private almost(b: PacketBuffer, index: number): SentFrame | null {
    if ((b.flags & (FLAG_ID_UNKNOWN | FLAG_CHECKSUM_UNKNOWN)) === 0) return null;
    const { sent } = this;
    let found = sent.like(this.facts.read(b.view, b.at, b.length).key, index);
    while (found !== null && !isToleratedFor(found, b)) found = sent.nextLike(found, index);
    return found;
  }

  /** What seems to have become of the frame and was not expected. */
  private suspect(arrival: Arrival): void {
    const { sent, model } = this;
    const { facts, frame } = arrival;
    const hasLeft = model.hasLeft || model.dataplane.disposition === Disposition.Consumed;
    let shown = hasLeft ? sent.like(facts.key, frame.index) : this.shown(arrival);
    if (shown === null) return;
    const story = model.frameStory(!hasLeft);
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

const placeOf = ({ index, capture, number, seconds, nanoseconds, run }: CapturedFrame) => ({
  index,
  capture,
  number,
  seconds,
  nanoseconds,
  run,
});
