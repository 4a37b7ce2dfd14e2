/** The text of a packet trace, from a file or standard input, and the packets asked for. */

import { UsageError } from '../../capture/user-error.js';
import { readFileSync } from 'node:fs';
import { CaptureError } from '../../capture/frame-batch.js';
import { whyUnreadable } from '../../capture/system-error.js';
import type { ImportedTrace } from '../../trace/import/imported-trace.js';
import { importTrace } from '../../trace/import/imported-trace.js';
import { hasFrame, parseFrameSet } from '../../filter/chosen-frames.js';
import { decodeText } from '../../trace/parse/decode-text.js';

/** Text beyond this is no trace that anybody pasted. */
const LONGEST_TEXT = 512 * 1024 * 1024;

/**
 * Reads `path`, - for standard input.
 * @param packets numbers such as '1-3, 7', counted from 1 in the order of the text; undefined for all
 * @throws {CaptureError} for a file that cannot be read, or has no packet trace
 * @throws {UsageError} for packets that are not there
 */
export function readTrace(path: string, packets: string | undefined): ImportedTrace {
  const name = path === '-' ? 'standard input' : path;
  const wanted = packets === undefined ? null : parseFrameSet(packets);
  if (packets !== undefined && wanted === null)
    throw new UsageError(`--packets ${packets}: expected numbers from 1 on and ranges of them, such as 1-3,7`);
  const text = readText(path, name);
  const trace = importTrace(text, (number) => wanted === null || hasFrame(wanted, number));
  if (trace.packets.length === 0 && importTrace(text).packets.length === 0)
    throw new CaptureError(`${name}: no packet trace in it (nothing like "00:00:01:234567: ip4-input")`);
  for (const [first, last] of wanted ?? []) {
    const found = trace.packets.map(({ number }) => number).filter((number) => number >= first && number <= last);
    // They are counted without gaps: what is missing of a range is its end.
    const missing = first + found.length;
    if (last === Infinity ? found.length === 0 : missing <= last)
      throw new UsageError(`--packets: ${name} has no packet ${missing}`);
  }
  return trace;
}

function readText(path: string, name: string): string {
  try {
    const bytes = readFileSync(path === '-' ? 0 : path);
    if (bytes.length > LONGEST_TEXT) throw new CaptureError(`${name}: longer than any packet trace`);
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    throw new CaptureError(`${name}: ${whyUnreadable(error)}`);
  }
}
