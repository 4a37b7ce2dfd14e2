/** What coverage items are made from, and what their makers have in common. */

import type { BodyOf } from '../../pipeline/command/command-handlers.js';
import type { Command, CommandBody, NodeScript } from '../../pipeline/command/commands.js';
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

/** The commands of a kind, with their bodies typed. */
export function commandsOf<K extends CommandBody['kind']>(
  { commands }: NodeScript,
  ...kinds: K[]
): { command: Command; body: BodyOf<K> }[] {
  const isOfKind = (body: CommandBody): body is BodyOf<K> => (kinds as string[]).includes(body.kind);
  return commands.flatMap((command) => (isOfKind(command.body) ? [{ command, body: command.body }] : []));
}

export const counted = (hits: HitTable, key: number): Pick<CoverageItem, 'packets' | 'sessionPackets'> => ({
  packets: hits.count(key, DECIDED),
  sessionPackets: hits.count(key, BY_SESSION),
});
