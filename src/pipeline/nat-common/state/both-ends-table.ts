/** Sessions by both ends: two addresses, and two words of ports, protocol and FIB, as each kind of NAT44 packs them. */

import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';
import { AddressFilter } from '../../engine/state/address-filter.js';

export class BothEndsTable extends FlowHashTable4 {
  private readonly firsts = new AddressFilter();
  private readonly seconds = new AddressFilter();

  override get(first: number, second: number, word0: number, word1: number): number {
    const mayBe = this.firsts.mayHave(first) && this.seconds.mayHave(second);
    return mayBe ? super.get(first, second, word0, word1) : -1;
  }

  override set(first: number, second: number, word0: number, word1: number, session: number): number {
    const before = super.set(first, second, word0, word1, session);
    if (before < 0) this.count(first, second, 1);
    return before;
  }

  override delete(first: number, second: number, word0: number, word1: number): number {
    const gone = super.delete(first, second, word0, word1);
    if (gone >= 0) this.count(first, second, -1);
    return gone;
  }

  override clear(): void {
    super.clear();
    this.firsts.clear();
    this.seconds.clear();
  }

  private count(first: number, second: number, keys: number): void {
    this.firsts.count(first, keys);
    this.seconds.count(second, keys);
  }
}
