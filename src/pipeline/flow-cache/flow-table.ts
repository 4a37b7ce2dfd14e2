/**
 * The flows that the flow cache knows, by the five-tuple and interface that their packets arrive with. All of it is in shared
 * memory: several threads find flows in it while one adds them. A record is 16 words, one cache line:
 *
 *      word  0  source address                        7  source address
 *            1  destination address                   8  destination address
 *            2  source port << 16 | destination       9  ports, all as the packet leaves
 *            3  protocol | sw_if_index << 8       10-12  the adjacency's Ethernet header, but for the EtherType
 *            4  FLOW_*: what is translated           13  what is added to the IP header checksum,
 *            5  largest IP total length              14  and to that of TCP or UDP (checksum-delta.ts)
 *            6  TCP flags with which a packet is     15  sw_if_index it leaves on
 *               left to the graph
 *
 * The key of a record never changes, and neither does the rest once a packet has been forwarded by it (a flow that changes
 * gets a new record), but for word 6, which only loses bits. So whoever was told of a flow may rewrite packets by its record
 * while others are added. A slot of the hash table is a record's index + 1; open addressing, linear probing, at most half full.
 */

export const FLOW_WORDS = 16;
export const SOURCE = 0;
export const DESTINATION = 1;
export const PORTS = 2;
export const PROTOCOL_RX = 3;
export const ACTION = 4;
export const MTU = 5;
export const REFUSED_TCP_FLAGS = 6;
export const FINAL_SOURCE = 7;
export const FINAL_DESTINATION = 8;
export const FINAL_PORTS = 9;
export const REWRITE = 10;
export const IP_DELTA = 13;
export const L4_DELTA = 14;
export const LEAVES_ON = 15;

/** What tells flows apart: the first four words of a record. */
export interface FlowKey {
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly protocolRx: number;
}

/** No record. */
export const MISSING = -1;

const INITIAL_SLOTS = 1 << 15;
/** A table that is full forgets all it knows: flows that still live are soon learned again. */
const MAXIMUM_FLOWS = 1 << 21;
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
    records: new SharedArrayBuffer(MAXIMUM_FLOWS * FLOW_WORDS * 4),
  };
}

export class FlowTable {
  readonly words: Int32Array;
  private readonly slots: Int32Array;
  private readonly control: Int32Array;

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
    words[at + SOURCE] = key.source;
    words[at + DESTINATION] = key.destination;
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
    const { words } = this;
    const at = flow * FLOW_WORDS;
    const slot = this.slotOf(
      words[at + SOURCE],
      words[at + DESTINATION],
      words[at + PORTS],
      words[at + PROTOCOL_RX],
      size,
      MAXIMUM_FLOWS,
    );
    this.slots[size + slot] = flow + 1;
  }
}

/** Four independent products, then the finalizer's shifts: shorter chains than mixing word by word. */
function hashOf(source: number, destination: number, ports: number, protocolRx: number): number {
  let hash = Math.imul(source, 0x9e3779b1) + Math.imul(destination, 0x85ebca6b);
  hash = (hash + Math.imul(ports, 0xc2b2ae35) + Math.imul(protocolRx, 0x27d4eb2f)) | 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
