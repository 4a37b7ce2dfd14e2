/** How far the clocks of captures are apart, by packets that one capture has as they arrived and another one as they were sent. */

import type { CapturedFrame } from '../captured-frame.js';

/** Packets that are kept, and those of two captures that it takes. */
const KEPT = 1 << 14;
const LEAST = 3;

export interface ClockOffset {
  readonly capture: string;
  /** The one that it is compared with. */
  readonly than: string;
  /** Seconds by which it is ahead. */
  readonly seconds: number;
}

interface Seen {
  readonly capture: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

export class Clocks {
  private readonly arrived = new Map<number, Seen>();
  private readonly sent = new Map<number, Seen>();
  /** By capture where packets arrived, then by the one where they were sent: seconds from here to there. */
  private readonly delays: ((number[] | undefined)[] | undefined)[] = [];

  /** @param key PacketFacts.key, 0 for none */
  noteArrived(key: number, frame: CapturedFrame): void {
    this.note(this.arrived, this.sent, key, frame);
  }

  noteSent(key: number, frame: CapturedFrame): void {
    this.note(this.sent, this.arrived, key, frame);
  }

  private note(own: Map<number, Seen>, others: Map<number, Seen>, key: number, frame: CapturedFrame): void {
    if (key === 0 || own.size >= KEPT || own.has(key)) return;
    const { capture, seconds, nanoseconds } = frame;
    own.set(key, { capture, seconds, nanoseconds });
    const other = others.get(key);
    if (other === undefined || other.capture === capture) return;
    const isArrival = own === this.arrived;
    const [from, to] = isArrival ? [capture, other.capture] : [other.capture, capture];
    ((this.delays[from] ??= [])[to] ??= []).push((isArrival ? -1 : 1) * frame.since(other));
  }

  /**
   * Of each capture that is ahead of or behind the first one that it can be compared with by more than `least`; with packets of one
   * direction only, by more than `longest`, how long packets may be in the node.
   */
  offsets(names: readonly string[], least: number, longest: number): ClockOffset[] {
    const found: ClockOffset[] = [];
    for (let capture = 1; capture < names.length; capture++)
      for (let than = 0; than < capture; than++) {
        const [forth = [], home = []] = [this.delays[than]?.[capture], this.delays[capture]?.[than]];
        if (forth.length + home.length < LEAST) continue;
        const [there, back] = [median(forth), median(home)];
        const seconds = there !== null && back !== null ? (there - back) / 2 : (there ?? -(back ?? 0));
        const isDelay = (there === null || back === null) && (there ?? back ?? 0) >= 0 && Math.abs(seconds) <= longest;
        if (Math.abs(seconds) > least && !isDelay) found.push({ capture: names[capture], than: names[than], seconds });
        break;
      }
    return found;
  }
}

const median = (values: number[]): number | null =>
  values.length === 0 ? null : [...values].sort((a, b) => a - b)[values.length >> 1];
