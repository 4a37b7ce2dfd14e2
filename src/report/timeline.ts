/** Counts by time, in a bounded number of equal intervals, whatever the capture's length: intervals are joined in pairs when they run out. */

import type { Timeline } from './report-data.js';

const INTERVALS = 600;
const FIRST_INTERVAL_SECONDS = 1e-4;
const COUNTS = ['frames', 'drops', 'flows'] as const;

export type Counted = (typeof COUNTS)[number];

export class TimelineCounts {
  private start = NaN;
  private interval = FIRST_INTERVAL_SECONDS;
  private used = 0;
  private readonly counts = { frames: columns(), drops: columns(), flows: columns() };

  /** @param time in seconds since 1970; what is before the first counts with it */
  count(what: Counted, time: number): void {
    if (Number.isNaN(this.start)) this.start = time;
    let at = Math.max(0, Math.floor((time - this.start) / this.interval));
    for (; at >= INTERVALS; at = Math.floor((time - this.start) / this.interval)) this.joinPairs();
    this.counts[what][at]++;
    this.used = Math.max(this.used, at + 1);
  }

  /** Seconds since 1970 of what was counted first. */
  get first(): number {
    return Number.isNaN(this.start) ? 0 : this.start;
  }

  result(): Timeline {
    const shown = (what: Counted): number[] => Array.from(this.counts[what].subarray(0, this.used));
    const { interval } = this;
    return { start: this.first, interval, frames: shown('frames'), drops: shown('drops'), flows: shown('flows') };
  }

  private joinPairs(): void {
    this.interval *= 2;
    this.used = Math.ceil(this.used / 2);
    for (const what of COUNTS) {
      const counts = this.counts[what];
      for (let at = 0; at < INTERVALS / 2; at++) counts[at] = counts[2 * at] + counts[2 * at + 1];
      counts.fill(0, INTERVALS / 2);
    }
  }
}

const columns = (): Float64Array => new Float64Array(INTERVALS);
