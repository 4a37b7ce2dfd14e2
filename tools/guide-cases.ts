/**
 * Writes the regression cases that come from the Contiv guide's traces, and those made by hand:
 *
 *     node dist/tools/guide-cases.js     (in the project's folder; VPPCAP_REFERENCE names the traces' folder)
 *
 * The committed files are the product; this says how they came about, and test/regression/guide-files.test.ts makes them
 * again and compares. No expectation comes from vppcap itself.
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { guideFiles, handFiles, readBuiltIn } from './guide/all-files.js';

const reference = process.env['VPPCAP_REFERENCE'] ?? '../shared/reference';
const builtIn = readBuiltIn();
const files = handFiles(builtIn);
if (existsSync(reference)) for (const [path, bytes] of guideFiles(reference, builtIn)) files.set(path, bytes);
else console.error(`${reference}: no such folder; only the cases made by hand are written`);
for (const [path, bytes] of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
console.log(`${files.size} files written`);
