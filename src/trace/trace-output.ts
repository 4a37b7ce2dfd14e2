/** Where traces go: `vppcap trace` and `replay --trace`. Text is made frame by frame, as soon as a frame has run. */

import { UsageError } from '../capture/user-error.js';
import { OutputFile } from '../capture/output/output-file.js';
import type { FrameBatch } from '../capture/frame-batch.js';
import type { Dataplane } from '../dataplane/dataplane.js';
import { InputFrames } from '../capture/input-frames.js';
import { TraceRecords } from '../pipeline/engine/trace/trace-records.js';
import { nearest } from '../pipeline/command/suggest.js';
import { isMeant, type FrameFilter } from '../filter/frame-filter.js';
import { absence, excess, isChosen, type FrameRange } from '../filter/chosen-frames.js';
import { releaseOf } from '../releases/release.js';
import type { TraceWording } from '../pipeline/trace/trace-context.js';
import type { TracePaths } from './trace-paths.js';
import { NO_PACKETS, packetText, THREAD_HEADING, traceText } from './show-trace.js';
import type { TraceContext } from '../pipeline/trace/trace-context.js';

/** Which frames' traces are wanted; null where all are. A frame has to be meant by every one that is given. */
export interface TraceSelection {
  readonly frames: readonly FrameRange[] | null;
  /** Nodes of which a packet has to have visited one. */
  readonly nodes: readonly string[] | null;
  /** Asked about the frame as received. */
  readonly filter: FrameFilter | null;
}

export const ALL_FRAMES: TraceSelection = { frames: null, nodes: null, filter: null };

/** A node that the graph does not have, or a frame that no capture has. The message is one sentence. */
export class TraceUsageError extends UsageError {}

/** Frames that are reported one by one. */
const REMARKS_LIMIT = 20;

export class TraceOutput {
  /** What the dataplane's nodes write to. */
  readonly records = new TraceRecords();
  /** What is to be said of frames that were asked for by number and have no trace, a sentence each. */
  readonly remarks: string[] = [];
  private file: OutputFile | null = null;
  private context: TraceContext | null = null;
  private nodes: ReadonlySet<number> | null = null;
  private printed = 0;
  private inputs = new InputFrames();
  /** Frames of each capture so far. */
  private readonly counts: number[] = [];
  private number = 0;

  /** @param path of the text, or '-' for standard output */
  constructor(
    readonly path: string,
    private readonly selection: TraceSelection = ALL_FRAMES,
    /** Another wording than that of the node's release. */
    private readonly wording: TraceWording | null = null,
    /** Where paths are counted instead of traces printed. */
    private readonly paths: TracePaths | null = null,
  ) {}

  /** The dataplane whose frames are traced. Throws TraceUsageError for a node that it does not have. */
  attach({ tables, graph, inputs }: Dataplane): void {
    this.inputs = inputs;
    const { names: nodeNames, errors } = graph;
    this.context = {
      wording: this.wording ?? releaseOf(tables).wording,
      tables,
      errorNames: errors.names,
      nodeNames,
      handle: 0,
    };
    const { nodes } = this.selection;
    this.nodes = nodes === null ? null : new Set(nodes.map((name) => indexOf(name, nodeNames)));
  }

  /** Opens the output. Throws OutputError. @param isSynced as OutputFile.open takes it */
  open(isSynced: boolean): void {
    this.file = OutputFile.open(this.path, isSynced);
  }

  /** Before a frame runs: decides whether it is traced. */
  beforeFrame(batch: FrameBatch, index: number): void {
    this.records.isOn = this.meets(batch, index) && isMeant(this.selection.filter, batch, index);
  }

  /** A frame is not replayed, and has no trace. */
  leftOut(batch: FrameBatch, index: number, reason: string): void {
    if (!this.meets(batch, index) || this.selection.frames === null) return;
    if (this.remarks.length < REMARKS_LIMIT) this.remarks.push(`${this.frameName} was not replayed: ${reason}`);
  }

  /** The next frame of the run: true where its number is asked for. */
  private meets({ firstNumber }: FrameBatch, index: number): boolean {
    const { frames } = this.selection;
    const { capture } = this.inputs;
    this.number = firstNumber + index;
    this.counts[capture] = this.number;
    return frames === null || isChosen(frames, this.inputs, this.number);
  }

  private get frameName(): string {
    return this.inputs.name(this.number, this.inputs.capture);
  }

  /** After it has run: its text, where it is wanted. */
  afterFrame(): void {
    const { records, context, nodes } = this;
    if (!records.isOn || context === null || (nodes !== null && !records.hasVisited(nodes))) return;
    if (this.paths !== null) {
      this.paths.add(records);
      return;
    }
    if (this.printed === 0) this.write(`${THREAD_HEADING}\n`);
    const text = traceText(records, { ...context, handle: this.printed++ });
    this.write(packetText(this.number, text, this.inputs.isOne ? null : this.frameName));
  }

  /** The outputs to complete or to give up together with the replay's others. */
  get output(): OutputFile | null {
    return this.file;
  }

  /**
   * After the last frame. Throws TraceUsageError for frames that captures do not have, if all of these could be read to their
   * end; else that is a remark.
   */
  end(areWhole: boolean): void {
    for (const range of this.selection.frames ?? []) {
      const missing = absence(range, this.counts);
      if (missing !== null && areWhole) throw new TraceUsageError(missing);
      const remark = missing ?? excess(range, this.counts);
      if (remark !== null) this.remarks.push(remark);
    }
    if (this.paths !== null) this.write(this.paths.text(this.context?.nodeNames ?? []));
    else if (this.printed === 0) this.write(`${THREAD_HEADING}\n${NO_PACKETS}\n`);
  }

  private write(text: string): void {
    const { file } = this;
    if (file === null) return;
    const at = file.reserve(Buffer.byteLength(text, 'latin1'));
    file.bytes.write(text, at, 'latin1');
  }
}

function indexOf(name: string, names: readonly string[]): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const meant = nearest(name, names);
  throw new TraceUsageError(`no node is named "${name}"${meant === null ? '' : `; did you mean "${meant}"?`}`);
}
