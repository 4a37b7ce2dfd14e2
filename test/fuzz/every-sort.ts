/** A few frames of every sort for each interface, for configurations that are made up. */

import fc from 'fast-check';
import { traffic } from '../pipeline/random-traffic.js';

/** A frame on an interface, `pause` seconds after the one before. */
export interface FuzzFrame {
  readonly on: string;
  readonly pause: number;
  readonly hex: string;
  /** Bytes it had on the wire, where a snaplen cut it off. */
  readonly wire?: number;
}

const COUNT = 24;
const frames = fc.sample(traffic, { numRuns: 8, seed: 11 }).flat().slice(0, COUNT);

export const everySort = (interfaceNames: readonly string[]): FuzzFrame[] =>
  frames.map(({ frame, pause }, i) => ({
    on: interfaceNames[i % interfaceNames.length],
    pause,
    hex: Buffer.from(frame).toString('hex'),
  }));
