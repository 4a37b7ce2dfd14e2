/** The recipe of docs/SCALE.md for a Slurm array, run by Slurm; one of its tasks is killed and runs once more. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MAIN, runVppcap } from '../cli/run-vppcap.js';
import { writeFleet } from './make-fleet.js';
import { Slurm, whyNoSlurm } from './slurm.js';

const NODES = 12;
const PATIENCE_MILLISECONDS = 60_000;

const why = whyNoSlurm();

describe(`fleet/slurm${why === null ? '' : ` (skipped: ${why})`}`, function () {
  this.timeout(180_000);
  let folder = '';
  let slurm: Slurm | null = null;

  before(function () {
    if (why !== null) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'vppcap-slurm-'));
    mkdirSync(join(folder, 'slurm'));
    slurm = new Slurm(join(folder, 'slurm'));
  });
  after(async () => {
    await slurm?.stop();
    // What a task leaves running for a moment writes, too.
    if (folder !== '') rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
  });

  it('gives what one run gives', async () => {
    const nodes = writeFleet(join(folder, 'fleet'), NODES, {
      broken: ['node-03'],
      different: ['node-05'],
    });
    await slurm?.runRecipe(folder, 3, `${process.execPath} ${MAIN}`, null, PATIENCE_MILLISECONDS);
    const merged = runVppcap(['merge', join(folder, 'results'), '--json']);
    expect(merged.stderr).to.equal('');
    const whole = runVppcap(['audit', ...nodes, '--json'], folder);
    expect(merged.stdout).to.equal(whole.stdout);
    expect(merged.code).to.equal(1);
  });
});
