/**
 * CommonJS modules with the code that V8 made of them when the package was built. Compiling takes a third of a small replay;
 * V8 refuses code of another version of itself or under other flags, and compiles then.
 */

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/**
 * The module in a file, not run yet.
 * @param code what `Script.createCachedData` gave for this file, or undefined
 */
export function cachedScript(file: string, code: Buffer | undefined): Script {
  const source = readFileSync(file, 'latin1'); // the bundler writes ASCII only
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
  return new Script(wrapped, { filename: file, cachedData: code });
}

/** Runs the module and returns what it exports. */
export function exportsOf(script: Script, file: string, require: NodeJS.Require): unknown {
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: unknown[]) => void;
  run(module.exports, require, module, file, dirname(file));
  return module.exports;
}
