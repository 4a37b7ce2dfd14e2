/**
 * Changes that are intended: a YAML file, a list of
 *
 *     - change: dropped                      # one of the kinds in change.ts
 *       config: set acl-plugin acl deny      # what the deciding line of either side has in it; FILE:LINE does as well
 *       frames: tcp port 23                  # pcap-filter expression on the received frame
 *       reason: telnet is closed, ticket 4711
 *
 * `config` and `frames` may be left out.
 */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../capture/user-error.js';
import { whyUnreadable } from '../capture/system-error.js';
import { FilterError } from '../filter/tokens.js';
import { parseFilter, type FrameFilter } from '../filter/frame-filter.js';
import { CHANGE_KINDS, type ChangeKind } from './change.js';
import type { PacketCopy } from './packet-copy.js';

const entry = z.strictObject({
  change: z.enum(CHANGE_KINDS as [ChangeKind, ...ChangeKind[]]),
  config: z.string().min(1).optional(),
  frames: z.string().min(1).optional(),
  reason: z.string({ error: 'the reason is missing' }).min(1),
});

export interface Allowance {
  /** From 1, in the file's order. */
  readonly number: number;
  readonly change: ChangeKind;
  readonly reason: string;
  isUsed: boolean;
}

type Entry = Allowance & { readonly config: string | null; readonly filter: FrameFilter | null };

export class Allowances {
  /** @param commandAt the text of the command at 'file:line' of either script */
  constructor(
    readonly all: readonly Entry[],
    private readonly commandAt: (origin: string) => string,
  ) {}

  /** The first that a change fits. */
  find(change: ChangeKind, before: string, after: string, received: PacketCopy): Allowance | null {
    const { view, length, wireLength } = received;
    const found = this.all.find(
      (one) =>
        one.change === change &&
        (one.config === null || [before, after].some((origin) => this.isAt(one.config ?? '', origin))) &&
        (one.filter === null || one.filter({ view, at: 0, length, wireLength })),
    );
    if (found === undefined) return null;
    found.isUsed = true;
    return found;
  }

  private isAt(config: string, origin: string): boolean {
    return origin !== '' && (`/${origin}`.endsWith(`/${config}`) || this.commandAt(origin).includes(config));
  }
}

/** Reads a file of allowed changes. Throws UsageError. */
export function readAllowances(path: string): Entry[] {
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
