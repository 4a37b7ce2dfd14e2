/** How many threads are worth having. */

import { availableParallelism } from 'node:os';

/** Threads that can run at once without one having to wait for another. */
export const availableWorkers = (): number => availableParallelism();
