/**
 * The last pass over a batch: rewrites the packets of known flows as the nodes would have. It reads flow records and changes
 * the frames alone, so it may come late, and on any thread.
 */

import type { FrameBatch } from '../../capture/frame-batch.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import { decrementTtl } from '../ip4/ip4-rewrite.js';
import { DESTINATION, rewriteTcp, rewriteUdp, SOURCE } from '../nat44/rewrite.js';
import * as field from './flow-table.js';
import { FLOW_WORDS } from './flow-table.js';

/** Rewrites those of the frames [first, end) that `batch.flow` names a flow of. `records` is FlowTable.words. */
export function rewriteFlows(batch: FrameBatch, first: number, end: number, records: Int32Array): void {
  const { view, flow, offset } = batch;
  for (let i = first; i < end; i++) if (flow[i] >= 0) rewrite(view, offset[i], records, flow[i] * FLOW_WORDS);
}

function rewrite(view: DataView, at: number, records: Int32Array, record: number): void {
  const l3 = at + ethernet.HEADER_BYTES;
  const l4 = l3 + ip4.HEADER_BYTES;
  const action = records[record + field.ACTION];
  const isTcp = (records[record + field.PROTOCOL_RX] & 0xff) === ip4.PROTOCOL_TCP;
  if ((action & (field.ACTION_IN_SOURCE | field.ACTION_IN_DESTINATION)) !== 0) {
    const side = (action & field.ACTION_IN_SOURCE) !== 0 ? SOURCE : DESTINATION;
    const address = records[record + field.IN_ADDRESS];
    const port = records[record + field.IN_PORT];
    if (isTcp) rewriteTcp(view, l3, l4, side, address, port, 0);
    else rewriteUdp(view, l3, l4, side, address, port);
  }
  decrementTtl(view, l3);
  view.setInt32(at, records[record + field.REWRITE]);
  view.setInt32(at + 4, records[record + field.REWRITE + 1]);
  view.setInt32(at + 8, records[record + field.REWRITE + 2]);
  if ((action & field.ACTION_OUT_SOURCE) !== 0) {
    const address = records[record + field.OUT_ADDRESS];
    const port = records[record + field.OUT_PORT];
    if (isTcp) rewriteTcp(view, l3, l4, SOURCE, address, port, 0);
    else rewriteUdp(view, l3, l4, SOURCE, address, port);
  }
}
