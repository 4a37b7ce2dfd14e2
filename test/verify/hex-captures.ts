/** Comparisons of captures that are given as frames in hex. */

import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import type { NatPool, VerifyOptions } from '../../src/verify/options.js';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, type GivenFrame } from './frames.js';

export const OUTSIDE = '192.168.16.1';
/** What a NAT with that address draws from. */
export const POOL: NatPool = {
  addresses: [{ first: OUTSIDE, last: OUTSIDE }],
  firstPort: 1025,
  lastPort: 65535,
  fixedPorts: [],
};

const framesOf = (packets: readonly (string | GivenFrame)[]): GivenFrame[] =>
  packets.map((packet) => (typeof packet === 'string' ? { hex: packet } : packet));

/** @param batchSizes frames that each side's reader hands on at a time */
export const compare = (
  actual: readonly (string | GivenFrame)[],
  expected: readonly (string | GivenFrame)[],
  options: Partial<VerifyOptions> = {},
  [ourBatch, theirBatch = ourBatch]: readonly [ours: number, theirs?: number] = [1000],
): Promise<VerifyReport> =>
  verifyCaptures(
    [{ reader: captureOf(framesOf(actual), LINKTYPE_ETHERNET, ourBatch), interfaceName: null }],
    [{ reader: captureOf(framesOf(expected), LINKTYPE_ETHERNET, theirBatch), interfaceName: null }],
    options,
  );

/** `kind: packets` of what was overlooked. */
export const overlooked = ({ tolerances }: VerifyReport): string[] =>
  tolerances.map(({ kind, packets }) => `${kind}: ${packets}`);

/** `packets × cause` of the causes. */
export const causesOf = ({ groups }: VerifyReport): string[] =>
  groups.map(({ packets, cause }) => `${packets} × ${cause}`);
