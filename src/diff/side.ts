/** One of the two nodes of a diff: runs frames, by flow where it may, and keeps what became of the last one that its graph ran. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import { flowCacheOf } from '../dataplane/flow-passes.js';
import { Ingress, type Reception } from '../dataplane/ingress.js';
import { causeOf } from '../outcome/frame-end.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { hasFlows, type FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import { SentPacket } from './packet-copy.js';

export class Side {
  readonly dataplane: Dataplane;
  readonly ingress: Ingress;
  readonly steps: FrameSteps;
  /** Why the frame was not replayed; null where it was. */
  leftOut: string | null = null;
  /** What left: the first `sentCount` of `sent`. */
  readonly sent: SentPacket[] = [];
  sentCount = 0;
  /** null where the graph runs every frame. */
  cache: FlowCache | null;

  /** @param beforeFrame is told of a frame before nodes rewrite it */
  constructor(
    readonly tables: Tables,
    beforeFrame: (batch: FrameBatch, index: number) => void,
  ) {
    this.dataplane = new Dataplane(tables, { transmit: (b) => this.transmit(b), discard: () => undefined }, false);
    this.steps = FrameSteps.of(this.dataplane);
    this.ingress = new Ingress(this.dataplane, {
      beforeFrame,
      afterFrame: () => undefined,
      leftOut: (_batch, _index, reason) => (this.leftOut = reason),
    });
    this.cache = hasFlows(tables) ? flowCacheOf(this.dataplane, this.ingress) : null;
  }

  /** Finds the flows of frames [first, end). True where all flows were forgotten before. */
  match(batch: FrameBatch, first: number, end: number, { flowBindings }: Reception): boolean {
    const { cache } = this;
    if (cache === null) {
      batch.flow.fill(-1, first, end);
      return false;
    }
    const isFull = cache.table.isFull;
    if (isFull) cache.reset();
    cache.matcher.match(batch, first, end, flowBindings, cache.table.size, cache.table.count);
    return isFull;
  }

  /** How far frames [first, end) may follow their flows. */
  ahead(batch: FrameBatch, first: number, end: number, { flowBindings }: Reception): number {
    return this.cache === null ? first : this.cache.ahead(batch, first, end, flowBindings);
  }

  /**
   * Frames [first, end) follow their flows, as `ahead` said; the graph runs what time stops, where that runs backwards.
   * @param prepare is told of such a frame before
   */
  follow(
    batch: FrameBatch,
    first: number,
    end: number,
    reception: Reception,
    prepare?: (batch: FrameBatch, i: number) => void,
  ): void {
    const { cache, dataplane } = this;
    for (let i = first; i < end && cache !== null; i++) {
      const stop = cache.follow(batch, i, end, reception.flowBindings);
      dataplane.pass(stop - i);
      i = stop;
      if (i === end) return;
      prepare?.(batch, i);
      this.run(batch, i, reception);
    }
  }

  /** The graph runs a frame, for which `ahead` was asked. */
  run(batch: FrameBatch, i: number, reception: Reception): void {
    const { cache, dataplane } = this;
    this.leftOut = null;
    this.sentCount = 0;
    cache?.settle();
    dataplane.graph.steps.isOn = true;
    this.ingress.receive(batch, i, reception, cache?.isLearning === true ? cache : null);
  }

  /** It left, whole or in fragments. */
  get passes(): boolean {
    if (this.leftOut !== null) return false;
    const { disposition } = this.dataplane;
    return disposition === Disposition.Transmitted || (disposition === Disposition.Consumed && this.sentCount > 0);
  }

  /** The frame's cause of a drop, as its graph numbers them; 0 for none. */
  get causeIndex(): number {
    return this.leftOut === null ? this.dataplane.frame.cause : -1;
  }

  /** Why it did not leave, in a sentence. */
  get cause(): string {
    if (this.leftOut !== null) return this.leftOut;
    const { dataplane } = this;
    if (dataplane.disposition === Disposition.Consumed) return 'held or used up by a node';
    return causeOf(dataplane.frame, dataplane);
  }

  /** Name of the port that packets of an interface leave by. */
  portName(swIfIndex: number): string {
    return this.interfaceName(this.tables.interfaces.portOf[swIfIndex]);
  }

  interfaceName(swIfIndex: number): string {
    return this.tables.interfaces.all[swIfIndex].name;
  }

  private transmit(b: PacketBuffer): void {
    const packet = (this.sent[this.sentCount++] ??= new SentPacket());
    packet.set(b.bytes, b.at, b.length, b.length + b.cutBytes);
    packet.swIfIndex = b.swIfIndexTx;
    packet.number = b.number;
    packet.isMade = (b.flags & FLAG_ORIGINATED) !== 0;
  }
}
