/** Folders of nodes that saw the documented flow, some of them with a fault. */

import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';

export interface Faults {
  /** Their scripts have a command that is none. */
  readonly broken?: readonly string[];
  /** Their pool has another address than their script says. */
  readonly different?: readonly string[];
  /** Their capture is cut. */
  readonly cut?: readonly string[];
  /** They have no capture. */
  readonly empty?: readonly string[];
}

/** Makes node-01, node-02, … Returns their paths below the folder's parent, as a shell there would write them. */
export function writeFleet(
  folder: string,
  count: number,
  { broken = [], different = [], cut = [], empty = [] }: Faults,
): string[] {
  mkdirSync(folder, { recursive: true });
  const both = join(dirname(folder), 'both.pcapng');
  runVppcap(['replay', join(ROOT, 'captures/pod-to-internet.pcap'), '--both', '-q', '-o', both]);
  const script = readFileSync(join(ROOT, 'configs/contiv-node.vpp'), 'utf8');
  const names = Array.from({ length: count }, (_, at) => `node-${String(at + 1).padStart(2, '0')}`);
  for (const name of names) {
    const at = join(folder, name);
    mkdirSync(at);
    const capture = join(at, 'both.pcapng');
    if (!empty.includes(name)) cpSync(both, capture);
    if (cut.includes(name)) truncateSync(capture, 1000);
    const pool = different.includes(name) ? '192.168.16.9' : '192.168.16.1';
    const own = script.replace('nat44 add address 192.168.16.1\n', `nat44 add address ${pool}\n`);
    writeFileSync(join(at, 'node.vpp'), broken.includes(name) ? `${own}frobnicate\n` : own);
  }
  rmSync(both);
  return names.map((name) => join(basename(folder), name));
}
