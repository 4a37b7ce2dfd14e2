/** FIB index of each interface, for the per-frame path; the table of interfaces keeps it. */

import type { Tables } from './tables.js';

export const fibBySwIfIndex = ({ interfaces }: Tables): Int32Array => interfaces.fibIndexOf;
