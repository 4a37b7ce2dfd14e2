/**
 * Packs what was compiled, as loading 180 modules takes longer than the replay of a small capture. Packages from npm stay
 * where they are.
 *
 *     dist/bin/vppcap.js     starts the command (scripts/launcher.cjs)
 *     dist/bin/script-*.js   commands as one script: none, those that run often, and all, as one starts sooner without the rest;
 *                            *.code is what V8 made of it (scripts/code-cache.mjs)
 *     dist/bin/help.json     help texts by command, '' for all: what lays them out takes as long to load as Node itself
 *     dist/lib/              modules: the library, what threads and processes run
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { COMMANDS } from '../dist/src/cli/commands.js';
import { COMPLETE } from '../dist/src/cli/commands/completion.js';
import { helpOf } from '../dist/src/cli/help.js';

const BIN = 'dist/bin';
const LIB = 'dist/lib';

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Modules that a script cannot `require`.
  alias: { 'hyparquet-writer': resolve('node_modules/hyparquet-writer'), hyparquet: resolve('node_modules/hyparquet') },
  sourcemap: false,
  minifySyntax: true, // inlines numeric constants across modules
  minifyWhitespace: true,
  minifyIdentifiers: true,
  legalComments: 'none',
  logLevel: 'warning',
};

rmSync(BIN, { recursive: true, force: true });
rmSync(LIB, { recursive: true, force: true });
await build({
  ...COMMON,
  entryPoints: {
    index: 'dist/src/index.js', // the library
    'batch-thread': 'dist/src/workers/batch-thread.js',
    'case-worker': 'dist/src/regression/case-worker.js', // a worker thread's
    'bundle-worker': 'dist/src/fleet/bundle-worker.js', // a worker thread's
    recorder: 'dist/src/capture/live/recorder.js', // a process of its own
  },
  outdir: LIB,
  splitting: true, // what is not needed is not loaded
  format: 'esm',
});
/** Commands that run often: without the others, their script starts in four fifths of the time. */
const OFTEN = ['replay', 'verify', 'trace', 'explain', 'config'];
/** Those whose code is kept. */
const KEPT = ['replay', 'verify', 'config'];
/** Scripts by the words that they are for; null for all commands. */
const SCRIPTS = [
  { words: ['--version', '--help', '-h'], commands: [], kept: ['--version'] },
  { words: [...OFTEN, COMPLETE], commands: OFTEN, kept: KEPT },
  { words: [''], commands: null, kept: KEPT },
];

/** Leaves out what commands run, but for some commands; without any, what completion offers as well. */
const onlyRuns = (commands) => ({
  name: 'only some commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, importer, kind }) => {
      const isAsked = importer.endsWith('/commands.js') || (commands.length === 0 && importer.endsWith('-values.js'));
      const isKept = commands.some((name) => path.endsWith(`/run-${name}.js`));
      return kind === 'dynamic-import' && isAsked && !isKept ? { path, external: true } : undefined;
    });
  },
});

/** Makes a script and the code that V8 makes of it, and returns what their names begin with. */
async function makeScript({ commands, kept }) {
  // A script's value is its last expression: a function that gives what the module exports. It is ASCII, as esbuild writes it.
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['dist/src/cli/command-line.js'],
    plugins: commands === null ? [] : [onlyRuns(commands)],
    write: false,
    format: 'cjs',
    supported: { 'dynamic-import': false }, // a cached script cannot import; what is needed late is in it, or required
    // Modules find threads and files of the package from where they are: here that is dist/lib.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: {
      js:
        '(function(require,__dirname){const module={exports:{}};' +
        'const moduleUrl=require("node:url").pathToFileURL(require("node:path").join(__dirname,"../lib/index.js")).href;',
    },
    footer: { js: 'return module.exports})' },
  });
  const [{ contents }] = outputFiles;
  // Script and code go together: of the source V8 looks at the length only.
  const name = `script-${createHash('sha256').update(contents).digest('hex').slice(0, 8)}`;
  writeFileSync(`${BIN}/${name}.js`, contents);
  // V8 takes code under the flags it was made under: none.
  spawnSync(process.execPath, ['scripts/code-cache.mjs', `${BIN}/${name}.js`, `${BIN}/${name}.code`, ...kept], {
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return name;
}

mkdirSync(BIN);
writeFileSync(`${BIN}/package.json`, '{"type":"commonjs"}\n');
const scripts = {};
for (const script of SCRIPTS) {
  const name = await makeScript(script);
  for (const word of script.words) scripts[word] = name;
}
await build({
  ...COMMON,
  entryPoints: { vppcap: 'scripts/launcher.cjs' },
  outdir: BIN,
  format: 'cjs',
  define: { SCRIPTS: JSON.stringify(scripts) },
});
const names = [null, ...COMMANDS.map(({ table }) => table.name)];
const texts = await Promise.all(names.map(async (name) => [name ?? '', await helpOf(name)]));
writeFileSync(`${BIN}/help.json`, JSON.stringify(Object.fromEntries(texts)));
chmodSync(`${BIN}/vppcap.js`, 0o755);
