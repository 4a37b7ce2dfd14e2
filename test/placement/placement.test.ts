/**
 * Random captures of both directions arrive where docs/REPLAY.md says, on random nodes whose neighbours share MACs. In a process of its
 * own, since a replay that never ends would keep the test from saying so.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const RUNS = 150;
const SEED = 1908;
/** Some three seconds on a machine that has nothing else to do. */
const LIMIT_MILLISECONDS = 90_000;

describe('placement of random captures', function () {
  this.timeout(LIMIT_MILLISECONDS + 10_000);

  it(`is that of the naive twin, and ends: ${RUNS} captures`, () => {
    const program = fileURLToPath(new URL('./try-random.js', import.meta.url));
    const { status, signal, stderr } = spawnSync(process.execPath, [program, String(RUNS), String(SEED)], {
      encoding: 'utf8',
      timeout: LIMIT_MILLISECONDS,
      killSignal: 'SIGKILL',
    });
    expect({ status, signal, stderr }).to.deep.equal({ status: 0, signal: null, stderr: '' });
  });
});
