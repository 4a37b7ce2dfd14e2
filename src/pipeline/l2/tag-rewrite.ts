/**
 * Tag rewriting of bridge ports (VPP 19.08 src/vnet/l2/l2_vtr.c l2vtr_configure, l2_vtr.h l2_vtr_process): what a port pops from and pushes
 * on what it receives, and the reverse of that on what it sends.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { l2Length, setL2Length, setVlanCount, vlanCount } from '../engine/l2-opaque.js';
import type { BufferPool } from '../engine/buffer-pool.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { interfaceColumn, MAX_INTERFACES, type Interface, type VlanTag } from '../engine/state/interface-table.js';

/** `set interface l2 tag-rewrite`: how many tags to take off, and which to put on, the outer one first. */
export interface TagRewrite {
  readonly pop: number;
  readonly push: readonly VlanTag[];
}

/** Bytes of both MAC addresses, which stay in front of the tags. */
const MACS_BYTES = 12;

/** Of one direction, by sw_if_index. */
class Direction {
  private readonly popOf = interfaceColumn(0);
  private readonly pushOf = interfaceColumn(0);
  /** Tags as they stand in a frame: type and control. */
  private readonly outerOf = interfaceColumn(0);
  private readonly innerOf = interfaceColumn(0);

  set(swIfIndex: number, { pop, push }: TagRewrite): void {
    const words = push.map(({ type, control }) => (type << 16) | control);
    this.popOf[swIfIndex] = pop * vlan.TAG_BYTES;
    this.pushOf[swIfIndex] = push.length * vlan.TAG_BYTES;
    this.outerOf[swIfIndex] = words.at(0) ?? 0;
    this.innerOf[swIfIndex] = words.at(1) ?? 0;
  }

  /** Rewrites a packet's tags; false where it has not as many as are to go. */
  process(b: PacketBuffer, swIfIndex: number, buffers: BufferPool): boolean {
    const pop = this.popOf[swIfIndex];
    const push = this.pushOf[swIfIndex];
    const length = l2Length(b);
    if (length - MACS_BYTES < pop) return false;
    if (push - pop > b.at - b.dataAt) buffers.reserveHeadroom(b, push - pop);
    const { view, at } = b;
    const destinationHigh = ethernet.destinationHigh(view, at);
    const destinationLow = ethernet.destinationLow(view, at);
    const sourceHigh = ethernet.sourceHigh(view, at);
    const sourceLow = ethernet.sourceLow(view, at);
    b.advance(pop - push);
    ethernet.setDestination(view, b.at, destinationHigh, destinationLow);
    ethernet.setSource(view, b.at, sourceHigh, sourceLow);
    if (push > 0) view.setInt32(b.at + MACS_BYTES, this.outerOf[swIfIndex]);
    if (push > vlan.TAG_BYTES) view.setInt32(b.at + MACS_BYTES + vlan.TAG_BYTES, this.innerOf[swIfIndex]);
    b.l2 += pop - push;
    setL2Length(b, length + push - pop);
    setVlanCount(b, vlanCount(b) + (push - pop) / vlan.TAG_BYTES);
    return true;
  }
}

export class TagRewrites {
  readonly input = new Direction();
  readonly output = new Direction();
  /** 1 by sw_if_index where tags are rewritten (out_vtr_flag). */
  readonly isOnOf = new Uint8Array(MAX_INTERFACES);

  /** False where the interface names fewer tags than are to go. */
  set(on: Interface, rewrite: TagRewrite): boolean {
    const { swIfIndex, tags: named } = on;
    if (rewrite.pop > named.length) return false;
    this.input.set(swIfIndex, rewrite);
    this.output.set(swIfIndex, { pop: rewrite.push.length, push: named.slice(0, rewrite.pop) });
    this.isOnOf[swIfIndex] = rewrite.pop + rewrite.push.length > 0 ? 1 : 0;
    return true;
  }
}
