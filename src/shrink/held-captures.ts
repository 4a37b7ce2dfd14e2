/** Captures in memory, of which any of the frames can be replayed. */

import { copyOf, type CaptureInterface, type FrameReader } from '../capture/frame-batch.js';
import { withCaptures } from '../capture/input/open-batches.js';
import { CaptureMerge } from '../capture/merge.js';
import { MemoryCapture, type MemoryFrame } from '../capture/memory-capture.js';
import { shownPath } from '../regression/case/case-paths.js';

/** A frame, with the capture that it is of and its number there. */
export interface HeldFrame extends MemoryFrame {
  readonly capture: number;
  readonly number: number;
  /** Its place among all frames, from 0. */
  readonly index: number;
}

/** A capture without its frames. */
export interface HeldCapture {
  readonly name: string;
  /** Interface on which all its frames arrived; null where the frames say. */
  readonly interfaceName: string | null;
  readonly interfaces: readonly CaptureInterface[];
}

export interface HeldInput {
  readonly captures: readonly HeldCapture[];
  /** In the order of time. */
  readonly frames: readonly HeldFrame[];
}

/** Reads the frames of all captures. @param names by capture, the interface on which its frames arrived; null where the frames say */
export async function holdFrames(
  readers: readonly FrameReader[],
  names: readonly (string | null)[],
): Promise<HeldInput> {
  const frames: HeldFrame[] = [];
  const merge = new CaptureMerge(readers);
  while (await merge.fill())
    while (merge.nextRun()) {
      const { batch, readerIndex: capture } = merge;
      for (let i = merge.first; i < merge.end; i++)
        frames.push({
          ...copyOf(batch, i),
          interfaceIndex: batch.interfaceIndex[i],
          capture,
          index: frames.length,
          number: batch.firstNumber + i,
          ...(batch.hasDirections ? { direction: batch.direction[i] } : {}),
        });
    }
  const captures = readers.map(({ name, interfaces }, k) => ({
    name,
    interfaces: [...interfaces],
    interfaceName: names[k],
  }));
  return { captures, frames };
}

/** Captures that a case names. */
export const holdFiles = (
  captures: readonly { readonly file: string; readonly interfaceName: string | null }[],
): Promise<HeldInput> =>
  withCaptures(
    captures.map(({ file }) => shownPath(file)),
    (readers) =>
      holdFrames(
        readers,
        captures.map(({ interfaceName }) => interfaceName),
      ),
  );

/** Captures of some of the frames. */
export const readersOf = (captures: readonly HeldCapture[], frames: readonly HeldFrame[]): FrameReader[] =>
  captures.map(
    ({ name, interfaces }, k) =>
      new MemoryCapture(
        name,
        interfaces,
        frames.filter(({ capture }) => capture === k),
      ),
  );
