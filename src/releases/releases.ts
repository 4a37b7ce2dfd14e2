/** The releases that are modelled, the default first. */

import type { Release } from './release.js';
import { VPP_19_08 } from './vpp-19.08.js';

export const RELEASES: readonly Release[] = [VPP_19_08];

export const DEFAULT_RELEASE: Release = VPP_19_08;
