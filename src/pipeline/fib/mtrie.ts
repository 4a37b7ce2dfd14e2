/**
 * Longest-prefix match: VPP's 16-8-8 trie (VPP 19.08 src/vnet/ip/ip4_mtrie.c) in flat typed arrays. A look-up is one to
 * three loads, whatever the number of routes.
 *
 * A root has 65536 slots, one per upper half of an address; an inner node 256. A slot is a load-balance index (>= 0) or
 * ~node (< 0). Beside each slot stands the length of the prefix that put its leaf there, so that a shorter prefix never
 * overwrites a longer one.
 */

const ROOT_SLOTS = 65536;
const NODE_SLOTS = 256;
const INITIAL_NODES = 16;

interface Root {
  readonly slots: Int32Array;
  readonly lengths: Uint8Array;
  /** Length of the longest prefix that was ever set: no slot has a longer one. */
  longest: number;
}

export class Mtrie {
  private readonly roots: Root[] = [];
  private nodes = new Int32Array(INITIAL_NODES * NODE_SLOTS);
  private nodeLengths = new Uint8Array(INITIAL_NODES * NODE_SLOTS);
  private nodeCount = 0;

  /** Adds a table whose every address leads to load balance 0 until set; its index is the next in order. */
  addTable(): void {
    this.roots.push({ slots: new Int32Array(ROOT_SLOTS), lengths: new Uint8Array(ROOT_SLOTS), longest: 0 });
  }

  /** Load-balance index of the longest prefix that covers an address. */
  lookup(fibIndex: number, address: number): number {
    const slot = this.roots[fibIndex].slots[address >>> 16];
    if (slot >= 0) return slot;
    const inner = this.nodes[(~slot << 8) | ((address >>> 8) & 0xff)];
    return inner >= 0 ? inner : this.nodes[(~inner << 8) | (address & 0xff)];
  }

  /** Puts a prefix's leaf wherever no longer prefix has one. */
  set(fibIndex: number, address: number, length: number, leaf: number): void {
    const root = this.roots[fibIndex];
    if (length <= 16 && length >= root.longest) {
      // Nothing longer is in the way, so there is nothing to compare: 65536 slots in 0.05 ms instead of 10 at start.
      const first = address >>> 16;
      root.slots.fill(leaf, first, first + (1 << (16 - length)));
      root.lengths.fill(length, first, first + (1 << (16 - length)));
    } else this.change(fibIndex, address, length, leaf, length, false);
    if (length > root.longest) root.longest = length;
  }

  /** Takes a prefix out: its slots go to the cover, the next shorter prefix. */
  remove(fibIndex: number, address: number, length: number, coverLeaf: number, coverLength: number): void {
    this.change(fibIndex, address, length, coverLeaf, coverLength, true);
  }

  private change(
    fibIndex: number,
    address: number,
    length: number,
    leaf: number,
    leafLength: number,
    isRemoval: boolean,
  ): void {
    const { slots, lengths } = this.roots[fibIndex];
    const high = address >>> 16;
    if (length <= 16) {
      const end = high + (1 << (16 - length));
      for (let slot = high; slot < end; slot++) {
        if (slots[slot] < 0) this.changeNode(~slots[slot], length, leaf, leafLength, isRemoval);
        else if (isRemoval ? lengths[slot] === length : lengths[slot] <= length) {
          slots[slot] = leaf;
          lengths[slot] = leafLength;
        }
      }
      return;
    }
    if (slots[high] >= 0) slots[high] = ~this.addNode(slots[high], lengths[high]);
    let node = ~slots[high];
    let octet = (address >>> 8) & 0xff;
    let depth = 24;
    if (length > 24) {
      const at = (node << 8) | octet;
      if (this.nodes[at] >= 0) {
        const added = this.addNode(this.nodes[at], this.nodeLengths[at]);
        this.nodes[at] = ~added;
      }
      node = ~this.nodes[at];
      octet = address & 0xff;
      depth = 32;
    }
    this.changeSlots((node << 8) | octet, 1 << (depth - length), length, leaf, leafLength, isRemoval);
  }

  private changeNode(node: number, length: number, leaf: number, leafLength: number, isRemoval: boolean): void {
    this.changeSlots(node << 8, NODE_SLOTS, length, leaf, leafLength, isRemoval);
  }

  private changeSlots(
    first: number,
    count: number,
    length: number,
    leaf: number,
    leafLength: number,
    isRemoval: boolean,
  ): void {
    const { nodes, nodeLengths } = this;
    for (let slot = first; slot < first + count; slot++) {
      if (nodes[slot] < 0) this.changeNode(~nodes[slot], length, leaf, leafLength, isRemoval);
      else if (isRemoval ? nodeLengths[slot] === length : nodeLengths[slot] <= length) {
        nodes[slot] = leaf;
        nodeLengths[slot] = leafLength;
      }
    }
  }

  /** A node whose 256 slots all inherit the leaf of the slot it replaces. */
  private addNode(leaf: number, length: number): number {
    const node = this.nodeCount++;
    if (this.nodeCount * NODE_SLOTS > this.nodes.length) {
      const nodes = new Int32Array(this.nodes.length * 2);
      nodes.set(this.nodes);
      this.nodes = nodes;
      const lengths = new Uint8Array(nodes.length);
      lengths.set(this.nodeLengths);
      this.nodeLengths = lengths;
    }
    this.nodes.fill(leaf, node * NODE_SLOTS, (node + 1) * NODE_SLOTS);
    this.nodeLengths.fill(length, node * NODE_SLOTS, (node + 1) * NODE_SLOTS);
    return node;
  }
}
