/** Reads a file of changes that are intended: YAML, as allowances.ts describes it. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { whyUnreadable } from '../capture/system-error.js';
import { UsageError } from '../capture/user-error.js';
import { parseFilter } from '../filter/frame-filter.js';
import { FilterError } from '../filter/tokens.js';
import type { AllowedChange } from './allowances.js';
import { CHANGE_KINDS, type ChangeKind } from './change.js';

const entry = z.strictObject({
  change: z.enum(CHANGE_KINDS as [ChangeKind, ...ChangeKind[]]),
  config: z.string().min(1).optional(),
  frames: z.string().min(1).optional(),
  reason: z.string({ error: 'the reason is missing' }).min(1),
});

/** Reads a file of allowed changes. Throws UsageError. */
export function readAllowances(path: string): AllowedChange[] {
  const complain = (message: string): UsageError => new UsageError(`--allow ${path}: ${message}`);
  let given: unknown;
  try {
    given = parse(readFileSync(path, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    const isYaml = error instanceof Error && error.name === 'YAMLParseError';
    throw complain(isYaml ? error.message.split('\n')[0] : `cannot be read: ${whyUnreadable(error)}`);
  }
  const read = z.array(entry).safeParse(given ?? []);
  if (!read.success) {
    const [{ path: at, message }] = read.error.issues;
    const [number, ...keys] = at.map(String);
    throw complain(
      at.length === 0 ? message : `entry ${Number(number) + 1}${keys.map((key) => `, ${key}`).join('')}: ${message}`,
    );
  }
  return read.data.map(({ change, config = null, frames, reason }, i) => {
    try {
      const filter = frames === undefined ? null : parseFilter(frames);
      return { number: i + 1, change, reason, isUsed: false, config, filter };
    } catch (error) {
      if (error instanceof FilterError) throw complain(`entry ${i + 1}, frames: ${error.message}`);
      throw error;
    }
  });
}
