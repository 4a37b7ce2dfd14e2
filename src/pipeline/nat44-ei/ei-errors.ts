/** Reasons of drops of NAT44 EI (VPP 26.06 src/plugins/nat/nat44-ei); it counts packets elsewhere than among errors. */

import { natReasons } from '../nat-common/nat-errors.js';

const CANNOT_CREATE_USER = 'cannot create NAT user';

export const in2outErrors = (owner: string) =>
  natReasons(owner, { BAD_OUTSIDE_FIB: 'outside VRF ID not found', CANNOT_CREATE_USER });

export const out2inErrors = (owner: string) => natReasons(owner, { CANNOT_CREATE_USER });
