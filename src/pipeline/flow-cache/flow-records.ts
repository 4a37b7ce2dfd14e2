/**
 * Records of the flow cache by the five-tuple and interface that packets arrive with. Open addressing with linear
 * probing, at most 3/4 full; a record is 16 words, one cache line:
 *
 *      word  0  source address                     7-10  ACL and NAT sessions, as far as the decisions name them:
 *            1  destination address                      input ACL, input NAT, output ACL, output NAT
 *            2  source port << 16 | destination   11-13  source, destination and ports between input and output NAT,
 *            3  protocol | sw_if_index << 8              which the route and the output ACL's rule were chosen for
 *               (0 in an empty slot)                 14  profile of the counters; PENDING, REFUSED, UNUSUAL
 *            4  decisions (decisions.ts)
 *            5  generation of neighbours and sessions
 *            6  adjacency
 */

export const FLOW_WORDS = 16;
export const SOURCE = 0;
export const DESTINATION = 1;
export const PORTS = 2;
export const PROTOCOL_RX = 3;
export const DECIDED = 4;
export const GENERATION = 5;
export const ADJACENCY = 6;
export const ACL_IN = 7;
export const NAT_IN = 8;
export const ACL_OUT = 9;
export const NAT_OUT = 10;
export const OUT_SOURCE = 11;
export const OUT_DESTINATION = 12;
export const OUT_PORTS = 13;
export const PROFILE = 14;

/** PROFILE: something about the flow is unknown yet, or no longer sure. */
export const PENDING = -1;
/** PROFILE: packets of the flow need the graph. */
export const REFUSED = -2;
/** PROFILE: the flow visits more nodes than others of its kind, its next packet will be measured. */
export const UNUSUAL = -3;

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

  /** Position of a new record with the key; its other words are as they were. The key must not be there yet. */
  add(source: number, destination: number, ports: number, protocolRx: number): number {
    if (this.used * 4 >= (this.mask + 1) * 3) this.makeRoom();
    const { words, mask } = this;
    let slot = slotOf(source, destination, ports, protocolRx) & mask;
    while (words[slot * FLOW_WORDS + PROTOCOL_RX] !== 0) slot = (slot + 1) & mask;
    const at = slot * FLOW_WORDS;
    words[at + SOURCE] = source;
    words[at + DESTINATION] = destination;
    words[at + PORTS] = ports;
    words[at + PROTOCOL_RX] = protocolRx;
    this.used++;
    return at;
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
      for (let word = DECIDED; word < FLOW_WORDS; word++) this.words[at + word] = words[from + word];
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
