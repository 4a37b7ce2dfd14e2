/** ARP: answers, and requests for neighbours that are not known. */

import type { Plugin } from '../plugin.js';
import { arpDisabled, arpInput } from './arp-input.js';
import { arpReply } from './arp-reply.js';
import { arpCommands, arpView } from './commands.js';
import { ip4Arp, ip4Glean } from './ip4-arp.js';
import { neighbourShows } from './neighbour-state.js';
import { NeighbourCoverage } from './neighbour-coverage.js';
import { arpRemedies } from './arp-remedies.js';

export const arp: Plugin = {
  name: 'arp',
  nodes: [ip4Arp, ip4Glean, arpInput, arpReply, arpDisabled],
  coverage: [(tables) => new NeighbourCoverage(tables)],
  commands: arpCommands,
  shows: neighbourShows,
  view: arpView,
  remedies: arpRemedies,
};
