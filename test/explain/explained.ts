/** What `vppcap explain` says of a frame in memory. */

import type { StateText } from '../../src/config/node-script.js';
import { parseScript } from '../../src/config/parse-script.js';
import { explainFrame } from '../../src/explain/explain-frame.js';
import { explanationLines } from '../../src/explain/explanation-text.js';
import { captureOf, type GivenFrame } from '../verify/frames.js';

/** A frame and where it arrives. */
export type Arriving = readonly [on: string, bytes: Uint8Array, more?: Partial<GivenFrame>];

export const givenFrames = (frames: readonly Arriving[]): GivenFrame[] =>
  frames.map(([on, bytes, more], i) => ({ hex: Buffer.from(bytes).toString('hex'), on, time: i + 1, ...more }));

/** The lines about the last of some frames, before which the others ran. */
export async function explained(
  config: readonly string[],
  frames: readonly Arriving[],
  { fixChecksums = false, state }: { readonly fixChecksums?: boolean; readonly state?: readonly StateText[] } = {},
): Promise<string[]> {
  const script = { ...parseScript(config.join('\n'), 'test.vpp'), ...(state && { state }) };
  const capture = captureOf(givenFrames(frames));
  const { explanation } = await explainFrame(script, [capture], [null], [frames.length, frames.length], fixChecksums);
  if (explanation === null) throw new Error('there is no such frame');
  return explanationLines(explanation);
}
