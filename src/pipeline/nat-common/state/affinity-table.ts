/**
 * Which back end of a load-balanced mapping a client sticks to (VPP 19.08 src/plugins/nat/nat_affinity.c, unchanged in 26.06). A record is
 * locked by each session made with it, and expires some time after the last one is gone.
 */

import type { Clock } from '../../engine/state/clock.js';
import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';
import { savedFreeList, savedKeys4, type SavedState } from '../../engine/state/saved-states.js';
import type { Affinity } from './static-mappings.js';

export class AffinityTable implements Affinity {
  private byKey = new FlowHashTable4();
  private free: number[] = [];
  /** Columns by record. */
  private readonly backEnd: number[] = [];
  private readonly locks: number[] = [];
  private readonly stickySeconds: number[] = [];
  /** Capture time at which an unlocked record ends. */
  private readonly expires: number[] = [];

  readonly saved: readonly SavedState[] = [
    savedKeys4('nat44 affinity', () => this.byKey),
    savedFreeList(
      'nat44 affinity',
      () => ({ length: this.backEnd.length, free: this.free }),
      (length, free) => {
        this.backEnd.length = length;
        this.free = [...free];
      },
    ),
    {
      name: 'nat44 affinity',
      columns: 'record, back end, sessions, seconds it lasts, end',
      save: () => this.backEnd.map((_, record) => [record, ...this.columns.map((column) => column[record])]),
      restore: (rows) => {
        for (const [record, ...fields] of rows) this.columns.forEach((column, i) => (column[record] = fields[i]));
      },
    },
  ];

  constructor(private readonly clock: Clock) {}

  private get columns(): readonly number[][] {
    return [this.backEnd, this.locks, this.stickySeconds, this.expires];
  }

  /** nat_affinity_disable */
  clear(): void {
    this.byKey = new FlowHashTable4();
    for (const column of [this.free, this.backEnd, this.locks, this.stickySeconds, this.expires]) column.length = 0;
  }

  findAndLock(client: number, service: number, protocol: number, port: number): number {
    const record = this.byKey.get(service, client, protocol, port);
    if (record < 0) return -1;
    if (this.locks[record] === 0 && this.expires[record] < this.clock.now) {
      this.byKey.delete(service, client, protocol, port);
      this.free.push(record);
      return -1;
    }
    this.locks[record]++;
    return this.backEnd[record];
  }

  createAndLock(
    client: number,
    service: number,
    protocol: number,
    port: number,
    backEnd: number,
    seconds: number,
  ): void {
    if (this.byKey.get(service, client, protocol, port) >= 0) return;
    const record = this.free.pop() ?? this.backEnd.length;
    this.backEnd[record] = backEnd;
    this.locks[record] = 1;
    this.stickySeconds[record] = seconds;
    this.expires[record] = 0;
    this.byKey.set(service, client, protocol, port, record);
  }

  /** nat_affinity_unlock: a session made with the record is gone. */
  unlock(client: number, service: number, protocol: number, port: number): void {
    const record = this.byKey.get(service, client, protocol, port);
    if (record < 0) return;
    this.locks[record]--;
    if (this.locks[record] === 0) this.expires[record] = this.stickySeconds[record] + this.clock.now;
  }
}
