/** Which code an input reaches: V8's block coverage of the compiled sources. */

import { Session, type Profiler } from 'node:inspector';

const OURS = '/dist/src/';

export class CoverageGuide {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  /** @param countsRuns blocks that ran in another order of magnitude are new ones, too */
  constructor(private readonly countsRuns = true) {}

  start(): void {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.session.disconnect();
  }

  /** Blocks that ran since the last call, in so many orders of magnitude, and never had before. */
  takeNew(): number {
    const before = this.seen.size;
    // A session of the thread's own isolate answers before post returns.
    this.session.post('Profiler.takePreciseCoverage', (_, { result }: Profiler.TakePreciseCoverageReturnType) => {
      for (const { url, scriptId, functions } of result)
        if (url.includes(OURS))
          for (const { ranges } of functions)
            for (const { startOffset, endOffset, count } of ranges)
              if (count > 0)
                this.seen.add(
                  `${scriptId} ${startOffset} ${endOffset} ${this.countsRuns ? 31 - Math.clz32(count) : ''}`,
                );
    });
    return this.seen.size - before;
  }
}
