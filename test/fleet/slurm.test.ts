/** The recipe of docs/SCALE.md for a Slurm array, run by Slurm; one of its tasks is killed and runs once more. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';
import { writeFleet } from './make-fleet.js';
import { Slurm, whyNoSlurm } from './slurm.js';

const NODES = 12;
const KILLED = 2;
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

  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    const start = Date.now();
    while (!isSo()) {
      await wait(200);
      if (Date.now() - start > PATIENCE_MILLISECONDS) throw new Error(`${what}: not within a minute`);
    }
  };

  it('gives what one run gives', async () => {
    if (slurm === null) throw new Error('no Slurm');
    const { run: call } = slurm;
    const nodes = writeFleet(join(folder, 'fleet'), NODES, {
      broken: ['node-03'],
      different: ['node-05'],
    });
    const recipe = /^```sh\n(#!\/bin\/sh\n#SBATCH[^]*?)^```$/m.exec(
      readFileSync(join(ROOT, 'docs/SCALE.md'), 'utf8'),
    )?.[1];
    if (recipe === undefined) throw new Error('docs/SCALE.md has no script with #SBATCH');
    // The first time, the task to be killed says that it runs, and waits for that.
    const waiting = `[ "$SLURM_ARRAY_TASK_ID" = ${String(KILLED)} ] && [ "\${SLURM_RESTART_COUNT:-0}" = 0 ] && touch running && sleep 120\n`;
    writeFileSync(join(folder, 'audit.sh'), recipe.replace(/^(?=vppcap)/m, waiting));
    const bin = join(folder, 'bin', 'vppcap');
    mkdirSync(dirname(bin));
    writeFileSync(bin, `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, 'dist/bin/vppcap.js')} "$@"\n`);
    chmodSync(bin, 0o755);
    const path = `${dirname(bin)}:${process.env['PATH'] ?? ''}`;
    const job = call('sbatch', [
      '--parsable',
      '--requeue',
      '--array=1-3',
      `--chdir=${folder}`,
      `--export=ALL,PATH=${path}`,
      join(folder, 'audit.sh'),
    ]);
    await until('the task to be killed runs', () => existsSync(join(folder, 'running')));
    const task = `${job}_${String(KILLED)}`;
    call('scontrol', ['requeue', task]);
    const isPending = (): boolean => call('squeue', ['--noheader', '--format=%t', `--jobs=${task}`]) === 'PD';
    await until('the killed task waits', isPending);
    call('scontrol', ['update', `jobid=${task}`, 'StartTime=now']);
    await until('all tasks end', () => call('squeue', ['--noheader']) === '');
    const merged = runVppcap(['merge', join(folder, 'results'), '--json']);
    expect(merged.stderr).to.equal('');
    const whole = runVppcap(['audit', ...nodes, '--json'], folder);
    expect(merged.stdout).to.equal(whole.stdout);
    expect(merged.code).to.equal(1);
  });
});
