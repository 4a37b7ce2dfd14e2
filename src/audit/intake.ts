/**
 * From captures to frames that arrived and frames that the node sent. What arrived waits until the captures are so far ahead of it that all
 * is there that can have come of it.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { InputFrames } from '../capture/input-frames.js';
import type { FrameRunner } from '../dataplane/feed-captures.js';
import { Ingress, type FrameTarget, type Reception } from '../dataplane/ingress.js';
import { InterfaceAssignment } from '../dataplane/interface-assignment.js';
import type { ReasonKind } from '../dataplane/not-replayed.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { CapturedFrame, FrameQueue, FrameStore } from './captured-frame.js';
import { readDropRecord } from './drop-record.js';
import type { Findings } from './findings.js';
import { HORIZON_SECONDS, SentFrame, type SentFrames } from './sent-frames.js';

/** Received frames that wait at most. */
const WAITING_FRAMES = 1 << 10;

const INSIDE = 'a bridge sent it by its BVI: what it becomes is judged';

/** A frame that arrived, with the number of the first of its vector. */
export class ReceivedFrame extends CapturedFrame {
  vector = 0;
}

export class Intake implements FrameTarget, FrameRunner {
  readonly inputs = new InputFrames();
  nextIndex = 0;
  readonly ingress: Ingress<Intake>;
  private readonly places: InterfaceAssignment;
  private readonly store = new FrameStore();
  private readonly waiting = new FrameQueue<ReceivedFrame>();
  private readonly unused: ReceivedFrame[] = [];
  private readonly record = new FrameRecord();
  /** The frame that was read last. */
  private newest = new CapturedFrame();
  private firstOfVector = 0;
  /** Capture time of the first frame of all. */
  firstSeconds = NaN;
  firstNanoseconds = 0;
  private sender: Reception | null = null;

  /** @param runFrame is handed each received frame in its turn */
  constructor(
    readonly tables: Tables,
    private readonly sent: SentFrames,
    private readonly findings: Findings,
    private readonly runFrame: (frame: ReceivedFrame) => void,
  ) {
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
    this.sender = reception;
    if (Number.isNaN(this.firstSeconds)) {
      this.firstSeconds = batch.seconds[first];
      this.firstNanoseconds = batch.nanoseconds[first];
    }
    for (let i = first; i < end; i++) {
      const drop = readDropRecord(batch, i, reception.bindings[batch.interfaceIndex[i]].linkType);
      if (drop !== null) this.findings.drops.add(drop, this.inputs.name(batch.firstNumber + i, this.inputs.capture));
      else this.ingress.run(batch, i, i + 1, reception);
    }
    this.advance();
  }

  /** A frame arrived. */
  receive(record: FrameRecord, swIfIndex: number): void {
    const frame = this.stamp(this.unused.pop() ?? new ReceivedFrame(), record, swIfIndex);
    if (this.newest instanceof SentFrame) this.firstOfVector = frame.number;
    frame.vector = this.firstOfVector;
    this.store.keep(frame, record.bytes, record.at, record.length);
    this.waiting.push(frame);
    this.newest = frame;
  }

  /** No more frames come. */
  finish(): void {
    while (this.waiting.length > 0) this.runNext();
  }

  private stamp<F extends CapturedFrame>(frame: F, record: FrameRecord, swIfIndex: number): F {
    frame.originalLength = record.originalLength;
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
    const { findings, places, sent } = this;
    this.nextIndex = this.inputs.indexOf(batch.firstNumber + i);
    if (kind !== 'sent' && kind !== 'marked') {
      findings.unjudged(
        this.places.isOwnInside(batch.view, batch.offset[i]) ? INSIDE : reason,
        this.inputs.nameOf(this.nextIndex),
      );
      return;
    }
    const record = this.record.setFrame(batch, i);
    const named = this.sender?.bindings[batch.interfaceIndex[i]].swIfIndex ?? -1;
    const by = named >= 0 ? named : places.sentBy(batch.view, record.at, record.length);
    const frame = this.stamp(sent.make(), record, by);
    sent.add(frame, record.bytes, record.at, record.length);
    this.newest = frame;
  }

  private advance(): void {
    const { waiting } = this;
    for (let next = waiting.front; next !== null; next = waiting.front) {
      if (waiting.length < WAITING_FRAMES && this.newest.since(next) <= HORIZON_SECONDS) return;
      this.runNext();
    }
  }

  private runNext(): void {
    const frame = this.waiting.shift();
    if (frame === null) return;
    this.runFrame(frame);
    this.store.release(frame);
    this.unused.push(frame);
  }
}
