/** Where traces go: `vppcap trace` and `replay --trace`. Text is made frame by frame, as soon as a frame has run. */

import { OutputFile } from '../capture/output-file.js';
import type { Dataplane } from '../pipeline/dataplane.js';
import { TraceRecords } from '../pipeline/trace/trace-records.js';
import { nearest } from '../config/suggest.js';
import type { FrameFilter } from './filter/frame-filter.js';
import { hasFrame, type FrameSet } from './frame-set.js';
import { DEFAULT_RELEASE, type TraceRelease } from './release.js';
import { NO_PACKETS, packetText, THREAD_HEADING, traceText } from './show-trace.js';
import type { TraceContext } from './wording.js';

/** Which frames' traces are wanted; null where all are. A frame has to be meant by every one that is given. */
export interface TraceSelection {
  readonly frames: FrameSet | null;
  /** Nodes of which a packet has to have visited one. */
  readonly nodes: readonly string[] | null;
  /** Asked about the frame as received. */
  readonly filter: FrameFilter | null;
}

export const ALL_FRAMES: TraceSelection = { frames: null, nodes: null, filter: null };

/** A node that the graph does not have. The message is one sentence. */
export class TraceUsageError extends Error {
  override readonly name = 'UsageError';
}

export class TraceOutput {
  /** What the dataplane's nodes write to. */
  readonly records = new TraceRecords();
  private file: OutputFile | null = null;
  private context: TraceContext | null = null;
  private nodes: ReadonlySet<number> | null = null;
  private printed = 0;
  private frame = 0;

  /** @param path of the text, or '-' for standard output */
  constructor(
    readonly path: string,
    private readonly selection: TraceSelection = ALL_FRAMES,
    private readonly release: TraceRelease = DEFAULT_RELEASE,
  ) {}

  /** The dataplane whose frames are traced. Throws TraceUsageError for a node that it does not have. */
  attach({ tables, graph }: Dataplane): void {
    const { names: nodeNames, errors } = graph;
    this.context = { release: this.release, tables, errorNames: errors.names, nodeNames, handle: 0 };
    const { nodes } = this.selection;
    this.nodes = nodes === null ? null : new Set(nodes.map((name) => indexOf(name, nodeNames)));
  }

  /** Opens the output. Throws OutputError. */
  open(): void {
    this.file = OutputFile.open(this.path);
    this.write(`${THREAD_HEADING}\n`);
  }

  /** Before a frame runs: decides whether it is traced. */
  beforeFrame(view: DataView, at: number, length: number, wireLength: number): void {
    const { frames, filter } = this.selection;
    this.frame++;
    this.records.isOn =
      (frames === null || hasFrame(frames, this.frame)) &&
      (filter === null || filter({ view, at, length, wireLength }));
  }

  /** After it has run: its text, where it is wanted. */
  afterFrame(): void {
    const { records, context, nodes } = this;
    if (!records.isOn || context === null || (nodes !== null && !records.hasVisited(nodes))) return;
    const text = traceText(records, { ...context, handle: this.printed++ });
    this.write(packetText(this.frame, text));
  }

  /** The outputs to complete or to give up together with the replay's others. */
  get output(): OutputFile | null {
    return this.file;
  }

  /** After the last frame. */
  end(): void {
    if (this.printed === 0) this.write(`${NO_PACKETS}\n`);
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
