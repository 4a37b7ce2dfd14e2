/** Tries random captures of both directions, in a process of its own that whoever started it ends where one hangs. Arguments: how many, seed. */

import fc from 'fast-check';
import { scratchFolder } from '../fuzz/seed-files.js';
import { checkPlacement } from './check-placement.js';
import { bothWays } from './random-both-ways.js';

const [numRuns = 150, seed = 1908] = process.argv.slice(2).map(Number);
const folder = scratchFolder();
await fc.assert(
  fc.asyncProperty(bothWays, (input) => checkPlacement(input, folder)),
  { numRuns, seed },
);
