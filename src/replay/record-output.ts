/**
 * A classic pcap of what leaves. Frames of a batch that leave where they came in stay where they are until the batch has run;
 * then they are rewritten, and written together with the record headers between them.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord, SNAP_LENGTH } from '../capture/frame-record.js';
import type { PcapWriter } from '../capture/output/pcap-writer.js';
import { RecordGatherer, RecordPlan } from '../capture/pcap/record-plan.js';
import { growthOf, rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { areResized } from '../pipeline/flow-cache/flow-record.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';

export class RecordOutput {
  /** The batch that runs; those of its frames [rewriteFrom, keptEnd) that followed flows are not rewritten yet. */
  private batch: FrameBatch | null = null;
  private rewriteFrom = 0;
  private keptEnd = 0;
  private plan: RecordPlan;
  private readonly gatherer: RecordGatherer;
  private readonly frame = new FrameRecord();

  /** @param flows FlowTable.words */
  constructor(
    readonly writer: PcapWriter,
    private readonly flows: Int32Array,
  ) {
    this.plan = new RecordPlan();
    this.gatherer = new RecordGatherer((bytes, from, to) => {
      writer.output.write(bytes, from, to);
    });
  }

  /** Frames [first, end) of a batch followed flows. */
  keep(batch: FrameBatch, first: number, end: number): void {
    this.enter(batch, first);
    if (!this.plan.hasRoom(0)) this.write();
    if (areResized(this.flows)) this.plan.addResized(first, end, growthOf(batch, first, end, this.flows));
    else this.plan.addFrames(first, end);
    this.keptEnd = end;
  }

  /** A packet leaves that came of frame `i` of a batch, which the graph runs. Throws OutputError. */
  transmit(b: PacketBuffer, batch: FrameBatch, i: number): void {
    const { writer } = this;
    const { bytes, view, at, length, cutBytes } = b;
    this.enter(batch, i);
    const captured = length > SNAP_LENGTH ? SNAP_LENGTH : length;
    if (!this.plan.hasRoom(captured)) this.write();
    const isInPlace = bytes === batch.bytes && at === batch.offset[i] && length === batch.capturedLength[i];
    if (isInPlace && length === captured && batch.recordDigits === writer.recordDigits) this.plan.addFrames(i, i + 1);
    else {
      const frame = this.frame.setBytes(bytes, view, at, length).setTime(batch.seconds[i], batch.nanoseconds[i]);
      frame.originalLength = length + cutBytes;
      if (this.plan.hasRoom(captured)) this.plan.addAside(frame, captured, writer.recordDigits);
      else writer.write(frame);
    }
  }

  /** The batch has run: rewrites and writes what leaves of it. Throws OutputError. */
  endBatch(): void {
    if (this.batch !== null) this.write();
    this.batch = null;
  }

  /** Plans are made in this one from now on; nothing may be planned at the moment. */
  usePlan(plan: RecordPlan): void {
    this.plan = plan;
  }

  /**
   * The batch has run, and somebody else rewrites and writes what leaves of it: which of its frames are to be rewritten, and
   * where in the file what is planned goes. Null where nothing is left to do. The output must have positions.
   */
  handOver(): { readonly rewriteFrom: number; readonly rewriteTo: number; readonly position: number } | null {
    const { batch, plan, writer, rewriteFrom, keptEnd } = this;
    if (batch === null) return null;
    this.batch = null;
    const position = writer.output.reserveRange(plan.totalBytes(batch, writer.recordDigits));
    if (position === null) throw new Error('an output without positions cannot be written by others');
    return { rewriteFrom, rewriteTo: keptEnd, position };
  }

  /** Writes what was handed over, all that leaves of a batch, at its place in the file. Throws OutputError. */
  writeAt(batch: FrameBatch, plan: RecordPlan, position: number): void {
    const { writer } = this;
    const gatherer = new RecordGatherer((bytes, from, to) => {
      writer.output.writeAt(bytes, from, to, position);
      position += to - from;
    });
    plan.emit(batch, writer.recordDigits, gatherer);
  }

  private enter(batch: FrameBatch, i: number): void {
    if (this.batch === batch) return;
    this.batch = batch;
    this.rewriteFrom = i;
    this.keptEnd = i;
    this.plan.clear();
  }

  /** Writes what has been planned. */
  private write(): void {
    const { batch, plan, writer, gatherer, rewriteFrom, keptEnd } = this;
    if (batch === null) return;
    rewriteFlows(batch, rewriteFrom, keptEnd, this.flows);
    this.rewriteFrom = keptEnd;
    plan.emit(batch, writer.recordDigits, gatherer);
    plan.clear();
  }
}
