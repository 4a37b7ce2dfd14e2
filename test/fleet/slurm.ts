/** A Slurm of one node on the loopback address, as root with Debian's slurm-wlm and munge. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../cli/run-vppcap.js';

const DAEMONS = ['slurmd', 'slurmctld', 'munged'];
const CONTROLLER_PORT = 16817;
const NODE_PORT = 16818;
const PATIENCE_MILLISECONDS = 20_000;

/** Why there can be none here; null where there can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = DAEMONS.find((name) => !existsSync(join('/usr/sbin', name)));
  return missing === undefined ? null : `no ${missing}`;
}

export class Slurm {
  private readonly environment: NodeJS.ProcessEnv;

  /** Starts munged, slurmctld and slurmd, with all their files in the folder. */
  constructor(private readonly folder: string) {
    const at = (name: string): string => join(folder, name);
    const [host] = hostname().split('.');
    for (const name of ['state', 'spool']) mkdirSync(at(name));
    writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o400 });
    const settings = {
      ClusterName: 'vppcap',
      SlurmctldHost: `${host}(127.0.0.1)`,
      AuthType: 'auth/munge',
      AuthInfo: `socket=${at('munge.socket')}`,
      CredType: 'cred/munge',
      ProctrackType: 'proctrack/pgid',
      ReturnToService: '2',
      SlurmUser: 'root',
      SlurmctldPidFile: at('slurmctld.pid'),
      SlurmdPidFile: at('slurmd.pid'),
      SlurmctldPort: String(CONTROLLER_PORT),
      SlurmdPort: String(NODE_PORT),
      SlurmctldLogFile: at('slurmctld.log'),
      SlurmdLogFile: at('slurmd.log'),
      StateSaveLocation: at('state'),
      SlurmdSpoolDir: at('spool'),
      SwitchType: 'switch/none',
      TaskPlugin: 'task/none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_Core',
      AccountingStorageType: 'accounting_storage/none',
      JobCompType: 'jobcomp/none',
    };
    const lines = [
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
    ];
    writeFileSync(at('slurm.conf'), `${lines.join('\n')}\n`);
    this.environment = { ...process.env, SLURM_CONF: at('slurm.conf') };
    const munge = [
      'key-file=munge.key',
      'socket=munge.socket',
      'pid-file=munged.pid',
      'log-file=munged.log',
      'seed-file=seed',
    ];
    this.run('munged', [...munge.map((one) => `--${one.replace('=', `=${folder}/`)}`), '--force']);
    this.run('slurmctld', []);
    this.run('slurmd', []);
  }

  /** Standard output of a command of Slurm's. Throws where it fails. */
  readonly run = (command: string, args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: this.environment });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };

  /**
   * Runs the recipe of docs/SCALE.md as an array in a folder that has fleet/; its task 2 is killed and runs once more.
   * @param vppcap shell words that start it
   * @param killAfterMilliseconds how long that task works before; null where it waits to be killed
   */
  async runRecipe(
    folder: string,
    tasks: number,
    vppcap: string,
    killAfterMilliseconds: number | null,
    patienceMilliseconds: number,
  ): Promise<void> {
    const recipe = /^```sh\n(#!\/bin\/sh\n#SBATCH[^]*?)^```$/m.exec(
      readFileSync(join(ROOT, 'docs/SCALE.md'), 'utf8'),
    )?.[1];
    if (recipe === undefined) throw new Error('docs/SCALE.md has no script with #SBATCH');
    const isFirst = `[ "$SLURM_ARRAY_TASK_ID" = 2 ] && [ "\${SLURM_RESTART_COUNT:-0}" = 0 ]`;
    const wait120 = killAfterMilliseconds === null ? ' && sleep 120' : '';
    writeFileSync(join(folder, 'audit.sh'), recipe.replace(/^(?=vppcap)/m, `${isFirst} && touch running${wait120}\n`));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'vppcap'), `#!/bin/sh\nexec ${vppcap} "$@"\n`, { mode: 0o755 });
    const until = async (what: string, isSo: () => boolean): Promise<void> => {
      const start = Date.now();
      while (!isSo()) {
        await wait(200);
        if (Date.now() - start > patienceMilliseconds) throw new Error(`${what}: not in time`);
      }
    };
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const options = [
      '--parsable',
      '--requeue',
      `--array=1-${String(tasks)}`,
      `--chdir=${folder}`,
      `--export=ALL,PATH=${path}`,
    ];
    const task = `${this.run('sbatch', [...options, join(folder, 'audit.sh')])}_2`;
    await until('the task to be killed runs', () => existsSync(join(folder, 'running')));
    await wait(killAfterMilliseconds ?? 0);
    this.run('scontrol', ['requeue', task]);
    await until(
      'the killed task waits',
      () => this.run('squeue', ['--noheader', '--format=%t', `--jobs=${task}`]) === 'PD',
    );
    this.run('scontrol', ['update', `jobid=${task}`, 'StartTime=now']);
    await until('all tasks end', () => this.run('squeue', ['--noheader']) === '');
  }

  /** Ends the daemons; they write into the folder until they are gone. */
  async stop(): Promise<void> {
    const running = DAEMONS.map((name) => join(this.folder, `${name}.pid`))
      .filter((file) => existsSync(file))
      .map((file) => Number(readFileSync(file, 'utf8')));
    for (const daemon of running) process.kill(daemon);
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    while (running.some(isRunning) && Date.now() < deadline) await wait(100);
  }
}

/** Whether a process is there, and no zombie that nobody waits for. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}
