/** Keeps the code that V8 makes of a script (argument 1) while it replays the sample capture and compares, in a file (argument 2). */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cachedScript, exportsOf } from '../dist/src/cli/arguments/cached-script.js';

const [file, code] = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
process.stdout.write = () => true; // words are made, but nobody wants to see them
const script = cachedScript(file, undefined);
const { runPlainCommand } = exportsOf(script, file, createRequire(file));
const [input, output] = ['captures/pod-to-internet.pcap', join(folder, 'out.pcap')];
await runPlainCommand(['replay', input, '-o', output]);
await runPlainCommand(['verify', output, output]);
rmSync(folder, { recursive: true });
writeFileSync(code, script.createCachedData());
