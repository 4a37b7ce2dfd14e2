/** The files of schema/, made from the zod schemas that read what they describe. */

import { format } from 'prettier';
import { caseJsonSchema } from '../src/regression/case-schema.js';
import { reportJsonSchema } from '../src/regression/report-schema.js';

/** Texts by path below the project's folder. */
export async function schemaFiles(): Promise<Map<string, string>> {
  const schemas: [string, object][] = [
    ['schema/case.schema.json', caseJsonSchema()],
    ['schema/test-report.schema.json', reportJsonSchema()],
  ];
  const files = new Map<string, string>();
  for (const [path, schema] of schemas)
    files.set(path, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }));
  return files;
}
