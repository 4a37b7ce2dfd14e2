/** Sessions by one end: address, and port, protocol and FIB as in session-key.ts. */

import { FlowHashTable2 } from '../../engine/state/flow-hash-table.js';
import { AddressFilter } from '../../engine/state/address-filter.js';

export class EndTable extends FlowHashTable2 {
  private readonly filter = new AddressFilter();

  override get(address: number, word: number): number {
    return this.filter.mayHave(address) ? super.get(address, word) : -1;
  }

  override set(address: number, word: number, session: number): number {
    const before = super.set(address, word, session);
    if (before < 0) this.filter.count(address, 1);
    return before;
  }

  override delete(address: number, word: number): number {
    const gone = super.delete(address, word);
    if (gone >= 0) this.filter.count(address, -1);
    return gone;
  }

  override clear(): void {
    super.clear();
    this.filter.clear();
  }
}
