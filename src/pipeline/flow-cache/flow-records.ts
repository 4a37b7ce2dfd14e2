/**
 * Records of the flow cache by the five-tuple and interface that packets arrive with. Open addressing with linear
 * probing, at most half full; a record is 16 words, one cache line:
 *
 *      word  0  source address             6  adjacency
 *            1  destination address        7  profile: which counters a packet adds to; PENDING, REFUSED
 *            2  source port << 16 | destination port
 *            3  protocol | sw_if_index << 8; 0 in an empty slot
 *            4  decisions (decisions.ts)   8-10  source, destination, ports after the input NAT, as the output ACL sees them
 *            5  generation of the neighbours
 */

export const FLOW_WORDS = 16;
export const SOURCE = 0;
export const DESTINATION = 1;
export const PORTS = 2;
export const PROTOCOL_RX = 3;
export const DECIDED = 4;
export const GENERATION = 5;
export const ADJACENCY = 6;
export const PROFILE = 7;
export const OUT_SOURCE = 8;
export const OUT_DESTINATION = 9;
export const OUT_PORTS = 10;

/** PROFILE: the flow has been seen once, its next packet will be measured. */
export const PENDING = -1;
/** PROFILE: packets of the flow need the graph. */
export const REFUSED = -2;

/** No record. */
export const MISSING = -1;

const INITIAL_SLOTS = 1 << 10;
/** 8 MiB. A cache that is full forgets all it knows: flows that still live are soon learned again. */
const MAXIMUM_SLOTS = 1 << 17;

export class FlowRecords {
  words = new Int32Array(INITIAL_SLOTS * FLOW_WORDS);
  private mask = INITIAL_SLOTS - 1;
  private used = 0;

  /** Position in `words` of the record, or MISSING. */
  find(source: number, destination: number, ports: number, protocolRx: number): number {
    const { words, mask } = this;
    let slot = slotOf(source, destination, ports, protocolRx) & mask;
    for (;;) {
      const at = slot * FLOW_WORDS;
      if (words[at + PROTOCOL_RX] === 0) return MISSING;
      if (
        words[at + SOURCE] === source &&
        words[at + DESTINATION] === destination &&
        words[at + PORTS] === ports &&
        words[at + PROTOCOL_RX] === protocolRx
      )
        return at;
      slot = (slot + 1) & mask;
    }
  }

  /** Position of a new record with the key; the other words are as they were. The key must not be there yet. */
  add(source: number, destination: number, ports: number, protocolRx: number): number {
    if (this.used * 2 >= this.mask + 1) this.makeRoom();
    const at = this.emptySlot(source, destination, ports, protocolRx) * FLOW_WORDS;
    this.words[at + SOURCE] = source;
    this.words[at + DESTINATION] = destination;
    this.words[at + PORTS] = ports;
    this.words[at + PROTOCOL_RX] = protocolRx;
    this.used++;
    return at;
  }

  private emptySlot(source: number, destination: number, ports: number, protocolRx: number): number {
    let slot = slotOf(source, destination, ports, protocolRx) & this.mask;
    while (this.words[slot * FLOW_WORDS + PROTOCOL_RX] !== 0) slot = (slot + 1) & this.mask;
    return slot;
  }

  private makeRoom(): void {
    const { words } = this;
    const slots = this.mask + 1;
    this.used = 0;
    if (slots === MAXIMUM_SLOTS) {
      words.fill(0);
      return;
    }
    this.mask = slots * 2 - 1;
    this.words = new Int32Array(slots * 2 * FLOW_WORDS);
    for (let from = 0; from < words.length; from += FLOW_WORDS) {
      if (words[from + PROTOCOL_RX] === 0) continue;
      const at = this.add(
        words[from + SOURCE],
        words[from + DESTINATION],
        words[from + PORTS],
        words[from + PROTOCOL_RX],
      );
      this.words.set(words.subarray(from, from + FLOW_WORDS), at);
    }
  }
}

/** Four independent products, then the finalizer's shifts: shorter chains than mixing word by word. */
function slotOf(source: number, destination: number, ports: number, protocolRx: number): number {
  let hash = Math.imul(source, 0x9e3779b1) + Math.imul(destination, 0x85ebca6b);
  hash = (hash + Math.imul(ports, 0xc2b2ae35) + Math.imul(protocolRx, 0x27d4eb2f)) | 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
