/**
 * Frames of captures as `--frame 7,9-12` chooses them: by their numbers in the file, from 1, as in Wireshark. Of several
 * captures, one has to be named: `uplink.pcap:7,9-12`.
 */

import { basename } from 'node:path';
import { captureLabels, frameName } from '../pipeline/input-frames.js';
import { parseFrameSet } from './frame-set.js';

/** Which captures frames are of: several where they have the same name. */
export interface NamedCaptures {
  readonly captures: readonly number[];
  /** Their name, for messages; null where there is one capture. */
  readonly label: string | null;
}

/** A range of frames, both ends included, the last Infinity for an open one; of any capture where it does not say of which. */
export type FrameRange = readonly [first: number, last: number, of?: NamedCaptures];

/** Frames that cannot be meant. The message is one sentence. */
export class FrameUsageError extends Error {
  override readonly name = 'UsageError';
}

/** What stands before the last colon is a capture's name. */
const PART = /^(?:(.*):)?([^:]*)$/;

/**
 * The frames that a text chooses. A capture's name counts for the ranges behind it, too. Throws FrameUsageError.
 * @param files the captures, as they were given
 */
export function parseChosenFrames(text: string, files: readonly string[]): FrameRange[] {
  const ranges: FrameRange[] = [];
  for (const part of text.split(',')) {
    const match = PART.exec(part);
    const name = match?.at(1);
    const set = parseFrameSet(match?.[2] ?? '');
    if (set === null)
      throw new FrameUsageError(`--frame ${text}: expected frame numbers from 1 on and ranges of them, such as 7,9-12`);
    const of = name === undefined ? unnamed(ranges.at(-1)?.[2], text, files) : named(name.trim(), text, files);
    for (const [first, last] of set) ranges.push([first, last, of]);
  }
  return ranges;
}

function unnamed(before: NamedCaptures | undefined, text: string, files: readonly string[]): NamedCaptures {
  if (before !== undefined) return before;
  if (files.length === 1) return { captures: [0], label: null };
  const ways = captureLabels(files).map((label) => `${label}:${text}`);
  throw new FrameUsageError(`--frame ${text}: there are several captures; say of which: ${ways.join(' or ')}`);
}

function named(name: string, text: string, files: readonly string[]): NamedCaptures {
  const captures = files.flatMap((file, i) => (file === name || basename(file) === name ? [i] : []));
  if (captures.length === 0)
    throw new FrameUsageError(
      `--frame ${text}: no capture is called ${name}; given: ${captureLabels(files).join(', ')}`,
    );
  return { captures, label: files.length === 1 ? null : name };
}

export const isChosen = (ranges: readonly FrameRange[], capture: number, number: number): boolean =>
  ranges.some((range) => number >= range[0] && number <= range[1] && isOf(range, capture));

export const isOf = ([, , of]: FrameRange, capture: number): boolean =>
  of === undefined || of.captures.includes(capture);

/** That a range has no frame at all, or null. `counts` has the number of frames of each capture. */
export function absence(range: FrameRange, counts: readonly number[]): string | null {
  const count = longest(range, counts);
  const [first, , of] = range;
  return first > count ? `--frame: there is no ${frameName(first, of?.label ?? null)}, only ${count}` : null;
}

/** That a range ends behind the last frame, or null. */
export function excess(range: FrameRange, counts: readonly number[]): string | null {
  const count = longest(range, counts);
  const [, last, of] = range;
  return last > count && last !== Infinity
    ? `--frame: ${frameName(count, of?.label ?? null)} is the last, before ${last}`
    : null;
}

const longest = (range: FrameRange, counts: readonly number[]): number =>
  Math.max(0, ...counts.filter((_, capture) => isOf(range, capture)));
