/** The nodes between the interface and the network layer. */

import type { AnyNode } from '../engine/node.js';
import { ethernetInput, ethernetInputType } from './ethernet-input.js';
import { llcInput, osiInput, snapInput } from './llc-input.js';
import { ip6Drop, ip6IcmpError, ip6Input, ip6Lookup, ip6NotEnabled } from '../ip6/ip6-input.js';
import { lldpInput, mplsInput, mplsNotEnabled } from './other-inputs.js';

export const ethernetNodes: readonly AnyNode[] = [
  ethernetInput,
  ethernetInputType,
  llcInput,
  snapInput,
  osiInput,
  lldpInput,
  mplsInput,
  mplsNotEnabled,
  ip6Input,
  ip6NotEnabled,
  ip6Lookup,
  ip6Drop,
  ip6IcmpError,
];
