/** From the records of a dispatch trace to frames that arrived, with the way of each, and frames that were sent. */

import { readDispatchRecord, type DispatchRecord } from '../../capture/dispatch-record.js';
import type { FrameRecord } from '../../capture/frame-record.js';
import type { Interface } from '../../pipeline/engine/state/interface-table.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { Way, type Visit } from './way.js';

const FIRST_NODE = 'ethernet-input';
const ENDS = new Set(['drop', 'punt']);
const TX_NODE = /-tx$/;

type Packet = Pick<Visit, 'bytes' | 'length'>;

export type Dispatched =
  | { readonly kind: 'arrived'; readonly swIfIndex: number; readonly way: Way; readonly joins: boolean }
  | { readonly kind: 'sent'; readonly swIfIndex: number }
  | { readonly kind: 'on its way' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export class DispatchedFrames {
  /** Ways that have not ended, by buffer. */
  private readonly open = new Map<number, Way>();
  private isArrivalBefore = false;

  constructor(private readonly tables: Tables) {}

  /** What a record tells; where the packet arrived or was sent, `record` becomes its frame. */
  read(record: FrameRecord): Dispatched {
    const { bytes, at, length } = record;
    const read = readDispatchRecord(bytes, at, length);
    if (read === null) return { kind: 'unreadable', reason: 'no whole record of a dispatch trace' };
    const header = read.packetAt - at;
    record.setBytes(bytes, record.view, read.packetAt, length - header);
    record.originalLength -= header;
    const joins = this.isArrivalBefore;
    this.isArrivalBefore = false;
    const packet = { bytes: bytes.slice(record.at, record.at + record.length), length: record.originalLength };
    const way = this.open.get(read.buffer);
    // A loopback's packets come again.
    if (read.node === FIRST_NODE && (way === undefined || !isLoopback(this.senderOf(way.visits.at(-1)?.node ?? ''))))
      return this.arrive(read, packet, joins);
    if (way !== undefined) this.visit(way, read, packet);
    const by = this.senderOf(read.node);
    if (by === undefined || isLoopback(by)) return { kind: 'on its way' };
    return { kind: 'sent', swIfIndex: by.swIfIndex };
  }

  /** No more records come: ways that have not ended were cut off. */
  finish(): void {
    for (const way of this.open.values()) way.isCut = true;
  }

  private arrive(read: DispatchRecord, packet: Packet, joins: boolean): Dispatched {
    const way = new Way();
    this.open.set(read.buffer, way);
    this.visit(way, read, packet);
    // What the node sees next came together: VPP asks its devices again when nothing waits any more.
    this.isArrivalBefore = true;
    const { swIfIndexRx: swIfIndex } = read;
    if (swIfIndex > 0 && swIfIndex < this.tables.interfaces.all.length)
      return { kind: 'arrived', swIfIndex, way, joins };
    return {
      kind: 'unreadable',
      reason: `the configuration has no interface with sw_if_index ${String(swIfIndex)}`,
    };
  }

  private visit(way: Way, { node, buffer, trace }: DispatchRecord, packet: Packet): void {
    way.visits.push({ node, flags: 0, ...packet });
    way.trace = trace ?? way.trace;
    if (ENDS.has(node) || this.isSentBy(node)) this.open.delete(buffer);
  }

  private isSentBy(node: string): boolean {
    const by = this.senderOf(node);
    return by !== undefined && !isLoopback(by);
  }

  /** The interface whose tx node it is. */
  private senderOf(node: string): Interface | undefined {
    return node.endsWith('-tx') ? this.tables.interfaces.byName(node.replace(TX_NODE, '')) : undefined;
  }
}

const isLoopback = (one: Interface | undefined): boolean => one?.device === 'loopback';
