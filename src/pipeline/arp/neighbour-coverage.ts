/** Coverage of neighbours that commands set. */

import { originOf } from '../command/apply-command.js';
import type { Command } from '../command/command-row.js';
import type { StepKind } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { IP4_FAMILY, IP6_FAMILY } from '../fib/address-family.js';
import { NEIGHBOUR } from '../fib/fib-steps.js';
import { commandsOf, HitTable, notApplied } from '../step-coverage.js';
import type { CountedStep, CoverageItem, StepCoverage } from '../step-coverage.js';
import type { SetNeighbor } from './commands.js';

export class NeighbourCoverage implements StepCoverage {
  readonly kind: StepKind = NEIGHBOUR;
  /** By adjacency, and 0. */
  private readonly hits = new HitTable();

  constructor(private readonly tables: Tables) {}

  count(at: number, { steps: { words }, packets }: CountedStep): void {
    this.hits.add(words[at + NEIGHBOUR.at.adjacency], 0, packets);
  }

  /** One item for each neighbour; the command that came last counts. */
  items(commands: readonly Command[]): CoverageItem[] {
    const { ip4, interfaces } = this.tables;
    const items = new Map<string, CoverageItem>();
    for (const command of commandsOf<SetNeighbor>(commands, 'neighbor')) {
      const { address, isIp6, interfaceName, isDelete } = command.body;
      const adjacency = ip4.adjacencies.find(address, interfaces.byName(interfaceName)?.swIfIndex ?? -1, isIp6);
      const name = `neighbour ${(isIp6 ? IP6_FAMILY : IP4_FAMILY).format(address)} on ${interfaceName}`;
      items.delete(name);
      if (isDelete === true) continue;
      items.set(name, {
        kind: 'neighbour',
        name,
        text: command.text,
        origin: originOf(command),
        packets: this.hits.count(adjacency, 0),
        sessionPackets: 0,
        unreachable: adjacency >= 0 ? null : notApplied('no route leads through it, nor is it in a subnet'),
      });
    }
    return [...items.values()];
  }
}
