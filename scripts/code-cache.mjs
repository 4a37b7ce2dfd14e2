/** Keeps the code that V8 makes of a script (argument 1) while it replays the sample capture and compares, in a file (argument 2). */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

const [file, code] = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
process.stdout.write = () => true; // words are made, but nobody wants to see them
const script = new Script(readFileSync(file, 'latin1'), { filename: file });
const { runVppcap } = script.runInThisContext()(createRequire(file), dirname(file));
const [input, output] = ['captures/pod-to-internet.pcap', join(folder, 'out.pcap')];
await runVppcap(['replay', input, '-o', output]);
await runVppcap(['verify', output, output]);
await runVppcap(['config', 'configs/contiv-node.vpp']);
rmSync(folder, { recursive: true });
writeFileSync(code, script.createCachedData());
