/** What a replay writes: the frames that leave, the frames that do not, and a verdict per frame. */

import { drainAll, type CaptureWriter, type WriterOptions } from '../capture/output/capture-writer.js';
import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, type FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { isPcapng, openWriter } from '../capture/output/open-writer.js';
import { OutputFile } from '../capture/output/output-file.js';
import { PcapWriter } from '../capture/output/pcap-writer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { VectorRule } from '../dataplane/vector-queue.js';
import { Dataplane, Disposition, type VectorFrame } from '../dataplane/dataplane.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { DropCauses } from '../outcome/drop-causes.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { FLOW_WORDS, LEAVES_ON } from '../pipeline/flow-cache/flow-table.js';
import { droppedStory, receivedStory, sentStory, storyText } from '../outcome/frame-story.js';
import type { Ingress } from '../dataplane/ingress.js';
import { EndRecorder, isFrameItself, lostKind } from '../outcome/frame-end.js';
import { outputIndexOf, outputInterfaces, sectionOf } from '../pipeline/interface/output-interfaces.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { FrameObserver } from './frame-observer.js';
import { RecordOutput } from './record-output.js';
import type { TraceOutput } from '../trace/trace-output.js';
import { VerdictRecorder } from '../outcome/verdicts.js';

/** Paths of the outputs; null for those not wanted. */
export interface OutputPaths {
  /** Frames that leave: .pcap, .pcapng, a folder/, or '-'. */
  readonly output: string | null;
  /** pcapng of the received frames that did not leave, each with its reason as a comment. */
  readonly drops: string | null;
  /** JSON lines, one verdict per received frame. */
  readonly verdicts: string | null;
  /** `show trace` text of the frames. */
  readonly trace?: TraceOutput | null;
}

/** What the outputs are to hold. */
export interface OutputWishes extends OutputPaths {
  /** Each received frame before what it made leave, with its end in its comment where it did not leave; `output` is a pcapng then. */
  readonly both?: boolean;
  /** Frames run together: what leaves belongs to none of a batch. */
  readonly vectors?: VectorRule;
  readonly observer?: FrameObserver;
  /** Name and version of the program, for the outputs. */
  readonly application?: string;
  /** The script's path. */
  readonly configuration: string;
}

export class ReplayOutputs {
  /** Frames that left, by sw_if_index. */
  readonly transmittedBy: Float64Array;
  readonly dropCauses = new DropCauses();
  /** The same of packets that nodes made or released. */
  readonly lostCauses = new DropCauses(lostKind);
  /** FlowTable.words, where packets may follow flows. */
  flows: Int32Array = new Int32Array(0);
  private readonly recorder = new VerdictRecorder();
  private writer: CaptureWriter | null = null;
  private records: RecordOutput | null = null;
  private dropWriter: CaptureWriter | null = null;
  private verdictFile: OutputFile | null = null;
  /** The frame as received, kept while it runs where drops are wanted. */
  private received = new Uint8Array(0);
  private receivedView = new DataView(this.received.buffer);
  private receivedLength = 0;
  private readonly end = new EndRecorder();
  /** What is written next. */
  private readonly frame = new FrameRecord();
  /** What the frame made leave, kept until the frame itself is written where it is wanted before. */
  private readonly held: FrameRecord[] = [];
  private steps: FrameSteps | null = null;
  private readonly hasComments: boolean;
  private readonly hasBoth: boolean;
  private readonly dropsIndex: number;

  constructor(
    private readonly tables: Tables,
    private readonly wishes: OutputWishes,
  ) {
    this.transmittedBy = new Float64Array(tables.interfaces.all.length);
    this.hasComments = wishes.output !== null && isPcapng(wishes.output);
    this.hasBoth = wishes.both === true;
    this.dropsIndex = outputIndexOf(tables.interfaces.all.length);
  }

  /** True where each frame's node path has to be recorded. */
  get needsRecording(): boolean {
    const { verdicts, observer } = this.wishes;
    return verdicts !== null || observer !== undefined || this.needsDecisions || this.trace !== null;
  }

  /** Traces, where they are wanted. */
  get trace(): TraceOutput | null {
    return this.wishes.trace ?? null;
  }

  private get needsDecisions(): boolean {
    return this.wishes.drops !== null || this.hasComments;
  }

  /** The dataplane whose packets will be written. */
  attach(dataplane: Dataplane): void {
    if (this.needsDecisions || this.wishes.verdicts !== null) this.steps = FrameSteps.of(dataplane);
    this.trace?.attach(dataplane);
    this.wishes.observer?.attach(dataplane);
  }

  /** Opens the outputs. `timestampDigits` is the resolution of the inputs. Throws OutputError. */
  open(timestampDigits: number): void {
    const { output, drops, verdicts, configuration, application } = this.wishes;
    const options = (hasDrops: boolean): WriterOptions => ({
      interfaces: outputInterfaces(this.tables, hasDrops),
      timestampDigits,
      section: sectionOf(this.tables, configuration, application),
    });
    if (output !== null) this.writer = openWriter(output, options(false));
    if (this.writer instanceof PcapWriter && this.wishes.vectors === undefined)
      this.records = new RecordOutput(this.writer, this.flows);
    if (drops !== null) this.dropWriter = openWriter(drops, options(true));
    if (verdicts !== null) this.verdictFile = OutputFile.open(verdicts);
    this.trace?.open();
  }

  /** The output's records, where threads can write them. */
  get shareable(): { readonly records: RecordOutput | null } | null {
    const { writer, records } = this;
    if (writer === null) return { records: null };
    return writer instanceof PcapWriter && writer.output.hasPositions ? { records } : null;
  }

  transmit(b: PacketBuffer, ingress: Ingress, dataplane: Dataplane): void {
    this.transmittedBy[b.swIfIndexTx]++;
    this.wishes.observer?.transmit(b);
    if (this.verdictFile !== null) this.recorder.transmit(b);
    if (this.writer === null) return;
    const { batch, index } = ingress;
    const { seconds, nanoseconds } = ingress.vectors ?? ingress;
    if (this.records !== null && batch !== null) {
      this.records.transmit(b, batch, index);
      return;
    }
    const { bytes, view, at, length, cutBytes, swIfIndexTx } = b;
    const { steps } = this;
    const comment = this.hasComments && steps !== null ? storyText(sentStory(b, dataplane, steps)) : null;
    const { frame } = this;
    frame.originalLength = length + cutBytes;
    frame.interfaceIndex = outputIndexOf(swIfIndexTx);
    frame.comment = comment;
    frame.direction = DIRECTION_OUTBOUND;
    frame.setBytes(bytes, view, at, length).setTime(seconds, nanoseconds);
    if (this.hasBoth) this.held.push(frame.copy());
    else this.writer.write(frame);
  }

  /** Frames [first, end) followed flows: rewrites and writes them. */
  keep(batch: FrameBatch, first: number, end: number): void {
    const { writer, records } = this;
    if (writer === null) return;
    if (records !== null) {
      records.keep(batch, first, end);
      return;
    }
    rewriteFlows(batch, first, end, this.flows);
    const { frame, flows } = this;
    frame.comment = null;
    frame.direction = DIRECTION_OUTBOUND;
    for (let i = first; i < end; i++) {
      frame.setFrame(batch, i);
      frame.interfaceIndex = outputIndexOf(flows[batch.flow[i] * FLOW_WORDS + LEAVES_ON]);
      writer.write(frame);
    }
  }

  /** Before the chunk that frames came from is read into again. Throws OutputError. */
  endBatch(): void {
    this.records?.endBatch();
  }

  /** Hands on to the readers of pipes what frames made so far. Null where there is nothing to wait for. Rejects with OutputError. */
  drain(): Promise<void> | null {
    return drainAll(this.all());
  }

  discard(b: PacketBuffer, dataplane: Dataplane, isPunt: boolean): void {
    this.wishes.observer?.discard(b, isPunt);
    if (this.verdictFile !== null) this.recorder.discard(b, dataplane, isPunt);
    (isFrameItself(b, dataplane) ? this.dropCauses : this.lostCauses).note(b, dataplane);
    if (this.keepsReceived) this.end.discard(b, dataplane, isPunt);
  }

  /** Before a frame runs: keeps its bytes, which nodes rewrite in place. */
  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number): void {
    this.trace?.beforeFrame(batch, index);
    this.wishes.observer?.beforeFrame(batch, index, swIfIndex);
    if (!this.keepsReceived) return;
    this.receivedLength = batch.capturedLength[index];
    if (this.received.length < this.receivedLength) {
      this.received = new Uint8Array(this.receivedLength * 2);
      this.receivedView = new DataView(this.received.buffer);
    }
    const at = batch.offset[index];
    this.received.set(batch.bytes.subarray(at, at + this.receivedLength));
    this.end.clear();
  }

  leftOut(batch: FrameBatch, index: number, reason: string): void {
    this.trace?.leftOut(batch, index, reason);
  }

  /** After a frame has run: its verdict, the frame itself among the drops where it did not leave, and before what it made leave. */
  afterFrame(batch: FrameBatch, index: number, dataplane: Dataplane): void {
    this.verdictFile?.writeText(`${JSON.stringify(this.recorder.take(dataplane, this.steps))}\n`);
    this.trace?.afterFrame();
    this.wishes.observer?.afterFrame();
    const { writer, dropWriter, steps, end } = this;
    if (steps === null) return;
    if (this.hasBoth && writer !== null) {
      const comment = storyText(receivedStory(end, dataplane, steps));
      this.writeReceived(writer, batch, index, outputIndexOf(dataplane.receivedOn.swIfIndex), comment);
      for (const held of this.held.splice(0)) writer.write(held);
    }
    if (dropWriter === null || dataplane.disposition === Disposition.Transmitted) return;
    this.writeReceived(dropWriter, batch, index, this.dropsIndex, storyText(droppedStory(end, dataplane, steps)));
  }

  /** After frames that came together have run: what they counted is the last one's. */
  afterVector(frames: readonly VectorFrame[], dataplane: Dataplane): void {
    for (const { index } of this.verdictFile === null ? [] : frames) {
      dataplane.turnTo(index);
      this.verdictFile?.writeText(
        `${JSON.stringify(this.recorder.take(dataplane, null, index === frames[frames.length - 1].index))}\n`,
      );
    }
  }

  private get keepsReceived(): boolean {
    return this.dropWriter !== null || this.hasBoth;
  }

  private writeReceived(
    writer: CaptureWriter,
    { originalLength, seconds, nanoseconds }: FrameBatch,
    index: number,
    interfaceIndex: number,
    comment: string,
  ): void {
    const { frame, received, receivedView, receivedLength } = this;
    frame.setBytes(received, receivedView, 0, receivedLength).setTime(seconds[index], nanoseconds[index]);
    frame.originalLength = Math.max(originalLength[index], receivedLength);
    frame.interfaceIndex = interfaceIndex;
    frame.comment = comment;
    frame.direction = DIRECTION_INBOUND;
    writer.write(frame);
  }

  /**
   * Completes all outputs, once all of them are on the disk. Rejects with OutputError, or with TraceUsageError for frames that
   * captures do not have which could be read to their end; outputs not completed yet are given up.
   */
  async close(areWhole: boolean): Promise<void> {
    try {
      this.trace?.end(areWhole);
      for (const output of this.all()) await output.settle();
      for (const output of this.all()) output.publish();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Gives all outputs up that are not complete. */
  async abort(): Promise<void> {
    for (const output of this.all()) await output.abort();
  }

  private all(): (CaptureWriter | OutputFile)[] {
    return [this.writer, this.dropWriter, this.verdictFile, this.trace?.output ?? null].filter(
      (output) => output !== null,
    );
  }
}
