/** What would let an IPv6 packet pass. */

import { rxName, type Remedies } from '../remedy.js';

export const ip6Remedies: Remedies = {
  'ip6-input TOO_SHORT': 'the frame has to have a whole IPv6 header',
  'ip6-input VERSION': 'its EtherType and its IP version have to agree',
  HOP_LIMIT: 'it has to arrive with a higher hop limit',
  'ip6-not-enabled NOT_ENABLED': (b, tables) =>
    `${rxName(b, tables)} needs an IPv6 address (set interface ip address …) or IPv6 without one (enable ip6 interface …)`,
};
