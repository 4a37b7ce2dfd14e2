/**
 * The flows that the flow cache knows, by the five-tuple and interface that their packets arrive with (flow-record.ts). All of it is in
 * shared memory: several threads find flows in it while one adds them.
 *
 * The key of a record never changes, and neither does the rest once a packet has been forwarded by it (a flow that changes
 * gets a new record), but for word 6, which only loses bits. So whoever was told of a flow may rewrite packets by its record
 * while others are added. A slot of the hash table is a record's index + 1; open addressing, linear probing, at most half full.
 */

import {
  ACTION,
  DESTINATION,
  FINAL_DESTINATION,
  FINAL_PORTS,
  FINAL_SOURCE,
  FLOW_IS_IP6,
  FLOW_WORDS,
  IP6_WORDS,
  IP_DELTA,
  L4_DELTA,
  MAXIMUM_FLOWS,
  PORTS,
  PROTOCOL_RX,
  RECORDS_WORDS,
  SOURCE,
} from './flow-record.js';

/** What tells flows apart: the first four words of a record; of IPv6 the addresses instead of the first two. */
export interface FlowKey {
  readonly addresses: Int32Array;
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly protocolRx: number;
}

/** No record. */
export const MISSING = -1;

const INITIAL_SLOTS = 1 << 15;
const MAXIMUM_SLOTS = MAXIMUM_FLOWS * 2;

/** Words of the control block. */
const SLOTS = 0;
const COUNT = 1;

/**
 * Memory that is set aside, 160 MiB; the system provides it as it is used. The slots of a table of n slots are the words
 * [n, 2n): a table that grows moves on, so that a reader of the smaller one finds what it could find before.
 */
export interface FlowMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  readonly records: SharedArrayBuffer;
}

export function allocateFlowMemory(): FlowMemory {
  const control = new SharedArrayBuffer(2 * 4);
  new Int32Array(control)[SLOTS] = INITIAL_SLOTS;
  return {
    control,
    slots: new SharedArrayBuffer(MAXIMUM_SLOTS * 2 * 4),
    records: new SharedArrayBuffer(RECORDS_WORDS * 4),
  };
}

export class FlowTable {
  readonly words: Int32Array;
  private readonly slots: Int32Array;
  private readonly control: Int32Array;
  /** One record's at a time. */
  private readonly ip6 = new Int32Array(IP6_WORDS);

  constructor(readonly memory: FlowMemory) {
    this.words = new Int32Array(memory.records);
    this.slots = new Int32Array(memory.slots);
    this.control = new Int32Array(memory.control);
  }

  /** Records there are; their indices are below. */
  get count(): number {
    return this.control[COUNT];
  }

  /** Slots of the hash table, a power of two: the `size` for `find`. */
  get size(): number {
    return this.control[SLOTS];
  }

  /**
   * Index of the flow's record, or MISSING.
   * @param size slots of the table, as `size` has been at some time
   * @param limit records below this index are looked at: a thread must not look at what it was not told of
   */
  find(source: number, destination: number, ports: number, protocolRx: number, size: number, limit: number): number {
    return this.slots[size + this.slotOf(source, destination, ports, protocolRx, size, limit)] - 1;
  }

  /** The slot that leads to the key's record, or the empty one where it belongs. */
  private slotOf(
    source: number,
    destination: number,
    ports: number,
    protocolRx: number,
    size: number,
    limit: number,
  ): number {
    const { slots, words } = this;
    const mask = size - 1;
    let slot = hashOf(source, destination, ports, protocolRx) & mask;
    for (;;) {
      const flow = slots[size + slot] - 1;
      if (flow < 0) return slot;
      const at = flow * FLOW_WORDS;
      if (
        flow < limit &&
        words[at + SOURCE] === source &&
        words[at + DESTINATION] === destination &&
        words[at + PORTS] === ports &&
        words[at + PROTOCOL_RX] === protocolRx
      )
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** As `find`, of IPv6. */
  findIp6(addresses: Int32Array, ports: number, protocolRx: number, size: number, limit: number): number {
    return this.slots[size + this.slotOfIp6(addresses, ports, protocolRx, size, limit)] - 1;
  }

  private slotOfIp6(addresses: Int32Array, ports: number, protocolRx: number, size: number, limit: number): number {
    const { slots, words } = this;
    const mask = size - 1;
    let slot = hashOf(foldIp6(addresses, 0), foldIp6(addresses, 4), ports, protocolRx) & mask;
    for (;;) {
      const flow = slots[size + slot] - 1;
      if (flow < 0) return slot;
      const at = flow * FLOW_WORDS;
      if (
        flow < limit &&
        words[at + PORTS] === ports &&
        words[at + PROTOCOL_RX] === protocolRx &&
        words[at + SOURCE] === addresses[0] &&
        words[at + ACTION] === addresses[1] &&
        words[at + FINAL_SOURCE] === addresses[2] &&
        words[at + FINAL_DESTINATION] === addresses[3] &&
        words[at + DESTINATION] === addresses[4] &&
        words[at + FINAL_PORTS] === addresses[5] &&
        words[at + IP_DELTA] === addresses[6] &&
        words[at + L4_DELTA] === addresses[7]
      )
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Puts the addresses of a flow of IPv6 into `to`. */
  readAddresses(flow: number, to: Int32Array): void {
    const { words } = this;
    const at = flow * FLOW_WORDS;
    for (let word = 0; word < IP6_WORDS; word++) to[word] = words[at + IP6_PLACES[word]];
  }

  /** True where `add` has no room left before `reset`. */
  get isFull(): boolean {
    return this.count === MAXIMUM_FLOWS;
  }

  /** Index of a new record with the key, which takes the place of an older one with the same key; its other words are 0. */
  add(key: FlowKey): number {
    const { words, control } = this;
    const flow = this.count;
    if ((flow + 1) * 2 > this.size) this.grow();
    const at = flow * FLOW_WORDS;
    if ((key.protocolRx & FLOW_IS_IP6) !== 0)
      for (let word = 0; word < IP6_WORDS; word++) words[at + IP6_PLACES[word]] = key.addresses[word];
    else {
      words[at + SOURCE] = key.source;
      words[at + DESTINATION] = key.destination;
    }
    words[at + PORTS] = key.ports;
    words[at + PROTOCOL_RX] = key.protocolRx;
    this.link(flow, this.size);
    control[COUNT] = flow + 1;
    return flow;
  }

  /** Forgets all flows. No other thread may use the table meanwhile, or records afterwards that it was told of before. */
  reset(): void {
    const { control, slots, words } = this;
    words.fill(0, 0, this.count * FLOW_WORDS);
    for (let size = INITIAL_SLOTS; size <= this.size; size *= 2) slots.fill(0, size, size * 2);
    control[COUNT] = 0;
    control[SLOTS] = INITIAL_SLOTS;
  }

  private grow(): void {
    const size = this.size * 2;
    const { slots, control } = this;
    for (let slot = size >> 1; slot < size; slot++) if (slots[slot] !== 0) this.link(slots[slot] - 1, size);
    control[SLOTS] = size;
  }

  /** Lets the slot of the record's key lead to the record. */
  private link(flow: number, size: number): void {
    const { words, ip6 } = this;
    const at = flow * FLOW_WORDS;
    const ports = words[at + PORTS];
    const protocolRx = words[at + PROTOCOL_RX];
    const isIp6 = (protocolRx & FLOW_IS_IP6) !== 0;
    if (isIp6) this.readAddresses(flow, ip6);
    const slot = isIp6
      ? this.slotOfIp6(ip6, ports, protocolRx, size, MAXIMUM_FLOWS)
      : this.slotOf(words[at + SOURCE], words[at + DESTINATION], ports, protocolRx, size, MAXIMUM_FLOWS);
    this.slots[size + slot] = flow + 1;
  }
}

/** Where a record has the words of its IPv6 addresses. */
const IP6_PLACES = [SOURCE, ACTION, FINAL_SOURCE, FINAL_DESTINATION, DESTINATION, FINAL_PORTS, IP_DELTA, L4_DELTA];

/** An address in one word. */
const foldIp6 = (words: Int32Array, at: number): number =>
  (Math.imul(words[at], 0x2c1b3c6d) +
    Math.imul(words[at + 1], 0x297a2d39) +
    Math.imul(words[at + 2], 0x1b56c4e9) +
    words[at + 3]) |
  0;

/** Four independent products, then the finalizer's shifts: shorter chains than mixing word by word. */
function hashOf(source: number, destination: number, ports: number, protocolRx: number): number {
  let hash = Math.imul(source, 0x9e3779b1) + Math.imul(destination, 0x85ebca6b);
  hash = (hash + Math.imul(ports, 0xc2b2ae35) + Math.imul(protocolRx, 0x27d4eb2f)) | 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
