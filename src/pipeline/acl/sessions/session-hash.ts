/**
 * Finds sessions by key: the model's bihash_16_8 of the ACL plugin. Like VPP's table, it maps a key to whatever was stored last, and
 * deletes by key whatever is stored there.
 */

import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';

export class SessionHash extends FlowHashTable4 {
  /** Keys by the sw_if_index in their fourth word. */
  private readonly keysOn = new Int32Array(1 << 16);

  /** @param flowStamps told when a key changes hands between live sessions: only then can a session with a key not be the one it finds */
  constructor(private readonly flowStamps: FlowStamps) {
    super();
  }

  /** False where no session has a key on the interface, so that a look-up can be spared. */
  hasAny(swIfIndex: number): boolean {
    return this.keysOn[swIfIndex & 0xffff] !== 0;
  }

  override set(k0: number, k1: number, k2: number, k3: number, session: number): number {
    const before = super.set(k0, k1, k2, k3, session);
    if (before === -1) this.keysOn[k3 >>> 16]++;
    else if (before !== session) this.flowStamps.generation++;
    return before;
  }

  /** Removes a key of a session, even where it leads to another one. */
  remove(k0: number, k1: number, k2: number, k3: number, session: number): void {
    const before = this.delete(k0, k1, k2, k3);
    if (before === -1) return;
    this.keysOn[k3 >>> 16]--;
    if (before !== session) this.flowStamps.generation++;
  }
}
