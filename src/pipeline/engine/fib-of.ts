/** FIB index of each interface, as a typed array for the per-frame path; the configuration is final when nodes are made. */

import type { Tables } from './tables.js';

export const fibBySwIfIndex = ({ interfaces }: Tables): Int32Array =>
  Int32Array.from(interfaces.all, ({ fibIndex }) => fibIndex);
