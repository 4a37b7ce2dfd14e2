/** What `vppcap capture` is asked for, from the words of the command line. */

import type { RecorderOrder } from '../../capture/live/recorder-protocol.js';
import type { RingSize } from '../../capture/output/ring-writer.js';
import { UsageError } from '../exit-codes.js';
import { wholeNumber } from '../arguments/whole-number.js';

export interface CaptureArguments {
  interface: string;
  output: string | undefined;
  filter: string | undefined;
  snaplen: string | undefined;
  count: string | undefined;
  duration: string | undefined;
  ring: string | undefined;
  replay: boolean;
  config: string | undefined;
  release: string | undefined;
  drops: string | undefined;
  verdicts: string | undefined;
  'fix-checksums': boolean;
  quiet: boolean;
  json: boolean;
}

/** What the binding takes of a frame at most. */
export const LARGEST_SNAPLEN = 65535;

/** libpcap's buffer in the kernel: a third of a second of minimal frames at 1 Gbit/s. */
const BUFFER_BYTES = 32 * 1024 * 1024;

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** As tcpdump -C and dumpcap count: powers of ten; powers of two by their own names. */
const BYTES: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A Node timer's longest time, some 24 days. */
const LARGEST_SECONDS = (2 ** 31 - 1) / 1000;

/** Throws UsageError. */
export function recorderOrder(given: CaptureArguments): RecorderOrder {
  return {
    device: deviceOf(given.interface).device,
    filter: given.filter ?? '',
    snapLength:
      given.snaplen === undefined ? LARGEST_SNAPLEN : wholeNumber('--snaplen', given.snaplen, LARGEST_SNAPLEN),
    count: given.count === undefined ? null : wholeNumber('--count', given.count),
    durationSeconds: given.duration === undefined ? null : durationSeconds(given.duration),
    bufferBytes: BUFFER_BYTES,
  };
}

/** `eth0`, or `tap2=eth0` where its frames are those of VPP's interface tap2. */
export function deviceOf(text: string): { device: string; interfaceName: string | null } {
  const equals = text.indexOf('=');
  if (equals <= 0 || equals === text.length - 1) return { device: text, interfaceName: null };
  return { device: text.slice(equals + 1), interfaceName: text.slice(0, equals) };
}

/** '90', '90s', '15m' or '2h'. Throws UsageError. */
export function durationSeconds(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(s|m|h|)$/.exec(text);
  const seconds = parts === null ? 0 : Number(parts[1]) * SECONDS[parts[2]];
  if (seconds <= 0 || seconds > LARGEST_SECONDS)
    throw new UsageError(`--duration ${text}: expected a time such as 90s, 15m or 2h, up to 24 days`);
  return seconds;
}

/** '10x100MB'. Throws UsageError. */
export function ringSize(text: string): RingSize {
  const parts = /^(\d+)x(\d+(?:\.\d+)?)([kmg]i?b)$/i.exec(text);
  const files = parts === null ? 0 : Number(parts[1]);
  const bytes = parts === null ? 0 : Math.floor(Number(parts[2]) * BYTES[parts[3].toLowerCase()]);
  if (files < 1 || bytes < 1 || !Number.isSafeInteger(files) || !Number.isSafeInteger(bytes))
    throw new UsageError(`--ring ${text}: expected a number of files and their size, such as 10x100MB`);
  return { files, bytes };
}
