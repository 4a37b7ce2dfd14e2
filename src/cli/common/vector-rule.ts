/** What `--vectors` says: a file of bursts, or how close together frames of one vector come. */

import { readFileSync } from 'node:fs';
import { UsageError } from '../../capture/user-error.js';
import type { VectorRule } from '../../dataplane/vector-queue.js';

const GAP = /^(\d+(?:\.\d+)?)(us|ms|s)$/;
const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1 };

/** Throws UsageError for what is neither. */
export function vectorRuleOf(given: string): VectorRule {
  const gap = GAP.exec(given);
  if (gap) return { gapSeconds: Number(gap[1]) * SECONDS[gap[2]] };
  let text: string;
  try {
    text = readFileSync(given, 'utf8');
  } catch {
    throw new UsageError(`--vectors ${given}: neither a time such as 50us nor a file that can be read`);
  }
  return { bursts: burstsOf(text, given) };
}

/** `[[first, last], …]`, indices of frames from 0, in order. */
function burstsOf(text: string, file: string): readonly (readonly [number, number])[] {
  let bursts: unknown;
  try {
    bursts = JSON.parse(text);
  } catch {
    bursts = null;
  }
  if (!Array.isArray(bursts)) throw new UsageError(`--vectors ${file}: expected a JSON list of [first, last] frames`);
  let before = -1;
  return bursts.map((burst: unknown, at): readonly [number, number] => {
    const [first, last] = Array.isArray(burst) && burst.length === 2 ? (burst as unknown[]) : [];
    if (!Number.isInteger(first) || !Number.isInteger(last) || Number(first) <= before || Number(last) < Number(first))
      throw new UsageError(
        `--vectors ${file}: entry ${String(at)} is no [first, last] of frames, from 0, behind those before it`,
      );
    before = Number(last);
    return [Number(first), Number(last)];
  });
}
