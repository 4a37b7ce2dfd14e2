/** What was decided about a packet, in sentences with the configuration behind them. */

import type { FrameSteps } from '../outcome/frame-steps.js';
import type { StepData } from '../pipeline/step-words.js';

export interface SentenceOf {
  readonly node: string;
  /** The kind of step: `acl`, `nat44`, `route`, `neighbour`. */
  readonly step: string;
  readonly text: string;
  /** 'file:line' of the command that decided so, '' for none. */
  readonly origin: string;
  readonly data: StepData;
}

/** About a packet, or about the one it descends from, in order; of some kinds of steps, where they are named. */
export const decisionsAbout = (
  steps: FrameSteps,
  packet: number,
  ancestor = packet,
  kinds?: readonly string[],
): SentenceOf[] =>
  steps.about(packet, ancestor).flatMap(({ at, node, words }) => {
    if (kinds?.includes(words.kind.name) === false) return [];
    const sentence = words.sentence?.(at, steps) ?? null;
    if (sentence === null) return [];
    return [{ node, step: words.kind.name, text: sentence.text, origin: sentence.origin, data: words.data(at, steps) }];
  });
