/** The nodes between the interface and the network layer. */

import type { AnyNode } from '../node.js';
import { ethernetInput, ethernetInputType } from './ethernet-input.js';
import { llcInput, snapInput } from './llc-input.js';
import { ip6Input, ip6NotEnabled, lldpInput, mplsInput, mplsNotEnabled } from './other-inputs.js';

export const ethernetNodes: readonly AnyNode[] = [
  ethernetInput,
  ethernetInputType,
  llcInput,
  snapInput,
  lldpInput,
  mplsInput,
  mplsNotEnabled,
  ip6Input,
  ip6NotEnabled,
];
