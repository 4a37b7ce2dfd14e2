/**
 * Keeps the code that V8 makes of a script (argument 1) in a file (argument 2) while it runs what further arguments name: replays
 * the sample capture, compares it with itself, shows a configuration, or its version.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

const [file, code] = process.argv.slice(2, 4).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
process.stdout.write = () => true; // words are made, but nobody wants to see them
const script = new Script(readFileSync(file, 'latin1'), { filename: file });
const { runVppcap } = script.runInThisContext()(createRequire(file), dirname(file));
const input = 'captures/pod-to-internet.pcap';
const runs = {
  '--version': ['--version'],
  replay: ['replay', input, '-o', join(folder, 'out.pcap')],
  verify: ['verify', input, input],
  config: ['config', 'configs/contiv-node.vpp'],
};
for (const name of process.argv.slice(4)) await runVppcap(runs[name], () => '');
rmSync(folder, { recursive: true });
writeFileSync(code, script.createCachedData());
