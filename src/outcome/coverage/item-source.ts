/** What coverage items are made from, and what their makers have in common. */

import type { Command, CommandBody } from '../../pipeline/command/command-row.js';
import type { NodeScript } from '../../config/node-script.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import type { CoverageItem } from './coverage.js';
import type { HitTable } from './hit-table.js';
import { BY_SESSION, DECIDED, type Hits } from './hits.js';

/** What items of one kind are made from. */
export interface ItemSource {
  readonly script: NodeScript;
  readonly tables: Tables;
  readonly hits: Hits;
}

/** The commands of a kind or several, with their bodies typed. */
export function commandsOf<B extends CommandBody>(
  { commands }: NodeScript,
  ...kinds: readonly B['kind'][]
): Command<B>[] {
  return commands.filter(({ body }) => kinds.includes(body.kind)) as Command<B>[];
}

export const counted = (hits: HitTable, key: number): Pick<CoverageItem, 'packets' | 'sessionPackets'> => ({
  packets: hits.count(key, DECIDED),
  sessionPackets: hits.count(key, BY_SESSION),
});
