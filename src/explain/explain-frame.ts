/** Replays captures up to a frame and tells what happened to it and why. */

import type { FrameReader } from '../capture/frame-batch.js';
import type { NodeScript } from '../config/node-script.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { countedAs, isOf, type FrameRange } from '../filter/chosen-frames.js';
import { FrameExplainer, type Explanation } from './frame-explainer.js';

/** Ends the reading of captures once the frame has run. */
class Explained extends Error {}

/**
 * @param frame one frame; where several captures have the name, the first that is met
 * @returns null where there is none; `counts` tells how many frames the captures have
 */
export async function explainFrame(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  frame: FrameRange,
  fixChecksums = false,
): Promise<{ readonly explanation: Explanation | null; readonly counts: readonly number[] }> {
  let explanation: Explanation | null = null;
  const counts: number[] = [];
  const explainer = new FrameExplainer(
    script,
    {
      next: (batch, first, end, inputs) => {
        counts[inputs.capture] = batch.firstNumber + end - 1;
        const wanted = isOf(frame, inputs.capture) ? frame[0] - countedAs(frame, inputs, batch.firstNumber) : end;
        return wanted < first || wanted >= end ? end : wanted;
      },
      ran: (explain) => {
        explanation = explain();
        throw new Explained();
      },
    },
    fixChecksums,
  );
  try {
    await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  } catch (error) {
    if (!(error instanceof Explained)) throw error;
  }
  return { explanation, counts };
}
