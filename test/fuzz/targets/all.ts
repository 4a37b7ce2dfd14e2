/** Everything that is fuzzed, by name. */

import type { FuzzTarget } from '../target.js';
import { captures } from './captures.js';
import { commands } from './commands.js';
import { comparisons } from './comparisons.js';
import { cases } from './cases.js';
import { filters } from './filters.js';
import { frames } from './frames.js';
import { placement } from './placement.js';
import { scripts } from './scripts.js';
import { shown } from './shown.js';
import { traces } from './traces.js';

export const TARGETS: readonly FuzzTarget[] = [
  captures,
  frames,
  placement,
  comparisons,
  scripts,
  cases,
  traces,
  filters,
  shown,
  commands,
];
