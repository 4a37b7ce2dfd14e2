/** What a replay writes: the frames that leave, the frames that do not, and a verdict per frame. */

import { drainAll, type CaptureWriter, type WriterOptions } from '../capture/output/capture-writer.js';
import { DIRECTION_OUTBOUND, type FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { isPcapng, openWriter } from '../capture/output/open-writer.js';
import { OutputFile } from '../capture/output/output-file.js';
import { PcapWriter } from '../capture/output/pcap-writer.js';
import { PcapngWriter } from '../capture/output/pcapng-writer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { Dataplane, Disposition, type VectorFrame } from '../dataplane/dataplane.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { DropCauses } from '../outcome/drop-causes.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { FLOW_WORDS, leavesOn } from '../pipeline/flow-cache/flow-record.js';
import { droppedStory, receivedStory, sentStory, storyLines, type FrameStory } from '../outcome/frame-story.js';
import type { Ingress } from '../dataplane/ingress.js';
import { EndRecorder, isFrameItself, lostKind } from '../outcome/frame-end.js';
import { outputIndexOf, outputInterfaces, sectionOf } from '../pipeline/interface/output-interfaces.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { FlowTellings } from '../outcome/flow-tellings.js';
import { FollowedFrames } from './followed-frames.js';
import { isMeant } from '../filter/frame-filter.js';
import type { OutputWishes } from './output-wishes.js';
import { ReceivedFrame } from './received-frame.js';
import { RecordOutput } from './record-output.js';
import type { TraceOutput } from '../trace/trace-output.js';
import type { RunRow, TableFolder } from '../parquet/table-folder.js';
import { tableRecorder, VerdictOutputs } from './verdict-outputs.js';

export class ReplayOutputs {
  /** Frames that left, by sw_if_index. */
  readonly transmittedBy: Float64Array;
  readonly dropCauses = new DropCauses();
  /** The same of packets that nodes made or released. */
  readonly lostCauses = new DropCauses(lostKind);
  /** FlowTable.words, where packets may follow flows. */
  private flows: Int32Array = new Int32Array(0);
  private writer: CaptureWriter | null = null;
  private records: RecordOutput | null = null;
  private dropWriter: CaptureWriter | null = null;
  private verdicts: VerdictOutputs | null = null;
  private stateFile: OutputFile | null = null;
  private readonly received = new ReceivedFrame();
  private readonly end = new EndRecorder();
  /** Whether something is written about the frame that runs. */
  private isMeant = true;
  /** Frames that the filter meant; undefined without one. */
  matched: number | undefined;
  private readonly frame = new FrameRecord();
  /** What the frame made leave, kept until the frame itself is written where it is wanted before. */
  private readonly held: FrameRecord[] = [];
  private dataplane: Dataplane | null = null;
  private steps: FrameSteps | null = null;
  private told: { readonly dataplane: Dataplane; readonly tellings: FlowTellings } | null = null;
  private followed: FollowedFrames | null = null;
  private readonly hasComments: boolean;
  private readonly hasBoth: boolean;
  private readonly dropsIndex: number;

  constructor(
    private readonly tables: Tables,
    private readonly wishes: OutputWishes,
  ) {
    this.transmittedBy = new Float64Array(tables.interfaces.all.length);
    this.matched = wishes.filter && 0;
    this.hasComments = wishes.output !== null && isPcapng(wishes.output);
    this.hasBoth = wishes.both === true;
    this.dropsIndex = outputIndexOf(tables.interfaces.all.length);
  }

  /** True where each frame has to be told about. */
  get needsRecording(): boolean {
    return this.wishes.filter !== undefined || this.needsPaths || this.needsDecisions;
  }

  /** True where the nodes that each frame visits have to be recorded for that. */
  get needsPaths(): boolean {
    const { commentPaths, observer } = this.wishes;
    return this.needsVerdicts || commentPaths === true || observer !== undefined || this.trace !== null;
  }

  get trace(): TraceOutput | null {
    return this.wishes.trace ?? null;
  }

  private get needsVerdicts(): boolean {
    return this.wishes.verdicts !== null || Boolean(this.wishes.tables);
  }

  private get needsDecisions(): boolean {
    return this.wishes.drops !== null || this.hasComments;
  }

  /** The dataplane whose packets will be written. */
  attach(dataplane: Dataplane): void {
    this.dataplane = dataplane;
    if (this.needsDecisions || this.needsVerdicts) this.steps = FrameSteps.of(dataplane);
    this.trace?.attach(dataplane);
    this.wishes.observer?.attach(dataplane);
  }

  /** Opens the outputs. `timestampDigits` is the resolution of the inputs. Throws OutputError. */
  async open(timestampDigits: number): Promise<void> {
    const { output, drops, verdicts, tables, savedState, configuration, application, sync = false } = this.wishes;
    const options = (hasDrops: boolean): WriterOptions => ({
      interfaces: outputInterfaces(this.tables, hasDrops),
      timestampDigits,
      isSynced: sync,
      section: sectionOf(this.tables, configuration, application),
    });
    if (output !== null) this.writer = openWriter(output, options(false));
    if (this.writer instanceof PcapWriter && this.wishes.vectors === undefined)
      this.records = new RecordOutput(this.writer, this.flows);
    if (drops !== null) this.dropWriter = openWriter(drops, options(true));
    if (this.needsVerdicts && this.dataplane !== null) {
      const file = verdicts === null ? null : OutputFile.open(verdicts, sync);
      const recorder = tables ? await tableRecorder(tables, this.wishes.inputs, sync) : null;
      this.verdicts = new VerdictOutputs(file, recorder, this.dataplane);
    }
    if (savedState) this.stateFile = OutputFile.open(savedState, sync);
    this.trace?.open(sync);
    this.startFollowing();
  }

  /** Frames that follow flows will be told about as `tellings` say. Comes before `open`. */
  follow(dataplane: Dataplane, tellings: FlowTellings | null, flows: Int32Array): void {
    this.flows = flows;
    this.told = tellings && { dataplane, tellings };
  }

  private startFollowing(): void {
    const { told, writer, verdicts } = this;
    if (told !== null)
      this.followed = new FollowedFrames(told.dataplane, told.tellings, this.flows, {
        packets: writer instanceof PcapngWriter ? writer : null,
        hasBoth: this.hasBoth,
        hasPaths: this.wishes.commentPaths === true,
        verdicts,
      });
  }

  /** What threads can write: the output's records, and what is told of frames that follow flows. Null where they cannot. */
  get shareable(): { readonly records: RecordOutput | null; readonly followed: FollowedFrames | null } | null {
    const { writer, records, followed } = this;
    if (followed?.isShareable === false) return null;
    if (writer === null || followed?.hasPackets === true) return { records: null, followed };
    return writer instanceof PcapWriter && writer.output.hasPositions ? { records, followed } : null;
  }

  transmit(b: PacketBuffer, ingress: Ingress, dataplane: Dataplane): void {
    this.transmittedBy[b.swIfIndexTx]++;
    if (!this.isMeant) return;
    this.wishes.observer?.transmit(b);
    this.verdicts?.transmit(b);
    if (this.writer === null) return;
    const { batch, index } = ingress;
    const { seconds, nanoseconds } = ingress.vectors ?? ingress;
    if (this.records !== null && batch !== null) {
      this.records.transmit(b, batch, index);
      return;
    }
    const { bytes, view, at, length, cutBytes, swIfIndexTx } = b;
    const { steps, frame } = this;
    frame.comments = this.hasComments && steps !== null ? this.comments(sentStory(b, dataplane, steps)) : [];
    frame.originalLength = length + cutBytes;
    frame.interfaceIndex = outputIndexOf(swIfIndexTx);
    frame.direction = DIRECTION_OUTBOUND;
    frame.setBytes(bytes, view, at, length).setTime(seconds, nanoseconds);
    if (this.hasBoth) this.held.push(frame.copy());
    else this.writer.write(frame);
  }

  /** Frames [first, end) followed flows: rewrites and writes them. */
  keep(batch: FrameBatch, first: number, end: number): void {
    const { writer, records, followed } = this;
    followed?.judge(batch, first, end);
    if (writer === null) return;
    if (records !== null) {
      records.keep(batch, first, end);
      return;
    }
    if (followed?.hasPackets === true) {
      followed.write(batch, first, end);
      return;
    }
    rewriteFlows(batch, first, end, this.flows);
    const { frame, flows, tables } = this;
    frame.direction = DIRECTION_OUTBOUND;
    for (let i = first; i < end; i++) {
      frame.setFrame(batch, i);
      frame.interfaceIndex = outputIndexOf(tables.interfaces.portOf[leavesOn(flows, batch.flow[i] * FLOW_WORDS)]);
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
    (isFrameItself(b, dataplane) ? this.dropCauses : this.lostCauses).note(b, dataplane);
    if (!this.isMeant) return;
    this.wishes.observer?.discard(b, isPunt);
    this.verdicts?.recorder.discard(b, dataplane, isPunt);
    if (this.keepsReceived) this.end.discard(b, dataplane, isPunt);
  }

  /** Before a frame runs: keeps its bytes, which nodes rewrite in place. */
  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number, dataplane: Dataplane): void {
    const { trace, wishes } = this;
    this.isMeant = isMeant(wishes.filter, batch, index);
    if (trace !== null) trace.records.isOn = this.isMeant;
    if (!this.isMeant) return;
    this.verdicts?.beforeFrame(batch, index, swIfIndex, dataplane);
    trace?.beforeFrame(batch, index);
    wishes.observer?.beforeFrame(batch, index, swIfIndex);
    if (!this.keepsReceived) return;
    this.received.keep(batch, index);
    this.end.clear();
  }

  leftOut(batch: FrameBatch, index: number, reason: string): void {
    this.trace?.leftOut(batch, index, reason);
  }

  /** After a frame has run: its verdict, the frame itself among the drops where it did not leave, and before what it made leave. */
  afterFrame(batch: FrameBatch, index: number, dataplane: Dataplane): void {
    if (!this.isMeant) return;
    if (this.matched !== undefined) this.matched++;
    this.trace?.afterFrame();
    this.wishes.observer?.afterFrame();
    const { writer, dropWriter, steps, end } = this;
    if (steps === null) return;
    if (this.followed?.judgeLearned(batch, index) !== true) this.verdicts?.afterFrame(dataplane, steps);
    if (this.hasBoth && writer !== null) {
      const comments = this.comments(receivedStory(end, dataplane, steps));
      this.received.writeTo(writer, outputIndexOf(dataplane.receivedOn.swIfIndex), comments);
      for (const held of this.held.splice(0)) writer.write(held);
    }
    if (dropWriter === null || dataplane.disposition === Disposition.Transmitted) return;
    this.received.writeTo(dropWriter, this.dropsIndex, this.comments(droppedStory(end, dataplane, steps)));
  }

  /** At the end: what tables have of all of it, and what a replay that goes on from here has to know. */
  finish(coverage: Coverage | null, lines: Iterable<string>, run: RunRow): void {
    this.verdicts?.tables?.end(coverage, run);
    for (const line of this.stateFile === null ? [] : lines) this.stateFile?.writeText(`${line}\n`);
  }

  afterVector(frames: readonly VectorFrame[], dataplane: Dataplane): void {
    this.verdicts?.afterVector(frames, dataplane);
  }

  private comments(story: FrameStory): string[] {
    return storyLines(story, this.wishes.commentPaths === true);
  }

  private get keepsReceived(): boolean {
    return this.dropWriter !== null || this.hasBoth;
  }

  /**
   * Completes all outputs, once all of them are written. Rejects with OutputError, or with TraceUsageError for frames that
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

  private all(): (CaptureWriter | OutputFile | TableFolder)[] {
    return [
      this.verdicts?.tables?.folder ?? null,
      this.writer,
      this.dropWriter,
      this.verdicts?.file ?? null,
      this.stateFile,
      this.trace?.output ?? null,
    ].filter((output) => output !== null);
  }
}
