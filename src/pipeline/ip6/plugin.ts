/** IPv6, as far as it is modelled: the nodes in which its packets end. */

import type { Plugin } from '../plugin.js';
import { ip6Drop, ip6IcmpError, ip6Input, ip6Lookup, ip6NotEnabled } from './ip6-input.js';
import { ip6Remedies } from './ip6-remedies.js';

export const ip6: Plugin = {
  name: 'ip6',
  nodes: [ip6Input, ip6NotEnabled, ip6Lookup, ip6Drop, ip6IcmpError],
  remedies: ip6Remedies,
};
