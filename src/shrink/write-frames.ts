/** Writes frames out of several captures as one, or as one per interface. */

import { basename } from 'node:path';
import { FrameRecord } from '../capture/frame-record.js';
import { isPcapng, openWriter } from '../capture/output/open-writer.js';
import { UsageError } from '../capture/user-error.js';
import { isFolder } from '../replay/separate-paths.js';
import type { HeldCapture, HeldFrame } from './held-captures.js';

/** Resolution of the output where no input has a finer one. */
const MICROSECOND_DIGITS = 6;

/**
 * Rejects with OutputError, and with UsageError where a classic pcap cannot say what has to be said.
 * @param application name and version of the program
 */
export async function writeFrames(
  path: string,
  captures: readonly HeldCapture[],
  frames: readonly HeldFrame[],
  application: string,
): Promise<void> {
  const offsets = captures.map((_, k) =>
    captures.slice(0, k).reduce((sum, { interfaces }) => sum + interfaces.length, 0),
  );
  const interfaces = captures.flatMap(({ name, interfaceName, interfaces: own }) =>
    own.map(({ linkType, snapLength, name: ownName }) => ({
      name: interfaceName ?? ownName ?? (isFolder(path) ? basename(name).replace(/\.[^.]*$/, '') : ''),
      linkType,
      ...(snapLength > 0 ? { snapLength } : {}),
    })),
  );
  const used = [...new Set(frames.map(({ capture, interfaceIndex }) => offsets[capture] + interfaceIndex))];
  const kinds = new Set(used.map((i) => `${interfaces[i].name} ${interfaces[i].linkType}`));
  const isClassic = !isPcapng(path) && !isFolder(path);
  if (isClassic && kinds.size > 1)
    throw new UsageError(
      `${path}: the frames are of several interfaces: name a .pcapng, or a folder/ for one pcap of each`,
    );
  const digits = captures.flatMap(({ interfaces: own }) => own.map(({ timestampDigits }) => timestampDigits));
  const writer = openWriter(path, {
    interfaces: isClassic ? used.slice(0, 1).map((i) => interfaces[i]) : interfaces,
    timestampDigits: Math.max(MICROSECOND_DIGITS, ...digits),
    section: { application },
  });
  try {
    for (const { bytes, capture, interfaceIndex, ...stamp } of frames) {
      const place = isClassic ? 0 : offsets[capture] + interfaceIndex;
      writer.write(FrameRecord.of(bytes, { ...stamp, interfaceIndex: place }));
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
