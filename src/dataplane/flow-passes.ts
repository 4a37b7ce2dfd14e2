/** Runs batches of frames with the flow cache: its passes in turn, and the graph for the frames that need it. */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { Dataplane } from './dataplane.js';
import { FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import type { FlowWatcher } from '../pipeline/flow-cache/flow-learner.js';
import { allocateFlowMemory, FlowTable } from '../pipeline/flow-cache/flow-table.js';
import type { Ingress, Reception } from './ingress.js';

/** Takes the frames that followed flows, in between those that the graph transmits. */
export interface FlowOutput {
  /** Frames [first, end) of a batch leave as `batch.flow` says; they are not rewritten yet. */
  keep(batch: FrameBatch, first: number, end: number): void;
}

/** A flow cache for a dataplane and the frames that come into it; hasFlows must be true. */
export const flowCacheOf = (
  { tables, graph }: Dataplane,
  { macs }: Ingress,
  watcher: FlowWatcher | null = null,
): FlowCache => new FlowCache(new FlowTable(allocateFlowMemory()), tables, graph, macs, watcher);

export class FlowPasses {
  constructor(
    private readonly cache: FlowCache,
    private readonly dataplane: Dataplane,
    private readonly ingress: Ingress,
    private readonly output: FlowOutput,
  ) {}

  /** Runs frames [first, end) of a batch. */
  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    const { cache } = this;
    const { table } = cache;
    if (cache.isFull) cache.reset();
    cache.matcher.match(batch, first, end, reception.flowBindings, table.size, table.count);
    this.follow(batch, first, end, reception);
  }

  /** As run, for frames that are matched already. */
  follow(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    const { cache, dataplane, ingress, output } = this;
    const { flowBindings } = reception;
    for (let i = first; i < end; i++) {
      const stop = cache.follow(batch, i, end, flowBindings);
      if (stop > i) {
        dataplane.pass(stop - i);
        if (ingress.arrivals.isLooking) ingress.arrivals.lookAtFlows(batch, i, stop);
        if (ingress.strippedTags.isLooking) ingress.strippedTags.lookAtFlows(batch, i, stop, cache.table.words);
        output.keep(batch, i, stop);
      }
      i = stop;
      if (i === end) return;
      cache.settle();
      ingress.receive(batch, i, reception, cache.isLearning ? cache : null);
    }
  }
}
