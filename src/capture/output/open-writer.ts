/** Chooses the writer by what the output's name asks for. */

import type { CaptureWriter, WriterOptions } from './capture-writer.js';
import { DirectoryWriter } from './directory-writer.js';
import { OutputError } from './output-error.js';
import { OutputFile } from './output-file.js';
import { PcapWriter } from './pcap-writer.js';
import { PcapngWriter } from './pcapng-writer.js';
import { statusOf } from '../system-error.js';

const CLASSIC = /\.(?:pcap|cap|dmp)$/i;
const NEXT_GENERATION = /\.pcapng$/i;

/** True for an output's name that asks for pcapng, which has room for comments. */
export const isPcapng = (path: string): boolean => NEXT_GENERATION.test(path);

/**
 * Opens an output: `x.pcap` (also .cap, .dmp) and '-' for classic pcap, `x.pcapng`, `dir/` or a directory that exists for one
 * classic pcap per interface. Throws OutputError.
 */
export function openWriter(path: string, options: WriterOptions): CaptureWriter {
  const existing = statusOf(path);
  if (path.endsWith('/') || existing?.isDirectory() === true) return new DirectoryWriter(path, options);
  if (isPcapng(path)) return new PcapngWriter(OutputFile.open(path, options.isSynced), options);
  // The name of a FIFO or a device says nothing.
  const isSpecial = existing !== null && !existing.isFile();
  if (path === '-' || CLASSIC.test(path) || isSpecial)
    return new PcapWriter(OutputFile.open(path, options.isSynced), options.timestampDigits, options.interfaces[0]);
  throw new OutputError(`${path}: which format? Expected a name in .pcap or .pcapng, a directory ending in /, or -`);
}
