#!/usr/bin/env node
/**
 * The `vppcap` command of the package: dist/bin/vppcap.js. It runs a script with the code that V8 made of it when the package was
 * built (scripts/bundle.mjs), since compiling takes a third of a small replay. V8 refuses code of another version of itself or
 * under other flags, and compiles then.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

/** Names of scripts by the word that says what runs, '' for words that have none of their own; put here by the bundler. */
/* global __dirname, process, SCRIPTS */
const args = process.argv.slice(2);
const word = args.length === 2 && args[1] === '--help' ? '--help' : args[0];
const name = join(__dirname, SCRIPTS[Object.hasOwn(SCRIPTS, word) ? word : '']);

let cachedData;
try {
  cachedData = readFileSync(`${name}.code`);
} catch {
  // Without its code the command starts later, and is no worse otherwise.
}
const filename = `${name}.js`;
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
const { runVppcap } = script.runInThisContext()(require, __dirname);
const helpOf = (command) => JSON.parse(readFileSync(join(__dirname, 'help.json'), 'utf8'))[command ?? ''];
void runVppcap(args, helpOf);
