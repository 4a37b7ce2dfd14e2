#!/usr/bin/env node
/** The `vppcap` command. This file is bundled as CommonJS, as Node.js starts that faster than a module. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedScript, exportsOf } from './arguments/cached-script.js';
import type * as PlainCommand from './arguments/plain-command.js';

/** The files that plain-command.ts's script and its code are in; the bundler knows their names. */
declare const SCRIPT: string;
declare const CODE: string;

function codeIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function plainCommand(): typeof PlainCommand {
  const file = join(__dirname, SCRIPT);
  const script = cachedScript(file, codeIfThere(join(__dirname, CODE)));
  return exportsOf(script, file, require) as typeof PlainCommand;
}

const args = process.argv.slice(2);
const isPlain = args[0] === 'replay' || args[0] === 'verify';
if (!isPlain || plainCommand().runPlainCommand(args) === null)
  void import('./arguments/any-command.js').then(({ runAnyCommand }) => runAnyCommand(args));
