/** The releases that are modelled, the default first. */

import { alternatives } from '../pipeline/command/suggest.js';
import { RELEASE_NAMES } from './names.js';
import type { Release } from './release.js';
import { VPP_19_08 } from './vpp-19.08.js';
import { VPP_26_06 } from './vpp-26.06.js';

export const RELEASES: readonly Release[] = [VPP_19_08, VPP_26_06];

export const DEFAULT_RELEASE: Release = VPP_19_08;

/** A release by its name. */
export const findRelease = (name: string): Release | undefined => RELEASES.find((release) => release.name === name);

/** What is wrong with the name of a release that is not modelled. */
export const noSuchRelease = (name: string): string =>
  `VPP ${name} is not modelled, only ${alternatives(RELEASE_NAMES, 'and')}`;
