/** Frames by number, as `--frame 7,9-12` names them: from 1, as in Wireshark. */

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
