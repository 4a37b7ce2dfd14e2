/**
 * Writes the regression cases that are beginnings of recordings of VPP:
 *
 *     node dist/tools/recording-cases.js     (in the project's folder; VPPCAP_ORACLE names the corpus)
 *
 * The committed files are the product; test/regression/recording-files.test.ts makes them again and compares. No
 * expectation comes from vppcap itself.
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allRecordingFiles } from './recordings/all-cases.js';

const corpora = process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle');
if (existsSync(corpora)) {
  const files = await allRecordingFiles(corpora);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  console.log(`${files.size} files written`);
} else {
  console.error(`there is no corpus at ${corpora}; VPPCAP_ORACLE names the folder that holds vpp-19.08/`);
  process.exitCode = 2;
}
