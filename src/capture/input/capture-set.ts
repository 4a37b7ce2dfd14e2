/** Captures that are one set of packets: a file, or a folder with one file per interface, as `replay -o folder/` writes them. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureError, type FrameReader } from '../frame-batch.js';
import { openBatches } from './open-batches.js';
import { statusOf, whyUnreadable } from '../system-error.js';

const CAPTURE_FILE = /\.(pcap|pcapng|cap)(\.gz)?$/i;

export interface OpenedCapture {
  readonly reader: FrameReader;
  /** The interface whose packets these are, by the name of the file; null where the capture says itself. */
  readonly interfaceName: string | null;
}

export interface NamedCapture {
  readonly path: string;
  readonly interfaceName: string | null;
}

/**
 * Opens the capture at a path ('-' is standard input), or those of a folder, in the order of their names. Rejects with CaptureError;
 * nothing is open then.
 */
export async function openCaptureSet(path: string): Promise<OpenedCapture[]> {
  return openNamed(isFolder(path) ? capturesIn(path) : [{ path, interfaceName: null }]);
}

/** The captures of a folder, in the order of their names. Throws CaptureError where there are none. */
export function capturesIn(folder: string): NamedCapture[] {
  const files = namesIn(folder).filter(isCaptureName).sort();
  if (files.length === 0) throw new CaptureError(`${folder}: no capture (.pcap or .pcapng) in this folder`);
  return files.map((name) => ({ path: join(folder, name), interfaceName: name.replace(CAPTURE_FILE, '') }));
}

/** Whether a file counts as a capture of the folder it is in. */
export const isCaptureName = (name: string): boolean => CAPTURE_FILE.test(name);

/** Opens captures of which the interface is known, or null. Rejects with CaptureError; nothing is open then. */
export async function openNamed(captures: readonly NamedCapture[]): Promise<OpenedCapture[]> {
  const opened: OpenedCapture[] = [];
  try {
    for (const { path, interfaceName } of captures) opened.push({ reader: await openBatches(path), interfaceName });
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

export async function closeAll(captures: readonly OpenedCapture[]): Promise<void> {
  for (const { reader } of captures) await reader.close();
}

const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new CaptureError(`${folder}: ${whyUnreadable(error)}`);
  }
}
