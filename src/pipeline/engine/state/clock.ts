/** The only clock there is: capture time. */

import { savedRow } from './saved-states.js';

export class Clock {
  /**
   * Seconds since the replay's first frame, plus START. VPP's own clock (vlib_time_now) starts with the process; the
   * recordings' processes were configured within their first second.
   */
  now = START_SECONDS;
  /** What it shows at the first frame. */
  private start = START_SECONDS;
  private firstSeconds = NaN;
  private firstNanoseconds = 0;

  /** The node had run for so many seconds when the first frame came. */
  startAt(seconds: number): void {
    this.start = seconds;
    this.now = seconds;
  }

  /** What the clock shows at a capture time, once it has been advanced at all; `now` or later. */
  at(seconds: number, nanoseconds: number, now = this.now): number {
    const time = this.start + (seconds - this.firstSeconds + (nanoseconds - this.firstNanoseconds) * 1e-9);
    // Captures may hold frames out of order; time never runs backwards for VPP.
    return time > now ? time : now;
  }

  readonly saved = savedRow(
    'clock',
    'seconds now, at the first frame; capture time of that in seconds and nanoseconds',
    () => [this.now, this.start, this.firstSeconds, this.firstNanoseconds],
    ([now, start, seconds, nanoseconds]) => {
      this.now = now;
      this.start = start;
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
    },
  );

  /** Goes on to the capture time of a frame. The first one starts the clock. */
  advance(seconds: number, nanoseconds: number): void {
    if (Number.isNaN(this.firstSeconds)) {
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
    }
    this.now = this.at(seconds, nanoseconds);
  }
}

/** What the clock shows at the first frame: some time passes between VPP's start and traffic. */
export const START_SECONDS = 1;
