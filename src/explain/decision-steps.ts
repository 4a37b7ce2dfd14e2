/** What was decided about a frame, each decision as a sentence with the line of the configuration behind it. */

import type { FrameSteps } from '../outcome/frame-steps.js';
import type { ConfigLine, ConfigLines } from './config-lines.js';

export interface Step {
  readonly node: string;
  readonly text: string;
  readonly config: ConfigLine | null;
}

/** Steps of the frame that ran last. */
export const decisionSteps = (steps: FrameSteps, lines: ConfigLines): Step[] =>
  steps.about(FRAME_ITSELF).flatMap(({ at, node, words }) => {
    const sentence = words.sentence?.(at, steps) ?? null;
    return sentence === null ? [] : [{ node, text: sentence.text, config: lines.at(sentence.origin) }];
  });

const FRAME_ITSELF = 0;
