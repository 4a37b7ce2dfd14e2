/** Feeds captures into a dataplane, merged by time. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { CaptureMerge } from '../capture/merge.js';
import type { FrameBatch, FrameReader } from '../capture/frame-batch.js';
import type { FrameTarget, Ingress, Reception } from './ingress.js';

/**
 * Regular files are read without waiting, so no signal would be heard before the end if the event loop did not get a turn
 * now and then: with the flow cache after 8 MB, some 0.05 s, since a turn at each fill (0.5 MB) takes 5 % of such a replay.
 */
const FILLS_PER_TURN = 16;

/** What has to happen on the way; both may be left out. */
export interface FeedEvents {
  /** Before the first frame, if there is any, when every capture has shown its first ones, and with them its interfaces. */
  readonly start?: () => void;
  /** After frames of one batch have run, before its chunk is read into again. */
  readonly endBatch?: () => void;
  /** Before more is read, for which the reader of a pipe may have to be waited for: what came so far goes on its way first. */
  readonly beforeFill?: () => Promise<void> | null;
  /** After so many fills: true where somebody else goes on from here. */
  readonly leaveAfter?: (fills: number) => boolean;
}

/** Runs frames [first, end) of a batch: an Ingress, or FlowPasses. */
export interface FrameRunner {
  run(batch: FrameBatch, first: number, end: number, reception: Reception): void;
}

/** The same, with a look at what is to run. */
export const watched = (
  runner: FrameRunner,
  look: (batch: FrameBatch, first: number, end: number) => void,
): FrameRunner => ({
  run: (batch, first, end, reception) => {
    look(batch, first, end);
    runner.run(batch, first, end, reception);
  },
});

/**
 * Runs all frames of the captures. `interfaceNames` says, by capture, on which VPP interface they arrived; null where the
 * capture or each frame's MACs decide. Returns null at the end, or how frames are received where `leaveAfter` ended it before;
 * then no frame is left that was read.
 */
export async function feedCaptures<T extends FrameTarget>(
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  ingress: Ingress<T>,
  { start, endBatch, beforeFill, leaveAfter }: FeedEvents = {},
  runner: FrameRunner = ingress,
): Promise<readonly Reception[] | null> {
  const merge = new CaptureMerge(readers);
  const receptions = ingress.open(readers.map(({ name }) => name));
  let index = 0;
  let hasFrames = await merge.fill();
  start?.();
  for (let fills = 1; hasFrames; fills++) {
    if (runner === ingress || fills % FILLS_PER_TURN === 0) await nextTurn();
    while (merge.nextRun()) {
      const { readerIndex: k, batch } = merge;
      for (let first = merge.first; first < merge.end;) {
        ingress.startRun(k, batch, first, index);
        ingress.change(batch, first, index);
        ingress.bind(receptions[k], readers[k].interfaces, interfaceNames[k]);
        ingress.readDirections(receptions[k], interfaceNames[k], batch);
        const end = ingress.changes?.endOfRun(batch, first, merge.end, index) ?? merge.end;
        runner.run(batch, first, end, receptions[k]);
        index += end - first;
        first = end;
      }
      endBatch?.();
    }
    const wait = beforeFill?.() ?? null;
    if (wait !== null) await wait;
    if (leaveAfter?.(fills) === true) return receptions;
    hasFrames = await merge.fill();
  }
  return null;
}
