/**
 * Load balances, one per forwarding entry: buckets of data-path objects (VPP 19.08 src/vnet/dpo/load_balance.h). Structure
 * of arrays; an index stays with its entry for life, so the trie never changes when an entry's forwarding does.
 */

import { grown } from '../engine/state/grown.js';
import type { AddressFamily } from './address-family.js';
import { DPO_DROP } from './dpo.js';
import { FLOW_HASH_DEFAULT } from './flow-hash.js';
import { normalizeNextHops, type NextHop } from './multipath.js';

/** drop_dpo_get: the protocol. */
export const dropIndexOf = ({ isIp6 }: AddressFamily): number => (isIp6 ? 1 : 0);

export class LoadBalances {
  /** Start of a load balance's buckets, and how many they are (a power of two). */
  first = new Int32Array(64);
  count = new Int32Array(64);
  hashConfig = new Int32Array(64);
  /** 1 where the uRPF list has an interface: there is a way to the sources this entry covers. */
  hasUrpf = new Uint8Array(64);
  /** 1 for those of IPv6's tables. */
  isIp6 = new Uint8Array(64);
  dpoType = new Uint8Array(128);
  dpoIndex = new Int32Array(128);
  private used = 0;
  private usedBuckets = 1;
  /** Buckets a load balance has room for. */
  private room = new Int32Array(64);
  private readonly free: number[] = [];

  /** @param reserved load balances that VPP has made before those of the first IPv4 table; their indices show in traces */
  constructor(reserved: number) {
    this.reserve(reserved);
  }

  /** Skips indices of load balances that VPP makes for IPv6. */
  reserve(count: number): void {
    for (let i = 0; i < count; i++) this.count[this.used++] = 1;
  }

  /** Number of indices in use or once used; larger ones are no load balance. */
  get size(): number {
    return this.used;
  }

  /** A load balance that drops. */
  add(family: AddressFamily): number {
    const index = this.free.pop() ?? this.used++;
    this.grow();
    this.hashConfig[index] = FLOW_HASH_DEFAULT;
    this.isIp6[index] = dropIndexOf(family);
    this.update(index, [], false);
    return index;
  }

  remove(index: number): void {
    this.update(index, [], false);
    this.free.push(index);
  }

  /** load_balance_multipath_update: fills the buckets from weighted hops; none means drop. */
  update(index: number, hops: readonly NextHop[], hasUrpf: boolean): void {
    const drop: NextHop = { dpoType: DPO_DROP, dpoIndex: this.isIp6[index], weight: 1 };
    const buckets = normalizeNextHops(hops.length > 0 ? hops : [drop]);
    if (buckets.length > this.room[index]) {
      this.first[index] = this.usedBuckets;
      this.room[index] = buckets.length;
      this.usedBuckets += buckets.length;
      this.growBuckets();
    }
    this.count[index] = buckets.length;
    this.hasUrpf[index] = hasUrpf ? 1 : 0;
    buckets.forEach(({ dpoType, dpoIndex }, bucket) => {
      this.dpoType[this.first[index] + bucket] = dpoType;
      this.dpoIndex[this.first[index] + bucket] = dpoIndex;
    });
  }

  private grow(): void {
    if (this.used <= this.first.length) return;
    this.first = grown(this.first);
    this.count = grown(this.count);
    this.room = grown(this.room);
    this.hashConfig = grown(this.hashConfig);
    this.hasUrpf = grown(this.hasUrpf);
    this.isIp6 = grown(this.isIp6);
  }

  private growBuckets(): void {
    if (this.usedBuckets <= this.dpoType.length) return;
    const slots = Math.max(this.dpoType.length * 2, this.usedBuckets);
    this.dpoType = grown(this.dpoType, slots);
    this.dpoIndex = grown(this.dpoIndex, slots);
  }
}
