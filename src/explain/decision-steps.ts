/** What was decided about a frame, each decision as a sentence with the line of the configuration behind it. */

import type { NodeScript } from '../config/node-script.js';
import { originOf } from '../pipeline/command/apply-command.js';
import type { FrameSteps } from '../outcome/frame-steps.js';

/** A command of a script. */
export interface ConfigLine {
  readonly file: string;
  readonly line: number;
  /** The command, shortened. */
  readonly text: string;
}

export interface Step {
  readonly node: string;
  readonly text: string;
  readonly config: ConfigLine | null;
}

const FRAME_ITSELF = 0;
const LONGEST_COMMAND = 120;

/** Steps of the frame that ran last. */
export const decisionSteps = (steps: FrameSteps, script: NodeScript): Step[] =>
  steps.about(FRAME_ITSELF).flatMap(({ at, node, words }) => {
    const sentence = words.sentence?.(at, steps) ?? null;
    return sentence === null ? [] : [{ node, text: sentence.text, config: configLine(script, sentence.origin) }];
  });

/** The command at 'file:line'. */
export function configLine({ commands }: NodeScript, origin: string): ConfigLine | null {
  const command = commands.find((each) => originOf(each) === origin);
  return command ? { ...command.at, text: shorten(command.text) } : null;
}

const shorten = (text: string): string =>
  text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 2)} …` : text;
