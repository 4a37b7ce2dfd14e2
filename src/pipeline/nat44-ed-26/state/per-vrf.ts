/**
 * Sessions counted by inside and outside VRF: those of a VRF that NAT44 has no interface in any more are expired as a whole (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed_inlines.h per_vrf_sessions_register_session, nat44_ed.c expire_per_vrf_sessions).
 */

import type { SavedState } from '../../engine/state/saved-states.js';
import { IndexPool } from '../../nat-common/state/index-pool.js';

interface VrfPair {
  readonly rx: number;
  readonly tx: number;
  sessions: number;
  isExpired: boolean;
}

export class PerVrfSessions {
  private pairs = new IndexPool<VrfPair>();
  /** Interfaces' roles by FIB. */
  private readonly roles = new Map<number, number>();
  /** False while none ever expired, which nodes ask for every packet. */
  hasExpired = false;

  readonly saved: SavedState = {
    name: 'nat44 ed VRFs',
    columns: 'index, FIB inside, outside, sessions, whether they are expired',
    save: () =>
      this.pairs
        .entries()
        .map(([index, { rx, tx, sessions, isExpired }]) => [index, rx, tx, sessions, Number(isExpired)]),
    restore: (rows) => {
      this.pairs = new IndexPool();
      this.hasExpired = rows.some(([, , , , isExpired]) => isExpired === 1);
      this.pairs.restore(
        rows.map(([index, rx, tx, sessions, isExpired]) => [index, { rx, tx, sessions, isExpired: isExpired === 1 }]),
      );
    },
  };

  /** Counts a session; returns the index of its pair. */
  register(inside: number, outside: number): number {
    const { pairs } = this;
    if (this.hasExpired) this.dropIdle();
    let index = 0;
    while (index < pairs.length && !isOf(pairs.find(index), inside, outside)) index++;
    if (index === pairs.length) index = pairs.add({ rx: inside, tx: outside, sessions: 0, isExpired: false });
    pairs.at(index).sessions++;
    return index;
  }

  /** Forgets expired pairs without sessions. */
  private dropIdle(): void {
    const { pairs } = this;
    for (const gone of pairs.values().filter(({ isExpired, sessions }) => isExpired && sessions === 0))
      pairs.remove(pairs.findIndex((one) => one === gone));
  }

  unregister(index: number): void {
    this.pairs.at(index).sessions--;
  }

  isExpired(index: number): boolean {
    return this.pairs.at(index).isExpired;
  }

  /** update_per_vrf_sessions_pool: an interface in this FIB got a role, or lost one. */
  changeRole(fibIndex: number, isDelete: boolean): void {
    const roles = (this.roles.get(fibIndex) ?? 0) + (isDelete ? -1 : 1);
    this.roles.set(fibIndex, roles);
    if (isDelete && roles === 0) this.expire(fibIndex);
  }

  /** No session is left. */
  clear(): void {
    this.pairs = new IndexPool();
  }

  /** expire_per_vrf_sessions */
  expire(fibIndex: number): void {
    for (const pair of this.pairs.values()) {
      if (pair.rx !== fibIndex && pair.tx !== fibIndex) continue;
      pair.isExpired = true;
      this.hasExpired = true;
    }
  }
}

/** True for the pair that counts sessions between two FIBs, whichever of them is inside. */
const isOf = (pair: VrfPair | undefined, inside: number, outside: number): boolean =>
  pair?.isExpired === false &&
  ((pair.rx === inside && pair.tx === outside) || (pair.tx === inside && pair.rx === outside));
