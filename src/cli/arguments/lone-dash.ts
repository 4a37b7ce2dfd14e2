/**
 * A lone `-` means standard input or output, but yargs takes it for an option where a list of positionals is read, and
 * drops it. So it travels through yargs as a word that no shell can pass.
 */

const STAND_IN = '\0-';

export const hideDashes = (args: readonly string[]): string[] => args.map((arg) => (arg === '-' ? STAND_IN : arg));

/** Puts the dashes back into parsed arguments. */
export function restoreDashes(parsed: Record<string, unknown>): void {
  const restored = (value: unknown): unknown => (value === STAND_IN ? '-' : value);
  for (const [key, value] of Object.entries(parsed))
    parsed[key] = Array.isArray(value) ? value.map(restored) : restored(value);
}
