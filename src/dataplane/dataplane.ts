/** One VPP node's dataplane: frames in, and what became of each. */

import type { FrameRecord } from '../capture/frame-record.js';
import type { Interface } from '../pipeline/engine/state/interface-table.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { BehindFrame } from './behind-frame.js';
import type { FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import { Graph } from '../pipeline/engine/graph.js';
import type { GraphSink } from '../pipeline/engine/node.js';
import { InputFrames } from '../capture/input-frames.js';
import { inputNodeBySwIfIndex } from '../pipeline/interface/input-nodes.js';
import { nodesOf } from '../pipeline/engine/plugin.js';
import { FLAG_ORIGINATED, FLAG_TRACED, PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { STEP_UNREPEATABLE, stepKind } from '../pipeline/engine/steps.js';
import type { TraceRecords } from '../pipeline/engine/trace/trace-records.js';

/** Where a received frame ended. Exactly one applies to each. */
export enum Disposition {
  /** Held or used up by a node: cached for reassembly, turned into fragments. */
  Consumed,
  Transmitted,
  Dropped,
  Punted,
}

/** A packet was dropped or punted: how (Disposition), with which error, and by which cause with its two details. */
export const END = stepKind('end', ['how', 'error', 'cause', 'detail0', 'detail1']);

/** What a dataplane reports while a frame runs. The buffer is lent for the call. */
export interface DataplaneObserver {
  /** A packet leaves through b.swIfIndexTx: bytes [b.at, b.at + b.length), b.cutBytes more on the wire. */
  transmit(b: PacketBuffer): void;
  /** A packet ends as a drop (`isPunt` false) or a punt, with the error it carries. */
  discard(b: PacketBuffer, isPunt: boolean): void;
}

/** Totals of a run. received = transmitted + dropped + punted + consumed; packets made by nodes are counted apart. */
export interface DataplaneTotals {
  readonly received: number;
  readonly transmitted: number;
  readonly dropped: number;
  readonly punted: number;
  readonly consumed: number;
  /** Packets that nodes made (ARP, ICMP errors, fragments) or released from a cache, and where they ended. */
  readonly originated: { readonly transmitted: number; readonly dropped: number; readonly punted: number };
}

const newBuffer = (): PacketBuffer => new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));

/** A frame of a vector, and the interface that it came by. */
export interface VectorFrame {
  readonly record: FrameRecord;
  readonly swIfIndex: number;
  /** In the merged input. */
  readonly index: number;
}

/** A received frame among others. */
interface Root {
  readonly buffer: PacketBuffer;
  readonly rx: number;
  disposition: Disposition;
}

const isTunnel = ({ encapNode }: Interface): boolean => encapNode !== null;

export class Dataplane implements GraphSink {
  readonly graph: Graph;
  /** Disposition of the current (or last) frame, and the buffer it ended with. */
  disposition = Disposition.Consumed;
  frame = newBuffer();
  /** How people name the frames. */
  readonly inputs = new InputFrames();
  /** False where nobody asks for `path`, though frames are recorded. */
  recordsPaths = true;
  /** Index of the next frame in the merged input, for whoever leaves frames out; else frames count by themselves. */
  nextIndex = 0;
  /** Frames by Disposition, and originated packets likewise. */
  private readonly ended = new Float64Array(4);
  private readonly originatedEnded = new Float64Array(4);
  private readonly ethernetInput: number;
  /** Drivers' input nodes by sw_if_index, where traces begin. */
  private readonly inputNodes: Int32Array | null;
  private readonly behind: BehindFrame;
  /** Frames that run together, by index. */
  private readonly roots = new Map<number, Root>();
  private rxInterface = 0;
  private received = 0;

  /**
   * @param isRecording whether frames are traced ones, as for verdicts and traces, and their paths recorded in graph.path
   * @param trace where nodes write what `show trace` prints, for the frame that runs; needs isRecording
   */
  constructor(
    readonly tables: Tables,
    private readonly observer: DataplaneObserver,
    private readonly isRecording: boolean,
    private readonly trace: TraceRecords | null = null,
  ) {
    this.graph = new Graph(nodesOf(tables), tables, this, trace);
    this.behind = new BehindFrame(tables.interfaces.all.some(isTunnel));
    this.ethernetInput = this.graph.nodeIndex('ethernet-input');
    this.inputNodes = trace === null ? null : inputNodeBySwIfIndex(tables, this.graph);
    tables.interfaces.created.listen((made) => {
      this.behind.hasTunnels ||= isTunnel(made);
    });
  }

  /**
   * Runs one frame to completion. Its chunk has HEADROOM_BYTES before it and TAILROOM_BYTES behind it, and is rewritten in place.
   * `flowCache`, where there is one, learns from what becomes of it.
   */
  receive(record: FrameRecord, swIfIndex: number, flowCache: FlowCache | null = null): void {
    const { frame } = this;
    const { view, at, length, originalLength } = record;
    frame.frame = this.nextIndex++;
    this.received++;
    this.rxInterface = swIfIndex;
    this.tables.clock.advance(record.seconds, record.nanoseconds);
    this.disposition = Disposition.Consumed;
    this.graph.steps.clear();
    frame.reset(record.bytes, view, at, length, swIfIndex);
    frame.cutBytes = originalLength > length ? originalLength - length : 0;
    this.behind.clear(view, at, length);
    if (this.roots.size > 0) this.roots.clear();
    if (flowCache !== null) this.runAndLearn(flowCache);
    else this.run(this.isRecording && this.recordsPaths);
    this.behind.restore(view);
    if (this.graph.steps.isOn) this.graph.steps.flush();
    this.ended[this.disposition]++;
  }

  /**
   * Runs frames that arrived together, in vectors by interface as drivers make them: nodes see each vector as a whole. The buffers
   * of the frames are told apart by `b.frame`, an index among all.
   */
  receiveVector(frames: readonly VectorFrame[]): void {
    const vectors = new Map<number, PacketBuffer[]>();
    this.roots.clear();
    this.graph.steps.clear();
    const { roots } = this;
    for (const { record, swIfIndex, index } of frames) {
      const b = this.graph.buffers.own(record.bytes, record.at, record.length, swIfIndex);
      this.tables.clock.advance(record.seconds, record.nanoseconds);
      b.frame = index;
      b.cutBytes = Math.max(0, record.originalLength - record.length);
      b.flags |= FLAG_TRACED;
      this.received++;
      const vector = vectors.get(swIfIndex);
      if (vector) vector.push(b);
      else vectors.set(swIfIndex, [b]);
      roots.set(index, { buffer: b, rx: swIfIndex, disposition: Disposition.Consumed });
    }
    this.graph.runVectors([...vectors.values()], this.ethernetInput);
    for (const { disposition } of roots.values()) this.ended[disposition]++;
    if (this.graph.steps.isOn) this.graph.steps.flush();
  }

  /** Of frames that ran together, the one that is spoken of: `frame`, `disposition` and `receivedOn` are its. */
  turnTo(index: number): Root | null {
    const root = this.roots.get(index);
    if (root === undefined) return null;
    this.frame = root.buffer;
    this.disposition = root.disposition;
    this.rxInterface = root.rx;
    return root;
  }

  /** Nodes that the frame, and what came of it, visited so far. */
  get path(): readonly number[] {
    const { path, pathFrames, pathLength } = this.graph;
    const nodes: number[] = [];
    for (let i = 0; i < pathLength; i++)
      if (this.roots.size === 0 || (pathFrames[i] === this.frame.frame && path[i] !== nodes.at(-1)))
        nodes.push(path[i]);
    return nodes;
  }

  /** Counts frames that were forwarded without `receive`: they followed flows. */
  pass(count: number): void {
    this.received += count;
    this.ended[Disposition.Transmitted] += count;
  }

  /** @param isPathRecorded as traced packets' is */
  private run(isPathRecorded: boolean): void {
    const { frame, trace, inputNodes } = this;
    if (this.isRecording || isPathRecorded) frame.flags |= FLAG_TRACED;
    if (!isPathRecorded) {
      this.graph.run(frame, this.ethernetInput);
      return;
    }
    trace?.clear();
    this.graph.runRecorded(frame, inputNodes === null ? this.ethernetInput : inputNodes[this.rxInterface]);
  }

  /** Runs a packet that the flow cache knows nothing about. */
  private runAndLearn(flowCache: FlowCache): void {
    const { isMeasuring } = flowCache;
    if (isMeasuring) flowCache.startMeasuring();
    this.run(isMeasuring || (this.isRecording && this.recordsPaths));
    flowCache.learn(this.frame, this.disposition === Disposition.Transmitted);
  }

  /** Interface on which the current (or last) frame arrived; nodes may have changed the buffer's. */
  get receivedOn(): Interface {
    return this.tables.interfaces.all[this.rxInterface];
  }

  get totals(): DataplaneTotals {
    const [consumed, transmitted, dropped, punted] = this.ended;
    const [, madeTransmitted, madeDropped, madePunted] = this.originatedEnded;
    return {
      received: this.received,
      transmitted,
      dropped,
      punted,
      consumed,
      originated: { transmitted: madeTransmitted, dropped: madeDropped, punted: madePunted },
    };
  }

  transmit(b: PacketBuffer): void {
    this.end(b, Disposition.Transmitted);
    this.observer.transmit(b);
  }

  drop(b: PacketBuffer): void {
    this.end(b, Disposition.Dropped);
    this.observer.discard(b, false);
  }

  punt(b: PacketBuffer): void {
    this.end(b, Disposition.Punted);
    this.observer.discard(b, true);
  }

  /** Only the frame's own buffer decides its disposition; a copy or a packet made on the way counts apart. */
  private end(b: PacketBuffer, how: Disposition): void {
    const root = this.roots.size > 0 ? this.turnTo(b.frame) : null;
    if (b !== this.frame || (b.flags & FLAG_ORIGINATED) !== 0) this.originatedEnded[how]++;
    else if (root === null) this.disposition = how;
    else root.disposition = how;
    if (how !== Disposition.Transmitted && this.graph.steps.isOn) this.noteEnd(b, how);
  }

  /** The last step of a packet that does not leave, of the node that decided so. */
  private noteEnd(b: PacketBuffer, how: Disposition): void {
    const { steps, causeNodes } = this.graph;
    const decidedBy = causeNodes[b.cause] === '' ? 'error-drop' : causeNodes[b.cause];
    const at = steps.add(END, this.graph.nodeIndex(decidedBy), b, STEP_UNREPEATABLE);
    const { words } = steps;
    words[at + END.at.how] = how;
    words[at + END.at.error] = b.error;
    words[at + END.at.cause] = b.cause;
    words[at + END.at.detail0] = b.causeArg0;
    words[at + END.at.detail1] = b.causeArg1;
  }
}
