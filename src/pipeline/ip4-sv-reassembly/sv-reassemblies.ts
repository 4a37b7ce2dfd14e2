/**
 * Datagrams in fragments, as shallow virtual reassembly knows them: what the first fragment says, and fragments that wait for it. All
 * of a node's interfaces, in both directions, share them (VPP 26.06 src/vnet/ip/reass/ip4_sv_reass.c).
 */

import type { Clock } from '../engine/state/clock.js';
import { FlowHashTable4 } from '../engine/state/flow-hash-table.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { BUFFER_COLUMNS, buffersOf, savedBuffer } from '../engine/saved-buffer.js';
import { savedFreeList, savedRow, type SavedState } from '../engine/state/saved-states.js';

const TIMEOUT_SECONDS = 0.1;
const REASSEMBLIES_MAX = 1024;
/** Interval of the process that clears what timed out. */
const EXPIRE_WALK_SECONDS = 10;
/** Fragments that may wait: one more ends the reassembly. */
export const FRAGMENTS_MAX = 3;

export type SvKey = readonly [fibIndex: number, source: number, destination: number, idAndProtocol: number];

/** What ended an older reassembly before this one was found or made; for the trace. */
export const NOTHING_ENDED = 0;
export const TIMED_OUT = 1;
export const LRU_PRESSURE = 2;

/** ip4_sv_reass_t */
export class SvReassembly {
  /** Operations traced so far. */
  operations = 0;
  hasFirst = false;
  l4Protocol = 0;
  l4SourcePort = 0;
  l4DestinationPort = 0;
  icmpTypeOrTcpFlags = 0;
  /** Of TCP, the sequence number (PacketBuffer has more about it). */
  localRxSwIfIndex = 0;
  /** Fragments that wait, in order of arrival. */
  readonly held: PacketBuffer[] = [];

  constructor(
    readonly key: SvKey,
    readonly id: number,
    public lastHeard: number,
  ) {}
}

/** Numbers of a reassembly, in the order in which they are saved. */
const FIELDS = [
  'operations',
  'l4Protocol',
  'l4SourcePort',
  'l4DestinationPort',
  'icmpTypeOrTcpFlags',
  'localRxSwIfIndex',
] as const satisfies readonly (keyof SvReassembly)[];

export class SvReassemblies {
  /** What `findOrCreate` ended before: TIMED_OUT, LRU_PRESSURE, or nothing. */
  ended = NOTHING_ENDED;
  /** Fragments that waited in vain, for the node to release. */
  readonly discarded: PacketBuffer[] = [];
  private readonly byKey = new FlowHashTable4();
  private pool: (SvReassembly | null)[] = [];
  private free: number[] = [];
  /** In order of creation, which using one does not change. */
  private readonly active = new Set<SvReassembly>();
  private made = 0;
  private lastWalk: number;

  constructor(private readonly clock: Clock) {
    this.lastWalk = clock.now;
  }

  readonly saved: readonly SavedState[] = [
    savedRow(
      'ip4 sv reassemblies',
      'made so far, when those were cleared last that timed out',
      () => [this.made, this.lastWalk],
      ([made, lastWalk]) => {
        this.made = made;
        this.lastWalk = lastWalk;
      },
    ),
    savedFreeList(
      'ip4 sv reassembly',
      () => ({ length: this.pool.length, free: this.free }),
      (length, free) => {
        this.pool = new Array<null>(length).fill(null);
        this.free = [...free];
      },
    ),
    {
      name: 'ip4 sv reassembly',
      columns: `index, key (4 words), number, last heard, ${FIELDS.join(', ')}, hasFirst, fragments that wait, and of each ${BUFFER_COLUMNS}`,
      save: () =>
        Array.from(this.active, (one) => [
          this.byKey.get(...one.key),
          ...one.key,
          one.id,
          one.lastHeard,
          ...FIELDS.map((field) => one[field]),
          Number(one.hasFirst),
          one.held.length,
          ...one.held.flatMap(savedBuffer),
        ]),
      restore: (rows) => {
        this.byKey.clear();
        this.active.clear();
        for (const row of rows) {
          const [at, fib, source, destination, id, number, lastHeard, ...fields] = row;
          const one = new SvReassembly([fib, source, destination, id], number, lastHeard);
          FIELDS.forEach((field, i) => (one[field] = fields[i]));
          one.hasFirst = fields[FIELDS.length] === 1;
          one.held.push(...buffersOf(row, row.length - fields.length + FIELDS.length + 1));
          this.pool[at] = one;
          this.active.add(one);
          this.byKey.set(...one.key, at);
        }
      },
    },
  ];

  /** ip4_sv_reass_find_or_create */
  findOrCreate(key: SvKey): SvReassembly {
    const { now } = this.clock;
    this.ended = NOTHING_ENDED;
    if (now - this.lastWalk > EXPIRE_WALK_SECONDS) this.expire();
    const index = this.byKey.get(...key);
    const known = index < 0 ? null : this.pool[index];
    if (known) {
      if (now <= known.lastHeard + TIMEOUT_SECONDS) {
        known.lastHeard = now;
        return known;
      }
      this.end(known);
      this.ended = TIMED_OUT;
    }
    if (this.active.size >= REASSEMBLIES_MAX) {
      const [oldest] = this.active;
      this.end(oldest);
      this.ended = LRU_PRESSURE;
    }
    const reassembly = new SvReassembly(key, this.made++, now);
    const at = this.free.pop() ?? this.pool.length;
    this.pool[at] = reassembly;
    this.active.add(reassembly);
    this.byKey.set(...key, at);
    return reassembly;
  }

  /** ip4_sv_reass_free */
  end(reassembly: SvReassembly): void {
    const index = this.byKey.get(...reassembly.key);
    this.byKey.delete(...reassembly.key);
    this.active.delete(reassembly);
    this.pool[index] = null;
    this.free.push(index);
    this.discarded.push(...reassembly.held);
  }

  private expire(): void {
    const { now } = this.clock;
    this.lastWalk = now;
    for (const one of [...this.active]) if (now > one.lastHeard + TIMEOUT_SECONDS) this.end(one);
  }
}
