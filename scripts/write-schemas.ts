/**
 * Writes the JSON Schemas of schema/, and the columns in docs/TABLES.md:
 *
 *     node dist/scripts/write-schemas.js     (in the project's folder)
 *
 * test/regression/schemas.test.ts sees to it that they are fresh.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { schemaFiles } from './schema-files.js';

for (const [path, text] of await schemaFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
