/**
 * From captures to frames that arrived and frames that the node sent. What arrived waits until the captures are so far ahead of it that all
 * is there that can have come of it.
 */

import { LINKTYPE_VPP_DISPATCH } from '../capture/dispatch-record.js';
import { DIRECTION_UNKNOWN, LINKTYPE_ETHERNET, type FrameBatch, type FrameReader } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { InputFrames } from '../capture/input-frames.js';
import type { FrameRunner } from '../dataplane/feed-captures.js';
import { Ingress, type FrameTarget, type Reception } from '../dataplane/ingress.js';
import { InterfaceAssignment } from '../dataplane/interface-assignment.js';
import type { ReasonKind } from '../dataplane/not-replayed.js';
import { VectorBounds, type VectorRule } from '../dataplane/vector-queue.js';
import { isMeant } from '../filter/frame-filter.js';
import * as ethernet from '../wire/ethernet.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { CapturedFrame, FrameQueue, FrameStore, ReceivedFrame, type Run } from './captured-frame.js';
import { DispatchedFrames } from './dispatch/dispatched-frames.js';
import { CapturedInterfaces } from './captured-interfaces.js';
import type { Way } from './dispatch/way.js';
import { readDropRecord } from './findings/drop-record.js';
import type { Findings } from './findings/findings.js';
import { HORIZON_SECONDS, type SentFrame, type SentFrames } from './sent-frames.js';

/** Received frames that wait at most. */
const WAITING_FRAMES = 1 << 10;

const MAC_BYTES = 12;
/** With two VLAN tags. */
const LONGEST_HEADER_BYTES = 22;

const INSIDE = 'a bridge sent it by its BVI: what it becomes is judged';

export class Intake implements FrameTarget, FrameRunner {
  readonly inputs = new InputFrames();
  nextIndex = 0;
  readonly ingress: Ingress<Intake>;
  readonly captured: CapturedInterfaces;
  private readonly places: InterfaceAssignment;
  private readonly store = new FrameStore();
  private readonly waiting = new FrameQueue<ReceivedFrame>();
  private readonly unused: ReceivedFrame[] = [];
  private readonly record = new FrameRecord();
  /** The frame that was read last. */
  private newest = new CapturedFrame();
  /** Frames that arrived so far, and the last that did. */
  private arrived = 0;
  private last: ReceivedFrame | null = null;
  private readonly vector: ReceivedFrame[] = [];
  private readonly bounds: VectorBounds | null;
  /** Capture time of the first frame of all. */
  firstSeconds = NaN;
  firstNanoseconds = 0;
  /** By capture, the time of the last frame that was read of it. */
  private readonly lastTimes: number[] = [];
  private sender: Reception | null = null;
  private dispatched: DispatchedFrames | null = null;

  /** @param runVector is handed the received frames in their turn, those of a vector together */
  constructor(
    readonly tables: Tables,
    private readonly sent: SentFrames,
    private readonly findings: Findings,
    vectors: VectorRule | null,
    private readonly runVector: (frames: readonly ReceivedFrame[]) => void,
  ) {
    this.bounds = vectors === null ? null : new VectorBounds(vectors);
    this.captured = new CapturedInterfaces(tables);
    this.places = new InterfaceAssignment(tables);
    this.ingress = new Ingress<Intake>(this, {
      beforeFrame: () => undefined,
      afterFrame: () => undefined,
      leftOut: (batch, i, reason, kind) => {
        this.leftOut(batch, i, reason, kind);
      },
    });
    this.ingress.isAhead = true;
  }

  /** Takes frames [first, end) of a batch, and runs those that have waited long enough. */
  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    this.captured.read(reception);
    this.sender = reception;
    this.lastTimes[this.inputs.capture] = batch.seconds[end - 1] + batch.nanoseconds[end - 1] * 1e-9;
    if (Number.isNaN(this.firstSeconds)) {
      this.firstSeconds = batch.seconds[first];
      this.firstNanoseconds = batch.nanoseconds[first];
    }
    for (let i = first; i < end; i++) {
      const { linkType } = reception.bindings[batch.interfaceIndex[i]];
      const drop = readDropRecord(batch, i, linkType);
      if (linkType === LINKTYPE_VPP_DISPATCH) this.dispatch(batch, i);
      else if (drop !== null)
        this.findings.drops.add(drop, this.inputs.name(batch.firstNumber + i, this.inputs.capture));
      else this.ingress.run(batch, i, i + 1, reception);
    }
    this.advance();
  }

  /** What of damaged captures is behind their ends is not known: neither what arrived nor what was sent. */
  open(readers: readonly FrameReader[]): void {
    const { unseen } = this.findings;
    unseen.secondsLeft = (time) => this.newest.time - time;
    unseen.hasEnded = (time) =>
      readers.some(({ damage }, k) => damage !== null && time > (this.lastTimes[k] ?? 0) - HORIZON_SECONDS);
  }

  /** A frame arrived. */
  receive(record: FrameRecord, swIfIndex: number): void {
    if (!this.mayBeBridgedOut(record, swIfIndex)) {
      this.arrive(record, swIfIndex, false, null);
      return;
    }
    const { batch, index } = this.ingress;
    this.arrived++;
    const isAsked = batch !== null && isMeant(this.findings.filter, batch, index);
    this.findings.unclear(this.inputs.nameOf(this.nextIndex), isAsked);
  }

  /** A bridge passes frames on as they are: only their direction, or that they are to the bridge's own BVI, tells that one arrived. */
  private mayBeBridgedOut({ view, at, length }: FrameRecord, port: number): boolean {
    const { batch, index } = this.ingress;
    const { interfaces, vlans } = this.tables;
    if (interfaces.l2CountOf[port] === 0 || batch === null || length < LONGEST_HEADER_BYTES) return false;
    if (this.sender?.bindings[batch.interfaceIndex[index]]?.linkType !== LINKTYPE_ETHERNET) return false;
    if (batch.hasDirections && batch.direction[index] !== DIRECTION_UNKNOWN) return false;
    const type = ethernet.type(view, at);
    const taker = ethernet.isTakenTagType(type)
      ? vlans.identifyTagged(port, type === ethernet.TYPE_DOT1AD, view, at + ethernet.HEADER_BYTES)
      : port;
    return (
      interfaces.isL2Of[taker] === 1 &&
      !this.places.isInside(ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at))
    );
  }

  private arrive(record: FrameRecord, swIfIndex: number, joins: boolean, way: Way | null): void {
    this.captured.see(swIfIndex);
    const frame = this.stamp(this.unused.pop() ?? new ReceivedFrame(), record, swIfIndex);
    frame.arrival = this.arrived++;
    frame.joins = this.bounds?.joins(frame.arrival, frame.time, swIfIndex) ?? joins;
    frame.way = way;
    frame.run = this.joinRun(frame);
    this.store.keep(frame, record.bytes, record.at, record.length);
    this.sent.noteCut(frame);
    frame.isMeant = this.findings.asksFor(frame);
    this.waiting.push(frame);
    this.newest = frame;
    this.last = frame;
  }

  /** A node of VPP is about to see a packet. */
  private dispatch(batch: FrameBatch, i: number): void {
    const { record } = this;
    this.captured.isWhole = true;
    const dispatched = (this.dispatched ??= new DispatchedFrames(this.tables)).read(record.setFrame(batch, i));
    this.nextIndex = this.inputs.indexOf(batch.firstNumber + i);
    if (dispatched.kind === 'unreadable')
      this.findings.unjudged.note(dispatched.reason, this.inputs.nameOf(this.nextIndex), true);
    else if (dispatched.kind === 'sent') this.send(record, dispatched.swIfIndex);
    else if (dispatched.kind === 'arrived') this.arrive(record, dispatched.swIfIndex, dispatched.joins, dispatched.way);
  }

  /** The run of a frame that arrived, which the one before it may have begun. */
  private joinRun(frame: ReceivedFrame): Run | null {
    const { newest, last } = this;
    if (last === null || newest !== last || frame.since(last) > HORIZON_SECONDS) return null;
    if (this.dispatched !== null && !frame.joins) return null;
    last.run ??= { first: last.arrival, last: last.arrival, differences: 0 };
    if (frame.arrival - last.run.first >= WAITING_FRAMES) return null;
    last.run.last = frame.arrival;
    return last.run;
  }

  /** No more frames come. */
  finish(): void {
    this.dispatched?.finish();
    while (this.waiting.length > 0) this.runNext(this.vectorLength);
  }

  /** Somebody told which frames came together. */
  private get hasVectors(): boolean {
    return this.bounds !== null || this.dispatched !== null;
  }

  /** How many of the frames that wait are one vector with the first. */
  private get vectorLength(): number {
    let length = 1;
    while (this.waiting.at(length)?.joins === true) length++;
    return length;
  }

  private stamp<F extends CapturedFrame>(frame: F, record: FrameRecord, swIfIndex: number): F {
    frame.originalLength = record.originalLength;
    frame.comparedFrom = 0;
    frame.seconds = record.seconds;
    frame.nanoseconds = record.nanoseconds;
    frame.swIfIndex = swIfIndex;
    frame.index = this.nextIndex;
    frame.capture = this.inputs.capture;
    frame.number = this.inputs.numberOf(frame.index);
    return frame;
  }

  /** A frame did not arrive: the node sent it, or nobody knows where it belongs. */
  private leftOut(batch: FrameBatch, i: number, reason: string, kind: ReasonKind): void {
    const { findings, places } = this;
    this.nextIndex = this.inputs.indexOf(batch.firstNumber + i);
    if (kind !== 'sent' && kind !== 'marked') {
      const { view, offset } = batch;
      const isInside = places.isInside(ethernet.sourceHigh(view, offset[i]), ethernet.sourceLow(view, offset[i]));
      if (!isInside) this.arrived++;
      findings.unjudged.note(
        isInside ? INSIDE : reason,
        this.inputs.nameOf(this.nextIndex),
        isMeant(findings.filter, batch, i),
      );
      return;
    }
    const record = this.record.setFrame(batch, i);
    const binding = this.sender?.bindings[batch.interfaceIndex[i]];
    const named = binding?.swIfIndex ?? -1;
    const hasMacs = binding?.linkType === LINKTYPE_ETHERNET;
    const by = named >= 0 ? named : places.sentBy(batch.view, record.at, record.length);
    this.send(record, by).comparedFrom = hasMacs ? 0 : MAC_BYTES;
  }

  /** The node sent a frame. */
  private send(record: FrameRecord, swIfIndex: number): SentFrame {
    const { sent } = this;
    this.captured.see(swIfIndex);
    const frame = this.stamp(sent.make(), record, swIfIndex);
    frame.run = this.last?.run ?? null;
    sent.add(frame, record.bytes, record.at, record.length);
    this.newest = frame;
    return frame;
  }

  private advance(): void {
    const { waiting } = this;
    for (let next = waiting.front; next !== null; next = waiting.front) {
      if (waiting.length < WAITING_FRAMES && this.newest.since(next) <= HORIZON_SECONDS) return;
      const length = this.hasVectors ? this.vectorLength : 1;
      const mayGrow = this.hasVectors && length === waiting.length && length < WAITING_FRAMES;
      if (mayGrow) return;
      this.runNext(length);
    }
  }

  private runNext(length: number): void {
    const { vector: frames } = this;
    while (frames.length > 0) frames.pop();
    for (let i = 0; i < length; i++) {
      const frame = this.waiting.shift();
      if (frame !== null) frames.push(frame);
    }
    this.runVector(frames);
    for (const frame of frames) {
      this.store.release(frame);
      this.unused.push(frame);
    }
  }
}
