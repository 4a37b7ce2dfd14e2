/** Reads what the first packets of flows will look for, some packets ahead (NewFlowPart). */

import type { FrameBatch } from '../../capture/frame-batch.js';
import * as words from '../../wire/header-loads.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip4.js';
import { FlowEnds } from '../engine/flow-part.js';
import { NEW_FLOWS, type NewFlowPart } from '../engine/new-flow-part.js';
import type { Tables } from '../engine/tables.js';
import type { FlowMatcher } from './flow-match.js';

export class NewFlows {
  private readonly parts: readonly NewFlowPart[];
  private readonly ends = new FlowEnds();

  constructor(
    private readonly tables: Tables,
    private readonly matcher: FlowMatcher,
  ) {
    this.parts = tables.composition.plugins.flatMap(({ newFlows }) => newFlows?.(tables) ?? []);
  }

  /** At most so many flows will come. */
  expect(flows: number): void {
    for (const part of this.parts) part.expect(flows);
  }

  /** Before packet `first` of a matched batch runs through the graph; returns up to which packet all is read ahead. */
  readAhead(batch: FrameBatch, first: number, end: number, bindings: Int32Array): number {
    const to = Math.min(first + NEW_FLOWS, end);
    for (const part of this.parts) {
      if (!part.begin()) continue;
      for (let i = first; i < to; i++) if (batch.flow[i] < 0 && this.setEnds(batch, i, bindings)) part.note(this.ends);
      part.read();
    }
    return to;
  }

  /** False for a packet that is not of plain TCP or UDP. */
  private setEnds(batch: FrameBatch, i: number, bindings: Int32Array): boolean {
    const { ends, tables } = this;
    const { view } = batch;
    const at = batch.offset[i];
    if (batch.capturedLength[i] < words.SHORTEST || !words.isPlainIp4(words.typeAndVersion(view, at))) return false;
    const protocol = words.protocolOf(words.fragmentAndTtl(view, at));
    if (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) return false;
    const rx = this.matcher.interfaceOf(batch, i, bindings);
    if (rx < 0) return false;
    ends.source = words.source(view, at);
    ends.destination = words.destination(view, at);
    ends.ports = words.ports(view, at);
    ends.protocol = protocol;
    ends.swIfIndexRx = rx;
    ends.fibIndex = tables.interfaces.fibIndexOf[rx];
    return true;
  }
}
