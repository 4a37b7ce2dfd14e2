#!/usr/bin/env node
/**
 * The `vppcap` command of the package: dist/bin/vppcap.js. It runs one script with the code that V8 made of it when the package was
 * built (scripts/bundle.mjs), since compiling takes a third of a small replay. V8 refuses code of another version of itself or
 * under other flags, and compiles then.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

/** Put here by the bundler. */
/* global __dirname, process, SCRIPT, CODE */
const file = join(__dirname, SCRIPT);

let cachedData;
try {
  cachedData = readFileSync(join(__dirname, CODE));
} catch {
  // Without its code the command starts later, and is no worse otherwise.
}
const script = new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
const { runVppcap } = script.runInThisContext()(require, __dirname);
const helpOf = (command) => JSON.parse(readFileSync(join(__dirname, 'help.json'), 'utf8'))[command ?? ''];
void runVppcap(process.argv.slice(2), helpOf);
