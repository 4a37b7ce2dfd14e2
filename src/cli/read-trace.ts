/** The text of a packet trace, from a file or standard input, and the packets asked for. */

import { readFileSync } from 'node:fs';
import { CaptureError } from '../capture/frame-batch.js';
import { parseFrameNumbers } from '../regression/frame-numbers.js';
import type { ImportedTrace } from '../trace/import/imported-trace.js';
import { importTrace } from '../trace/import/imported-trace.js';
import { UsageError } from './exit-codes.js';

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
  if (packets !== undefined && !/^\d+(-\d+)?( *, *\d+(-\d+)?)*$/.test(packets))
    throw new UsageError(`--packets "${packets}": expected numbers such as 1-3,7`);
  const text = readText(path, name);
  const wanted = packets === undefined ? null : parseFrameNumbers(packets, text.length);
  const trace = importTrace(text, (number) => wanted?.includes(number) ?? true);
  if (trace.packets.length === 0 && importTrace(text).packets.length === 0)
    throw new CaptureError(`${name}: no packet trace in it (nothing like "00:00:01:234567: ip4-input")`);
  const found = trace.packets.map(({ number }) => number);
  const missing = wanted?.find((number) => !found.includes(number));
  if (missing !== undefined) throw new UsageError(`--packets: ${name} has no packet ${missing}`);
  return trace;
}

function readText(path: string, name: string): string {
  try {
    const bytes = readFileSync(path === '-' ? 0 : path);
    if (bytes.length > LONGEST_TEXT) throw new CaptureError(`${name}: longer than any packet trace`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = { ENOENT: 'no such file', EISDIR: 'is a folder', EACCES: 'permission denied' }[code];
    throw new CaptureError(`${name}: ${why ?? 'cannot be read'}`);
  }
}
