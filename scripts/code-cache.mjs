/** Keeps the code that V8 makes of a script (argument 1) while it replays the sample capture, in a file (argument 2). */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cachedScript, exportsOf } from '../dist/src/cli/cached-script.js';

const [file, code] = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
process.stdout.write = () => true; // the summary is made, but nobody wants to see it
const script = cachedScript(file, undefined);
const { startPlainReplay } = exportsOf(script, file, createRequire(file));
startPlainReplay(['replay', 'captures/pod-to-internet.pcap', '-o', join(folder, 'out.pcap')]);
process.on('exit', () => {
  rmSync(folder, { recursive: true });
  writeFileSync(code, script.createCachedData());
});
