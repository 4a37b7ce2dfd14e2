/**
 * Builds the program and style of the report's page from page/, with the libraries that they use:
 *
 *     dist/page/report.js, report.css    what src/report/page.ts puts into each page
 *     dist/page/LICENSES.txt             of the libraries in it
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const OUT = 'dist/page';

const { metafile } = await build({
  entryPoints: { report: 'page/main.tsx', suite: 'page/suite.tsx' },
  outdir: OUT,
  bundle: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  charset: 'ascii', // the page's bytes are what its policy's hash is of, whatever encoding somebody opens it with
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
const { outputFiles } = await build({
  entryPoints: { style: 'page/style.css' },
  outdir: OUT,
  bundle: true,
  minify: true,
  write: false,
  logLevel: 'warning',
});
writeFileSync(`${OUT}/style.css`, outputFiles[0].contents);

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
);
packages.add('uplot'); // its style
const manifestOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
// A package may come as one file with what it needs in it, as dagre does with graphlib.
for (const name of packages) for (const inner of Object.keys(manifestOf(name).dependencies ?? {})) packages.add(inner);
const licenses = [...packages].sort().map((name) => {
  const { version, license } = manifestOf(name);
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}\n`;
});
writeFileSync(`${OUT}/LICENSES.txt`, licenses.join('\n----\n\n'));
