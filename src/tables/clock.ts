/** The only clock there is: capture time. */
export class Clock {
  /**
   * Seconds since the replay's first frame, plus START. VPP's own clock (vlib_time_now) starts with the process; the
   * recordings' processes were configured within their first second.
   */
  now = START_SECONDS;
}

/** What the clock shows at the first frame: some time passes between VPP's start and traffic. */
export const START_SECONDS = 1;
