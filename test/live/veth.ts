/** A pair of virtual interfaces in a network namespace of its own, where we may make one. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

import { MAIN, ROOT } from '../cli/run-vppcap.js';

/** Where frames are recorded, and where they are sent into. */
export const NEAR = 'near';
export const FAR = 'far';

/** Why there is no live test here, or null. */
export function whyNotLive(): string | null {
  try {
    createRequire(import.meta.url)('cap');
  } catch {
    return 'the package cap is not built';
  }
  if (process.getuid?.() !== 0) return 'not root';
  return spawnSync('ip', ['-V']).status === 0 ? null : 'no iproute2';
}

/** Sends the records of a classic little-endian pcap, one each few milliseconds, through the binding. */
const SENDER = `
  const { Cap } = require('cap');
  const [device, path, times] = process.argv.slice(1);
  const bytes = require('fs').readFileSync(path);
  const cap = new Cap();
  cap.open(device, '', 1 << 20, Buffer.alloc(65536));
  (async () => {
    for (let turn = 0; turn < Number(times); turn++)
      for (let at = 24, length; at < bytes.length; at += 16 + length) {
        length = bytes.readUInt32LE(at + 8);
        cap.send(bytes.subarray(at + 16, at + 16 + length));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    cap.close();
  })();`;

export class VethPair {
  private readonly namespace = `vppcap-${process.pid}`;

  /** False where the system does not let us. */
  make(): boolean {
    if (spawnSync('ip', ['netns', 'add', this.namespace]).status !== 0) return false;
    // No frames but ours: neither neighbour discovery nor ARP.
    const quiet = this.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6');
    return quiet && this.makeLinks();
  }

  makeLinks(): boolean {
    return (
      this.run('ip', 'link', 'add', NEAR, 'type', 'veth', 'peer', 'name', FAR) &&
      [NEAR, FAR].every((name) => this.run('ip', 'link', 'set', name, 'arp', 'off', 'up'))
    );
  }

  removeLinks(): void {
    this.run('ip', 'link', 'del', NEAR);
  }

  remove(): void {
    spawnSync('ip', ['netns', 'del', this.namespace]);
  }

  send(path: string, times = 1): void {
    const node = [process.execPath, '-e', SENDER, FAR, path, String(times)];
    execFileSync('ip', ['netns', 'exec', this.namespace, ...node], { cwd: ROOT, stdio: 'ignore' });
  }

  /** Starts `vppcap capture` and waits until it records. */
  async start(...args: readonly string[]): Promise<LiveRun> {
    const command = [process.execPath, MAIN, 'capture', ...args];
    const child = spawn('ip', ['netns', 'exec', this.namespace, ...command], { cwd: ROOT });
    const run = new LiveRun(child);
    while (!run.stderr.includes('Ctrl-C ends it') && child.exitCode === null) await sleep(5);
    return run;
  }

  private run(...[command, ...args]: readonly string[]): boolean {
    return spawnSync('ip', ['netns', 'exec', this.namespace, command, ...args]).status === 0;
  }
}

export class LiveRun {
  stdout = Buffer.alloc(0);
  stderr = '';
  private readonly closed: Promise<unknown[]>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (data: Buffer) => (this.stdout = Buffer.concat([this.stdout, data])));
    child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.closed = once(child, 'close');
  }

  async end(): Promise<number | null> {
    const [code] = await this.closed;
    return code as number | null;
  }
}
