/** Something that takes input from strangers, and what must hold for every input it is given. */

import type { Parts } from './minimise.js';
import type { Random } from './random.js';

export interface FuzzTarget {
  readonly name: string;
  /** How a found input's file ends, with the dot. */
  readonly extension: string;
  /** How many inputs of a hundred are for it: more for what is quick. */
  readonly share: number;
  /** Inputs to start from; the first call may read many files. */
  seeds(): readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Another input, made of one or of two. */
  mutate(input: Buffer, other: Buffer, random: Random): Buffer;
  /** Parts that an input that shows a fault may do without. */
  split(input: Buffer): Parts;
  /** Throws where something does not hold. */
  check(input: Buffer): void | Promise<void>;
}

/** An invariant that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** Throws Broken, with both values, where they differ. */
export function requireEqual(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at++;
  const near = (text: string): string => text.slice(Math.max(0, at - 60), at + 100);
  throw new Broken(`${what} differ: …${near(one)}… and …${near(other)}…`);
}

/** What may be thrown at the user: an error of this name, whose message is one sentence (or `lines` of them). */
export function requireComplaint(error: unknown, names: readonly string[], isOneLine = true): void {
  if (!(error instanceof Error) || !names.includes(error.name)) throw error;
  if (error.message === '' || (isOneLine && error.message.includes('\n')))
    throw new Broken(`not one sentence: ${JSON.stringify(error.message)}`);
}

/** The result, or null where it throws what may be thrown. */
export function acceptedOrNull<T>(attempt: () => T, names: readonly string[], isOneLine = true): T | null {
  try {
    return attempt();
  } catch (error) {
    requireComplaint(error, names, isOneLine);
    return null;
  }
}
