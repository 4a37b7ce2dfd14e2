/** A node's declaration of its trace: which records it leaves, and when they are written. */

import type { Errors } from '../errors.js';
import type { NextSlots } from './next-slots.js';
import type { PacketBuffer } from '../packet-buffer.js';
import type { Tables } from '../tables.js';
import type { TraceLayout, TraceRecords } from './trace-records.js';

/**
 * What a node's record says about the packet's bytes.
 *
 * - `device`: the frame as it arrived
 * - `relay`: nothing; the frame goes on as it came, to another thread or interface
 * - `ethernet`, `l2`: Ethernet addresses
 * - `ip4`, `ip6`: the packet from its IP header on
 * - `acl`: addresses, ports and TCP flags
 * - `nat`: that addresses and ports may be others from here on
 * - `rewrite`: a new Ethernet header, TTL and checksum
 * - `output`: the frame at an interface; `tx`: as it leaves
 * - `encap`, `decap`: VXLAN headers are put before it, or taken away
 * - `echo`: the packet becomes its answer
 * - `retag`: tags are put before it, or taken away
 * - `options`: the first four bytes of IP options
 * - `fork`: what follows may be other packets: fragments, copies, a reassembled datagram
 * - `end`: the packet's end
 * - `other`: nothing, or nothing reliable: some nodes print bytes from where no header starts
 */
/* prettier-ignore */
export type NodeRole =
  | 'device' | 'relay' | 'ethernet' | 'l2' | 'ip4' | 'ip6' | 'acl' | 'nat' | 'rewrite' | 'output'
  | 'tx' | 'encap' | 'decap' | 'echo' | 'options' | 'retag' | 'fork' | 'end' | 'other';

/** Adds a packet's records for one visit of the node: none, one, or one for each copy it made. */
export type TraceWriter = (b: PacketBuffer, records: TraceRecords) => void;

/** What a writer is bound to, once per dataplane. */
export interface TraceContext {
  /** Index and name of the node whose records they are. */
  readonly node: number;
  readonly name: string;
  readonly tables: Tables;
  readonly errors: Errors;
  readonly nextSlots: NextSlots;
  readonly nodeIndex: (name: string) => number;
  readonly names: readonly string[];
}

export interface NodeTrace {
  /** 'other' where left out. */
  readonly role?: NodeRole;
  readonly layout: TraceLayout;
  /** Whether VPP writes the record before the node's work on the packet or after it. */
  readonly when: 'before' | 'after';
  /** Left out where the node writes its records itself (NodeContext.records). */
  readonly writer?: (context: TraceContext) => TraceWriter;
}
