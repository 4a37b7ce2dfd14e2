/** The time of day, finer than Date tells it. */

/** Where the two clocks are further apart, the system's was set. */
const STEP_MILLISECONDS = 5;

export class WallClock {
  private offset = Date.now() - performance.now();

  /** Seconds since 1970, to about a microsecond. */
  now(): number {
    const elapsed = performance.now();
    const coarse = Date.now();
    if (Math.abs(coarse - elapsed - this.offset) > STEP_MILLISECONDS) this.offset = coarse - elapsed;
    return (this.offset + elapsed) / 1000;
  }
}
