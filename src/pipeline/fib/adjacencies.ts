/**
 * Adjacencies: what it takes to send to a neighbour, or to find one (VPP 19.08 src/vnet/adj/adj.h). Structure of arrays;
 * indices follow the order of creation, as VPP's pool does, and show in traces.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import type { MacAddress } from '../../wire/address.js';
import { Changes } from '../engine/state/changes.js';
import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import { grown } from '../engine/state/grown.js';
import { interfaceColumn, type Interface, type InterfaceTable } from '../engine/state/interface-table.js';
import { REWRITE_BYTES_MAX, rewriteBytesOf, writeRewrite } from './ethernet-rewrite.js';
import { DROP_PATH, PathType, type FibPath } from './fib-entry.js';

/** ip_lookup_next_t, as far as adjacencies are concerned. */
export const ADJACENCY_ARP = 0;
export const ADJACENCY_REWRITE = 1;
export const ADJACENCY_GLEAN = 2;
/** Towards IPv6 multicast groups of a link. */
export const ADJACENCY_MULTICAST = 3;
export const ADJACENCY_STATES = 4;

const NONE = -1;
const BROADCAST: MacAddress = { high: 0xffff, low: 0xffffffff };
/** 33:33 and zeros, in whose place the last four bytes of the group's address come (RFC 2464 section 7). */
const IP6_MULTICAST: MacAddress = { high: 0x3333, low: 0 };
/** In the second word of a key: an adjacency of IPv6. There are at most 4096 interfaces. */
const IP6_KEY = 1 << 16;
const keyOf = (swIfIndex: number, isIp6: boolean): number => (isIp6 ? swIfIndex | IP6_KEY : swIfIndex);

const MAX_TAGS = 2;

/** Next indices that ip4-rewrite declares. */
const REWRITE_DECLARED = 3;

/** VPP's next indices of interfaces' output nodes at ip4-rewrite: given out as an interface gets its first complete adjacency. */
class RewriteNext {
  private readonly order: number[] = [];

  constructor(private readonly portOf: Int32Array) {}

  add(swIfIndex: number): void {
    const port = this.portOf[swIfIndex];
    if (!this.order.includes(port)) this.order.push(port);
  }

  of(swIfIndex: number): number {
    return REWRITE_DECLARED + this.order.indexOf(this.portOf[swIfIndex]);
  }
}

export class Adjacencies {
  /** One of ADJACENCY_*. */
  state = new Uint8Array(16);
  swIfIndex = new Int32Array(16);
  /** 1 for IPv6. */
  isIp6 = new Uint8Array(16);
  /** Neighbour's address; of a glean, the interface's own address that asks, 0 for none. Of IPv6, by number. */
  nextHop = new Int32Array(16);
  /** Largest L3 packet that fits. */
  mtuBytes = new Int32Array(16);
  /**
   * The Ethernet header to prepend: three big-endian words, the type that follows the MACs, and for each tag of a sub-interface a word.
   * None, where VPP has none for an interface that cannot be routed by.
   */
  rewriteBytes = new Uint8Array(16);
  rewrite = new Int32Array(16 * 3);
  etherType = new Uint16Array(16);
  private tags = new Int32Array(16 * MAX_TAGS);
  /** Where a header is made. */
  private readonly header = new DataView(new ArrayBuffer(REWRITE_BYTES_MAX));
  private used = 0;
  private readonly byNeighbour = new FlowHashTable2();
  private readonly gleans = new FlowHashTable2();

  /** Next nodes of ip4-rewrite, in the order in which they were added. */
  readonly rewriteNext: RewriteNext;
  readonly ip6RewriteNext: RewriteNext;

  /** An adjacency was made, incomplete (arp_update_adjacency). */
  readonly added = new Changes<[index: number]>();
  /** IPv4's own MTU of interfaces, by sw_if_index; 0 for the interface's L3 MTU. */
  readonly ownMtu = interfaceColumn(0);
  readonly ownIp6Mtu = interfaceColumn(0);

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly hasGleanPerPrefix: boolean,
  ) {
    this.rewriteNext = new RewriteNext(interfaces.portOf);
    this.ip6RewriteNext = new RewriteNext(interfaces.portOf);
  }

  get size(): number {
    return this.used;
  }

  /** adj_nbr_find; -1 where there is none. */
  find(nextHop: number, swIfIndex: number, isIp6 = false): number {
    return this.byNeighbour.get(nextHop, keyOf(swIfIndex, isIp6));
  }

  /** adj_nbr_add_or_lock: the neighbour's adjacency, made incomplete where it is new. */
  neighbour(nextHop: number, swIfIndex: number, isIp6 = false): number {
    const known = this.find(nextHop, swIfIndex, isIp6);
    if (known !== NONE) return known;
    const index = this.add(ADJACENCY_ARP, nextHop, swIfIndex, isIp6);
    this.byNeighbour.set(nextHop, keyOf(swIfIndex, isIp6), index);
    this.added.tell(index);
    return index;
  }

  /** adj_glean_add_or_lock: one for each interface, or for each of its connected prefixes; 0 for what is not connected. */
  glean(swIfIndex: number, prefix: number, isIp6 = false): number {
    const ofPrefix = this.hasGleanPerPrefix ? prefix : 0;
    const known = this.gleans.get(ofPrefix, keyOf(swIfIndex, isIp6));
    if (known !== NONE) return known;
    const index = this.add(ADJACENCY_GLEAN, 0, swIfIndex, isIp6);
    this.gleans.set(ofPrefix, keyOf(swIfIndex, isIp6), index);
    this.added.tell(index);
    return index;
  }

  /** adj_mcast_add_or_lock, of IPv6. */
  multicast(swIfIndex: number): number {
    const index = this.add(ADJACENCY_MULTICAST, 0, swIfIndex, true);
    this.writeHeader(index, IP6_MULTICAST, ethernet.TYPE_IP6);
    this.ip6RewriteNext.add(swIfIndex);
    return index;
  }

  nextHopPath(nextHop: number, swIfIndex: number, isIp6 = false): FibPath {
    const index = this.neighbour(nextHop, swIfIndex, isIp6);
    return { ...DROP_PATH, type: PathType.AttachedNextHop, nextHop, swIfIndex, index };
  }

  /** A path to whatever the interface is attached to, or to its connected prefix: ARP decides per packet. */
  attachedPath(swIfIndex: number, prefix = 0, isIp6 = false): FibPath {
    return { ...DROP_PATH, type: PathType.Attached, swIfIndex, index: this.glean(swIfIndex, prefix, isIp6) };
  }

  /** Largest packet that leaves by an interface. */
  mtuOf({ swIfIndex, mtuBytes }: Interface, isIp6 = false): number {
    return (isIp6 ? this.ownIp6Mtu : this.ownMtu)[swIfIndex] || mtuBytes;
  }

  /** The neighbour answered: packets are sent to its MAC from now on. */
  complete(index: number, mac: MacAddress): void {
    this.state[index] = ADJACENCY_REWRITE;
    (this.isIp6[index] === 1 ? this.ip6RewriteNext : this.rewriteNext).add(this.swIfIndex[index]);
    this.writeHeader(index, mac, this.isIp6[index] === 1 ? ethernet.TYPE_IP6 : ethernet.TYPE_IP4);
  }

  isComplete(index: number): boolean {
    return this.state[index] === ADJACENCY_REWRITE;
  }

  /** No MAC known: packets make ARP requests. */
  incomplete(index: number): void {
    this.state[index] = ADJACENCY_ARP;
    this.writeHeader(index, BROADCAST, this.isIp6[index] === 1 ? ethernet.TYPE_IP6 : ethernet.TYPE_ARP);
  }

  /** Writes an adjacency's Ethernet header at `l2`, which is as long as `rewriteBytes` says. */
  write(index: number, view: DataView, l2: number): void {
    const { rewrite } = this;
    const bytes = this.rewriteBytes[index];
    if (bytes === 0) return;
    view.setInt32(l2, rewrite[index * 3]);
    view.setInt32(l2 + 4, rewrite[index * 3 + 1]);
    view.setInt32(l2 + 8, rewrite[index * 3 + 2]);
    view.setUint16(l2 + 12, this.etherType[index]);
    for (let at = ethernet.HEADER_BYTES, tag = index * MAX_TAGS; at < bytes; at += vlan.TAG_BYTES)
      view.setInt32(l2 + at, this.tags[tag++]);
  }

  /** The same as bytes. */
  headerOf(index: number): Uint8Array {
    const header = new DataView(new ArrayBuffer(this.rewriteBytes[index]));
    this.write(index, header, 0);
    return new Uint8Array(header.buffer);
  }

  /** Takes over an interface's new MTU. */
  refreshMtu(changed: Interface): void {
    for (let index = 0; index < this.used; index++)
      if (this.swIfIndex[index] === changed.swIfIndex)
        this.mtuBytes[index] = this.mtuOf(changed, this.isIp6[index] === 1);
  }

  /** Takes over an interface's new MAC. */
  refreshMac({ swIfIndex, mac }: Interface): void {
    for (let index = 0; index < this.used; index++) {
      if (this.swIfIndex[index] !== swIfIndex) continue;
      this.rewrite[index * 3 + 1] = (this.rewrite[index * 3 + 1] & 0xffff0000) | mac.high;
      this.rewrite[index * 3 + 2] = mac.low;
    }
  }

  private add(state: number, nextHop: number, swIfIndex: number, isIp6: boolean): number {
    const index = this.used++;
    if (this.used > this.state.length) this.grow();
    this.state[index] = state;
    this.nextHop[index] = nextHop;
    this.swIfIndex[index] = swIfIndex;
    this.isIp6[index] = isIp6 ? 1 : 0;
    this.mtuBytes[index] = this.mtuOf(this.interfaces.all[swIfIndex], isIp6);
    this.writeHeader(index, BROADCAST, isIp6 ? ethernet.TYPE_IP6 : ethernet.TYPE_ARP);
    return index;
  }

  private writeHeader(index: number, destination: MacAddress, etherType: number): void {
    const { header } = this;
    const on = this.interfaces.all[this.swIfIndex[index]];
    writeRewrite(on, header, 0, destination, etherType);
    this.rewriteBytes[index] = rewriteBytesOf(on);
    for (let word = 0; word < 3; word++) this.rewrite[index * 3 + word] = header.getInt32(word * 4);
    this.etherType[index] = ethernet.type(header, 0);
    for (let tag = 0; tag < MAX_TAGS; tag++)
      this.tags[index * MAX_TAGS + tag] = header.getInt32(ethernet.HEADER_BYTES + tag * vlan.TAG_BYTES);
  }

  private grow(): void {
    this.state = grown(this.state);
    this.isIp6 = grown(this.isIp6);
    this.swIfIndex = grown(this.swIfIndex);
    this.nextHop = grown(this.nextHop);
    this.mtuBytes = grown(this.mtuBytes);
    this.rewrite = grown(this.rewrite);
    this.rewriteBytes = grown(this.rewriteBytes);
    this.etherType = grown(this.etherType);
    this.tags = grown(this.tags);
  }
}
