/**
 * Frames of captures as `--frame 7,9-12` chooses them: by their numbers in the file, from 1, as in Wireshark. Of several
 * captures, `uplink.pcap:7,9-12` names one; numbers without a name count the frames of all captures in the order of time.
 */

import { UsageError } from '../capture/user-error.js';
import { basename } from 'node:path';
import { captureLabels, frameName, type InputFrames } from '../capture/input-frames.js';

/** Ranges of frame numbers, both ends included. */
export type FrameSet = readonly (readonly [first: number, last: number])[];

/** Null where the text is no list of frames. An open range such as 9- goes on to the last frame. */
export function parseFrameSet(text: string): FrameSet | null {
  const ranges = text.split(',').map((part): readonly [number, number] | null => {
    const match = /^\s*(\d+)(?:\s*(-)\s*(\d*))?\s*$/.exec(part);
    if (!match) return null;
    const first = Number(match[1]);
    const last = match.at(2) === undefined ? first : match[3] === '' ? Infinity : Number(match[3]);
    return first >= 1 && last >= first ? [first, last] : null;
  });
  return ranges.includes(null) ? null : (ranges as FrameSet);
}

export const hasFrame = (frames: FrameSet, frame: number): boolean =>
  frames.some(([first, last]) => frame >= first && frame <= last);

/** Which captures frames are of: several where they have the same name. */
export interface NamedCaptures {
  /** null for all captures, whose frames are counted together. */
  readonly captures: readonly number[] | null;
  /** Their name, for messages; null where there is nothing to tell apart. */
  readonly label: string | null;
}

/** A range of frames, both ends included, the last Infinity for an open one; of any capture where it does not say of which. */
export type FrameRange = readonly [first: number, last: number, of?: NamedCaptures];

/** Frames that cannot be meant. The message is one sentence. */
export class FrameUsageError extends UsageError {}

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
    const of = name === undefined ? (ranges.at(-1)?.[2] ?? unnamed(files)) : named(name.trim(), text, files);
    for (const [first, last] of set) ranges.push([first, last, of]);
  }
  return ranges;
}

const unnamed = ({ length }: readonly string[]): NamedCaptures => ({
  captures: length === 1 ? [0] : null,
  label: null,
});

function named(name: string, text: string, files: readonly string[]): NamedCaptures {
  const captures = files.flatMap((file, i) => (file === name || basename(file) === name ? [i] : []));
  if (captures.length === 0)
    throw new FrameUsageError(
      `--frame ${text}: no capture is called ${name}; given: ${captureLabels(files).join(', ')}`,
    );
  return { captures, label: files.length === 1 ? null : name };
}

/** True for a frame by its number in its capture. */
export const isChosen = (ranges: readonly FrameRange[], inputs: InputFrames, number: number): boolean =>
  ranges.some((range) => {
    const counted = countedAs(range, inputs, number);
    return counted >= range[0] && counted <= range[1] && isOf(range, inputs.capture);
  });

/** A frame's number as the range counts: in its capture, or among all in the order of time. */
export const countedAs = ([, , of]: FrameRange, inputs: InputFrames, number: number): number =>
  of?.captures === null ? inputs.indexOf(number) + 1 : number;

export const isOf = ([, , of]: FrameRange, capture: number): boolean => of?.captures?.includes(capture) ?? true;

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

function longest(range: FrameRange, counts: readonly number[]): number {
  const own = counts.filter((_, capture) => isOf(range, capture));
  return range[2]?.captures === null ? own.reduce((sum, count) => sum + count, 0) : Math.max(0, ...own);
}
