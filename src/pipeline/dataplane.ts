/** One VPP node's dataplane: frames in, and what became of each. */

import type { Interface } from '../tables/interface-table.js';
import type { Tables } from '../tables/tables.js';
import { START_SECONDS } from '../tables/clock.js';
import { FlowCache } from './flow-cache/flow-cache.js';
import { Graph, type GraphSink } from './graph.js';
import { nodesFor } from './nodes.js';
import { FLAG_ORIGINATED, FLAG_TRACED, PacketBuffer } from './packet-buffer.js';

/** Where a received frame ended. Exactly one applies to each. */
export enum Disposition {
  /** Held or used up by a node: cached for reassembly, turned into fragments. */
  Consumed,
  Transmitted,
  Dropped,
  Punted,
}

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

export class Dataplane implements GraphSink {
  readonly graph: Graph;
  /** Disposition of the current (or last) frame, and the buffer it ended with. */
  disposition = Disposition.Consumed;
  readonly frame = new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));
  /** Frames by Disposition, and originated packets likewise. */
  private readonly ended = new Float64Array(4);
  private readonly originatedEnded = new Float64Array(4);
  private readonly ethernetInput: number;
  private readonly flowCache: FlowCache | null;
  private rxInterface = 0;
  private firstSeconds = NaN;
  private firstNanoseconds = 0;
  private received = 0;

  /**
   * @param isRecording whether node paths are recorded in graph.path, for verdicts and traces
   * @param hasFlowCache whether packets of known flows may pass by the nodes, which then leave no note of their decisions
   */
  constructor(
    readonly tables: Tables,
    private readonly observer: DataplaneObserver,
    private readonly isRecording: boolean,
    hasFlowCache = !isRecording,
  ) {
    this.graph = new Graph(nodesFor(tables), tables, tables.clock, this);
    this.ethernetInput = this.graph.nodeIndex('ethernet-input');
    // The generic path of ethernet-input looks at MACs, which are no part of a flow.
    this.flowCache = hasFlowCache && !tables.ethernetInputGeneric ? new FlowCache(tables, this.graph) : null;
  }

  /**
   * Runs one frame to completion: bytes [at, at + length) of a chunk with HEADROOM_BYTES before and TAILROOM_BYTES
   * behind. They are rewritten in place. `originalLength` is the length on the wire, `seconds` and `nanoseconds` the
   * capture time.
   */
  receive(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    originalLength: number,
    swIfIndex: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    const { frame } = this;
    const cutBytes = originalLength > length ? originalLength - length : 0;
    frame.frame = this.received++;
    this.rxInterface = swIfIndex;
    if (this.received === 1) {
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
    }
    const elapsed = seconds - this.firstSeconds + (nanoseconds - this.firstNanoseconds) * 1e-9;
    // Captures may hold frames out of order; time never runs backwards for VPP.
    if (START_SECONDS + elapsed > this.tables.clock.now) this.tables.clock.now = START_SECONDS + elapsed;
    this.disposition = Disposition.Consumed;
    const { flowCache } = this;
    if (flowCache !== null && cutBytes === 0) {
      frame.place(bytes, view, at, length);
      if (flowCache.forward(frame, swIfIndex)) {
        this.transmit(frame);
        this.ended[this.disposition]++;
        return;
      }
    }
    frame.reset(bytes, view, at, length, swIfIndex);
    frame.cutBytes = cutBytes;
    if (this.isRecording) this.runRecorded();
    else if (flowCache === null || cutBytes !== 0) this.graph.run(frame, this.ethernetInput);
    else this.runAndLearn(flowCache);
    this.ended[this.disposition]++;
  }

  private runRecorded(): void {
    this.frame.flags |= FLAG_TRACED;
    this.graph.runRecorded(this.frame, this.ethernetInput);
  }

  /** Runs a packet that the flow cache knows nothing about. */
  private runAndLearn(flowCache: FlowCache): void {
    const { frame } = this;
    if (flowCache.isMeasuring) {
      flowCache.startMeasuring();
      this.runRecorded();
    } else this.graph.run(frame, this.ethernetInput);
    flowCache.learn(frame, this.disposition === Disposition.Transmitted);
  }

  /** Interface on which the current (or last) frame arrived; nodes may have changed the buffer's. */
  get receivedOn(): Interface {
    return this.tables.interfaces.all[this.rxInterface];
  }

  /** Frames that the flow cache forwarded. */
  get flowCacheHits(): number {
    return this.flowCache?.hits ?? 0;
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
    if (b === this.frame && (b.flags & FLAG_ORIGINATED) === 0) this.disposition = how;
    else this.originatedEnded[how]++;
  }
}
