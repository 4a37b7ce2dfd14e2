/** A capture as the command line names it: `path`, or `INTERFACE=path` for a file whose frames all arrived on one interface. */

import { existsSync } from 'node:fs';

export interface CaptureArgument {
  readonly path: string;
  /** VPP interface named on the command line, or null where the capture or its MACs say. */
  readonly interfaceName: string | null;
}

/** A file that exists under the whole text is meant as it is; otherwise what stands before the first `=` is an interface. */
export function parseCaptureArgument(text: string): CaptureArgument {
  const equals = text.indexOf('=');
  if (equals <= 0 || equals === text.length - 1 || existsSync(text)) return { path: text, interfaceName: null };
  return { path: text.slice(equals + 1), interfaceName: text.slice(0, equals) };
}
