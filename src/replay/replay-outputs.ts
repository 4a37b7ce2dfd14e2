/** What a replay writes: the frames that leave, the frames that do not, and a verdict per frame. */

import type { CaptureWriter } from '../capture/capture-writer.js';
import { drainAll, DIRECTION_INBOUND, DIRECTION_OUTBOUND } from '../capture/capture-writer.js';
import type { FrameBatch } from '../capture/frame-batch.js';
import { isPcapng, openWriter } from '../capture/open-writer.js';
import { OutputFile } from '../capture/output-file.js';
import { PcapWriter } from '../capture/pcap-writer.js';
import type { Tables } from '../tables/tables.js';
import { Dataplane, Disposition } from '../pipeline/dataplane.js';
import { DropCauses } from '../pipeline/drop-causes.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { FLOW_WORDS, LEAVES_ON } from '../pipeline/flow-cache/flow-table.js';
import { forgetDecisions, frameComment } from '../pipeline/frame-comment.js';
import type { Ingress } from '../pipeline/ingress.js';
import type { PacketBuffer } from '../pipeline/packet-buffer.js';
import { RecordRun } from './record-run.js';
import { causeOf, VerdictRecorder } from '../pipeline/verdicts.js';

/** Paths of the outputs; null for those not wanted. */
export interface OutputPaths {
  /** Frames that leave: .pcap, .pcapng, a folder/, or '-'. */
  readonly output: string | null;
  /** pcapng of the received frames that did not leave, each with its reason as a comment. */
  readonly drops: string | null;
  /** JSON lines, one verdict per received frame. */
  readonly verdicts: string | null;
}

export class ReplayOutputs {
  /** Frames that left, by sw_if_index. */
  readonly transmittedBy: Float64Array;
  readonly dropCauses = new DropCauses();
  /** FlowTable.words, where packets may follow flows. */
  flows: Int32Array = new Int32Array(0);
  private readonly recorder = new VerdictRecorder();
  private writer: CaptureWriter | null = null;
  private records: RecordRun | null = null;
  private dropWriter: CaptureWriter | null = null;
  private verdictFile: OutputFile | null = null;
  /** The frame as received, kept while it runs where drops are wanted. */
  private received = new Uint8Array(0);
  private receivedLength = 0;
  private cause = '';
  private readonly hasComments: boolean;

  constructor(
    private readonly paths: OutputPaths,
    private readonly tables: Tables,
  ) {
    this.transmittedBy = new Float64Array(tables.interfaces.all.length);
    this.hasComments = paths.output !== null && isPcapng(paths.output);
  }

  /** True where each frame's node path has to be recorded. */
  get needsRecording(): boolean {
    return this.paths.verdicts !== null;
  }

  /** True where something has to happen around each frame. */
  get needsFrames(): boolean {
    return this.paths.verdicts !== null || this.paths.drops !== null || this.hasComments;
  }

  /** Opens the outputs. `timestampDigits` is the resolution of the inputs. Throws OutputError. */
  open(timestampDigits: number): void {
    const interfaces = this.tables.interfaces.all.slice(1); // local0 never transmits
    const { output, drops, verdicts } = this.paths;
    if (output !== null) this.writer = openWriter(output, { interfaces, timestampDigits });
    if (this.writer instanceof PcapWriter) this.records = new RecordRun(this.writer);
    if (drops !== null) this.dropWriter = openWriter(drops, { interfaces, timestampDigits });
    if (verdicts !== null) this.verdictFile = OutputFile.open(verdicts);
  }

  transmit(b: PacketBuffer, ingress: Ingress, dataplane: Dataplane): void {
    this.transmittedBy[b.swIfIndexTx]++;
    if (this.needsRecording) this.recorder.transmit();
    if (this.writer === null) return;
    const { batch, index, seconds, nanoseconds } = ingress;
    if (this.records !== null) {
      if (batch !== null && this.records.add(b, batch, index)) return;
      this.records.flush();
    }
    const { bytes, view, at, length, cutBytes, swIfIndexTx } = b;
    const comment = this.hasComments ? frameComment(b, dataplane) : null;
    const original = length + cutBytes;
    const from = swIfIndexTx - 1;
    this.writer.write(bytes, view, at, length, original, seconds, nanoseconds, from, comment, DIRECTION_OUTBOUND);
  }

  /** Frames [first, end) followed flows: rewrites and writes them. */
  keep(batch: FrameBatch, first: number, end: number): void {
    const { writer, records } = this;
    if (writer === null) return;
    rewriteFlows(batch, first, end, this.flows);
    if (records?.takes(batch) === true) {
      records.extend(batch, first, end);
      return;
    }
    records?.flush();
    const { bytes, view, offset, capturedLength, seconds, nanoseconds, flow } = batch;
    for (let i = first; i < end; i++) {
      const length = capturedLength[i];
      const from = this.flows[flow[i] * FLOW_WORDS + LEAVES_ON] - 1;
      // prettier-ignore
      writer.write(bytes, view, offset[i], length, length, seconds[i], nanoseconds[i], from, null, DIRECTION_OUTBOUND);
    }
  }

  /** Before the chunk that frames came from is read into again. */
  endBatch(): void {
    this.records?.flush();
  }

  /** Hands on to the readers of pipes what frames made so far. Null where there is nothing to wait for. Rejects with OutputError. */
  drain(): Promise<void> | null {
    return drainAll(this.all());
  }

  discard(b: PacketBuffer, dataplane: Dataplane): void {
    if (this.needsRecording) this.recorder.discard(b, dataplane);
    if (b !== dataplane.frame) return;
    this.dropCauses.note(b, dataplane);
    if (this.dropWriter !== null) this.cause = causeOf(b, dataplane);
  }

  /** Before a frame runs: keeps its bytes, which nodes rewrite in place. */
  beforeFrame(batch: FrameBatch, index: number): void {
    if (this.hasComments) forgetDecisions(this.tables);
    if (this.dropWriter === null) return;
    this.receivedLength = batch.capturedLength[index];
    if (this.received.length < this.receivedLength) this.received = new Uint8Array(this.receivedLength * 2);
    const at = batch.offset[index];
    this.received.set(batch.bytes.subarray(at, at + this.receivedLength));
    this.cause = '';
  }

  /** After a frame has run: its verdict, and the frame itself among the drops where it did not leave. */
  afterFrame(batch: FrameBatch, index: number, dataplane: Dataplane): void {
    const verdict = this.needsRecording ? this.recorder.take(dataplane) : null;
    if (this.verdictFile !== null && verdict !== null) writeLine(this.verdictFile, JSON.stringify(verdict));
    if (this.dropWriter === null || dataplane.disposition === Disposition.Transmitted) return;
    const { received, receivedLength } = this;
    const view = new DataView(received.buffer);
    const { graph, frame, receivedOn } = dataplane;
    const consumed = dataplane.disposition === Disposition.Consumed;
    const reason = consumed
      ? 'consumed: held or used up by a node'
      : `${graph.errors.names[frame.error]} | ${this.cause}`;
    const comment = `rx frame ${frame.frame + 1} | ${reason}`;
    const original = Math.max(batch.originalLength[index], receivedLength);
    const { seconds, nanoseconds } = batch;
    const at = receivedOn.swIfIndex - 1;
    // prettier-ignore
    this.dropWriter.write(received, view, 0, receivedLength, original, seconds[index], nanoseconds[index], at, comment, DIRECTION_INBOUND);
  }

  /** Completes all outputs, once all of them are on the disk. Rejects with OutputError; outputs not completed yet are given up. */
  async close(): Promise<void> {
    try {
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
    return [this.writer, this.dropWriter, this.verdictFile].filter((output) => output !== null);
  }
}

function writeLine(file: OutputFile, line: string): void {
  const length = Buffer.byteLength(line) + 1;
  const at = file.reserve(length);
  file.bytes.write(`${line}\n`, at);
}
