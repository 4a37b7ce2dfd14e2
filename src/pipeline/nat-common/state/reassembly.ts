/**
 * Virtual reassembly (VPP 19.08 src/plugins/nat/nat_reass.c): remembers what the first fragment of a datagram decided,
 * and holds fragments that came before it. Reassemblies are reused, oldest first, never freed: at most 1024 of them.
 */

import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';

import { BUFFER_COLUMNS, buffersOf, savedBuffer } from '../../engine/saved-buffer.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import { savedKeys4, type SavedRow, type SavedState } from '../../engine/state/saved-states.js';

const TIMEOUT_SECONDS = 2;
const MAX_REASSEMBLIES = 1024;
const MAX_FRAGMENTS = 5;

/** NAT_REASS_FLAG_* */
const MAX_FRAGMENTS_EXCEEDED = 1;
export const REASS_CLASSIFY_ED_CONTINUE = 2;
export const REASS_DONT_TRANSLATE = 4;

/** NAT_REASS_IP4_CLASSIFY_* */
export const CLASSIFY_NONE = 0;
export const CLASSIFY_IN2OUT = 1;
export const CLASSIFY_OUT2IN = 2;

/** One datagram's state; F is what a fragment is held as. */
export class Reassembly<F> {
  source = 0;
  destination = 0;
  identification = 0;
  protocol = 0;
  /** Session the first fragment belongs to, or -1. */
  session = -1;
  lastHeard = 0;
  flags = 0;
  classifyNext = CLASSIFY_NONE;
  /** Fragments waiting for the first one, in order of arrival. */
  readonly fragments: F[] = [];
}

/** Numbers of a reassembly, in the order in which they are saved. */
const FIELDS = [
  'source',
  'destination',
  'identification',
  'protocol',
  'session',
  'lastHeard',
  'flags',
  'classifyNext',
] as const satisfies readonly (keyof Reassembly<object>)[];

export class Reassemblies<F> {
  /** Fragments the last call gave up; whoever called drops and clears them. */
  readonly toDrop: F[] = [];
  private readonly pool: Reassembly<F>[] = [];
  private readonly byKey = new FlowHashTable4();
  /** Pool indices, least recently heard of first. */
  private readonly older = new Int32Array(MAX_REASSEMBLIES + 1);
  private readonly newer = new Int32Array(MAX_REASSEMBLIES + 1);

  /** Of one whose fragments are buffers. */
  saved(this: Reassemblies<object>): SavedState[] {
    return [
      savedKeys4('nat44 reassembly', () => this.byKey),
      {
        name: 'nat44 reassembly',
        columns: `index, source, destination, identification, protocol, session, last heard, flags, direction, fragments that wait, and of each ${BUFFER_COLUMNS}`,
        save: () => this.rows(),
        restore: (rows) => {
          this.restore(rows);
        },
      },
    ];
  }

  /** Least recently heard of first. */
  private *rows(this: Reassemblies<object>): Generator<SavedRow> {
    for (let at = this.newer[MAX_REASSEMBLIES]; at !== MAX_REASSEMBLIES; at = this.newer[at]) {
      const { fragments, ...one } = this.pool[at];
      const fragmentRows = (fragments as PacketBuffer[]).flatMap(savedBuffer);
      yield [at, ...FIELDS.map((field) => one[field]), fragments.length, ...fragmentRows];
    }
  }

  private restore(this: Reassemblies<object>, rows: readonly SavedRow[]): void {
    this.pool.length = 0;
    this.older[MAX_REASSEMBLIES] = this.newer[MAX_REASSEMBLIES] = MAX_REASSEMBLIES;
    for (const row of rows) {
      const [at, ...rest] = row;
      const one = (this.pool[at] = new Reassembly<object>());
      FIELDS.forEach((field, i) => (one[field] = rest[i]));
      one.fragments.push(...buffersOf(row, FIELDS.length + 1));
      this.append(at);
    }
  }

  constructor() {
    this.older[MAX_REASSEMBLIES] = MAX_REASSEMBLIES;
    this.newer[MAX_REASSEMBLIES] = MAX_REASSEMBLIES;
  }

  /** nat_ip4_reass_find_or_create; null where there are too many, or the datagram had too many fragments. */
  findOrCreate(
    source: number,
    destination: number,
    identification: number,
    protocol: number,
    now: number,
  ): Reassembly<F> | null {
    const index = this.byKey.get(source, destination, identification, protocol);
    const known = index >= 0 ? this.pool[index] : null;
    if (known && now < known.lastHeard + TIMEOUT_SECONDS) {
      known.lastHeard = now;
      this.unlink(index);
      this.append(index);
      return known.flags & MAX_FRAGMENTS_EXCEEDED ? null : known;
    }
    const fresh = this.pool.length < MAX_REASSEMBLIES ? this.pool.push(new Reassembly<F>()) - 1 : this.reuseOldest(now);
    if (fresh < 0) return null;
    this.append(fresh);
    const reassembly = this.pool[fresh];
    reassembly.source = source;
    reassembly.destination = destination;
    reassembly.identification = identification;
    reassembly.protocol = protocol;
    reassembly.session = -1;
    reassembly.lastHeard = now;
    reassembly.flags = 0;
    reassembly.classifyNext = CLASSIFY_NONE;
    this.byKey.set(source, destination, identification, protocol, fresh);
    return reassembly;
  }

  /** True while a fragment may still be held; else all held ones go to `toDrop` and the datagram is refused from now on. */
  mayHold(reassembly: Reassembly<F>): boolean {
    if (reassembly.fragments.length < MAX_FRAGMENTS) return true;
    reassembly.flags |= MAX_FRAGMENTS_EXCEEDED;
    this.giveUp(reassembly);
    return false;
  }

  private giveUp({ fragments }: Reassembly<F>): void {
    for (const fragment of fragments) this.toDrop.push(fragment);
    fragments.length = 0;
  }

  private reuseOldest(now: number): number {
    const index = this.newer[MAX_REASSEMBLIES];
    const oldest = this.pool[index];
    if (now < oldest.lastHeard + TIMEOUT_SECONDS) return -1;
    this.unlink(index);
    const { source, destination, identification, protocol } = oldest;
    if (this.byKey.get(source, destination, identification, protocol) === index)
      this.byKey.delete(source, destination, identification, protocol);
    this.giveUp(oldest);
    return index;
  }

  /** The list is a ring; MAX_REASSEMBLIES is its head. */
  private append(index: number): void {
    const last = this.older[MAX_REASSEMBLIES];
    this.newer[last] = index;
    this.older[index] = last;
    this.newer[index] = MAX_REASSEMBLIES;
    this.older[MAX_REASSEMBLIES] = index;
  }

  private unlink(index: number): void {
    this.newer[this.older[index]] = this.newer[index];
    this.older[this.newer[index]] = this.older[index];
  }
}
