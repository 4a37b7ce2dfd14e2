/**
 * Frames of sub-interfaces that were captured without their VLAN tags: behind a device of the system that takes them off
 * (eth0.200), or where a network card or its driver had taken them off (rx-vlan-offload). A frame that is known to be one of a
 * sub-interface, by the name that its capture was given or by its sender, gets its tags back before it runs; one that merely looks
 * like it is counted.
 */

import { HEADROOM_BYTES, TAILROOM_BYTES, type FrameBatch } from '../capture/frame-batch.js';
import type { FrameRecord } from '../capture/frame-record.js';
import { FlowHashTable2 } from '../pipeline/engine/state/flow-hash-table.js';
import { MAX_INTERFACES, type Interface } from '../pipeline/engine/state/interface-table.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { FLOW_WORDS, receivedOn, tagsReceived } from '../pipeline/flow-cache/flow-record.js';
import * as ethernet from '../wire/ethernet.js';
import * as vlan from '../wire/vlan.js';

/** Both addresses, in front of the first tag's type. */
const MACS_BYTES = 12;

/** Instead of a sw_if_index, which is less. */
const NOBODY = -1;
const SEVERAL = MAX_INTERFACES;

/** What is said of a sub-interface's frames. */
export interface StrippedTagCounts {
  readonly interface: string;
  /** Frames that got their tags back. */
  readonly restored: number;
  /** Frames without a tag from a neighbour that is behind the sub-interface. */
  readonly missing: number;
}

export class StrippedTags {
  private readonly restored = new Float64Array(MAX_INTERFACES);
  private readonly missing = new Float64Array(MAX_INTERFACES);

  /** The frame that was looked at last: the sub-interface that it is of, or seems to be of, without having its tags. */
  private last = NOBODY;
  private isLastRestored = false;
  /** 1 by port where sub-interfaces of it have neighbours; whether any is such. */
  private readonly hasNeighbors = new Uint8Array(MAX_INTERFACES);
  isLooking = false;
  /** By MAC: the interface that a neighbour is behind, or SEVERAL. */
  private byNeighborMac = new FlowHashTable2();

  constructor(private readonly tables: Tables) {
    this.readTables();
    tables.configured.listen(() => {
      this.readTables();
    });
  }

  private readTables(): void {
    const { interfaces, ip4 } = this.tables;
    const known = (this.byNeighborMac = new FlowHashTable2());
    for (const { swIfIndex, mac } of ip4.neighbours.all()) {
      const { sub } = interfaces.all[swIfIndex];
      if (sub) this.hasNeighbors[sub.port] = 1;
      this.isLooking ||= sub !== null;
      const claimed = known.get(mac.high, mac.low | 0);
      known.set(mac.high, mac.low | 0, claimed === NOBODY || claimed === swIfIndex ? swIfIndex : SEVERAL);
    }
  }

  get counts(): StrippedTagCounts[] {
    const { restored, missing } = this;
    return this.tables.interfaces.all
      .map(({ name, swIfIndex }) => ({ interface: name, restored: restored[swIfIndex], missing: missing[swIfIndex] }))
      .filter((counts) => counts.restored + counts.missing > 0);
  }

  /**
   * A frame is received on a port.
   * @param on the interface that it is of by its capture's name: the port, or a sub-interface of it
   * @param isFromWire false where its Ethernet header is made of another link type's
   */
  look(record: FrameRecord, on: number, port: number, isFromWire: boolean): void {
    this.last = NOBODY;
    if (on === port && this.hasNeighbors[port] === 0) return;
    const { view, at, length } = record;
    if (length < ethernet.HEADER_BYTES || ethernet.isTagType(ethernet.type(view, at))) return;
    const of = on === port ? this.subInterfaceOf(port, view, at) : on;
    if (of === NOBODY) return;
    this.last = of;
    this.isLastRestored = on !== port || !isFromWire;
    if (this.isLastRestored) this.restore(record, this.tables.interfaces.all[of]);
    else this.missing[of]++;
  }

  /** Frames [first, end) of a batch that follow flows, of which `flows` (FlowTable.words) says where they came. */
  lookAtFlows({ view, offset, flow }: FrameBatch, first: number, end: number, flows: Int32Array): void {
    for (let i = first; i < end; i++) {
      const record = flow[i] * FLOW_WORDS;
      const port = receivedOn(flows, record);
      if (this.hasNeighbors[port] === 0 || tagsReceived(flows, record) > 0) continue;
      const of = this.subInterfaceOf(port, view, offset[i]);
      if (of !== NOBODY) this.missing[of]++;
    }
  }

  /** A sentence without its end about the frame that was looked at last; null where nothing is to be said. */
  get lastWords(): string | null {
    if (this.last === NOBODY) return null;
    const { name, tags } = this.tables.interfaces.all[this.last];
    if (!this.isLastRestored)
      return `It has no VLAN tag, but its sender is behind ${name}: ${name}=FILE puts the tags back`;
    return tags.length === 0 ? null : `It was captured without the VLAN tags of ${name}, which were put back`;
  }

  /** The sub-interface of a port that a frame's sender is behind, and no other interface. */
  private subInterfaceOf(port: number, view: DataView, at: number): number {
    const found = this.byNeighborMac.get(ethernet.sourceHigh(view, at), ethernet.sourceLow(view, at) | 0);
    const isOne = found !== NOBODY && found !== SEVERAL && found !== port;
    return isOne && this.tables.interfaces.portOf[found] === port ? found : NOBODY;
  }

  /** Gives a frame of a sub-interface the tags that the sub-interface names. */
  private restore(record: FrameRecord, { swIfIndex, tags }: Interface): void {
    const { at, length } = record;
    if (tags.length === 0) return;
    this.restored[swIfIndex]++;
    const grown = tags.length * vlan.TAG_BYTES;
    const bytes = new Uint8Array(HEADROOM_BYTES + length + grown + TAILROOM_BYTES);
    const view = new DataView(bytes.buffer);
    const behind = HEADROOM_BYTES + MACS_BYTES + grown;
    bytes.set(record.bytes.subarray(at, at + MACS_BYTES), HEADROOM_BYTES);
    bytes.set(record.bytes.subarray(at + MACS_BYTES, at + length), behind);
    tags.forEach(({ type, control }, n) => {
      view.setUint16(HEADROOM_BYTES + MACS_BYTES + n * vlan.TAG_BYTES, type);
      view.setUint16(HEADROOM_BYTES + MACS_BYTES + n * vlan.TAG_BYTES + 2, control);
    });
    record.setBytes(bytes, view, HEADROOM_BYTES, length + grown);
    record.originalLength += grown;
  }
}
