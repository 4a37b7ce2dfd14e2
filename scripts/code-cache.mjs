/**
 * Keeps the code that V8 makes of a script (argument 1) in a file (argument 2): while it replays the sample capture, compares and
 * shows a configuration, or where the script has no command (argument 3: none), while it shows its version.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

const [file, code] = process.argv.slice(2, 4).map((path) => resolve(path));
const hasCommands = process.argv[4] !== 'none';
const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
process.stdout.write = () => true; // words are made, but nobody wants to see them
const script = new Script(readFileSync(file, 'latin1'), { filename: file });
const { runVppcap } = script.runInThisContext()(createRequire(file), dirname(file));
const [input, output] = ['captures/pod-to-internet.pcap', join(folder, 'out.pcap')];
const runs = hasCommands
  ? [
      ['replay', input, '-o', output],
      ['verify', output, output],
      ['config', 'configs/contiv-node.vpp'],
    ]
  : [['--version'], ['--help']];
for (const args of runs) await runVppcap(args, () => '');
rmSync(folder, { recursive: true });
writeFileSync(code, script.createCachedData());
