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

import type { FrameFilter } from '../filter/frame-filter.js';
import type { ChangeKind } from './change.js';
import type { PacketCopy } from './packet-copy.js';

export interface Allowance {
  /** From 1, in the file's order. */
  readonly number: number;
  readonly change: ChangeKind;
  readonly reason: string;
  isUsed: boolean;
}

export type AllowedChange = Allowance & { readonly config: string | null; readonly filter: FrameFilter | null };

export class Allowances {
  /** @param commandAt the text of the command at 'file:line' of either script */
  constructor(
    readonly all: readonly AllowedChange[],
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
