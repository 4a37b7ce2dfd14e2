/** The files of schema/, made from the zod schemas that read what they describe, and the columns in docs/TABLES.md. */

import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { z } from 'zod';
import { caseSchema } from '../src/regression/case/case-schema.js';
import { auditSchema } from './audit-schema.js';
import { diffSchema } from './diff-schema.js';
import { fleetDiffSchema, fleetSchema } from './fleet-schema.js';
import { reportSchema } from './report-schema.js';
import { withTableSections } from './table-sections.js';
import { verdictSchema } from './verdict-schema.js';

/** Texts by path below the project's folder. */
export async function schemaFiles(): Promise<Map<string, string>> {
  const schemas: [string, object][] = [
    ['schema/case.schema.json', { title: 'vppcap case.yaml', ...z.toJSONSchema(caseSchema, { io: 'input' }) }],
    ['schema/test-report.schema.json', { title: 'vppcap test report', ...z.toJSONSchema(reportSchema) }],
    ['schema/verdict.schema.json', { title: 'vppcap verdict', ...z.toJSONSchema(verdictSchema) }],
    ['schema/audit.schema.json', { title: 'vppcap audit report', ...z.toJSONSchema(auditSchema) }],
    ['schema/diff.schema.json', { title: 'vppcap diff report', ...z.toJSONSchema(diffSchema) }],
    ['schema/fleet.schema.json', { title: 'vppcap fleet report', ...z.toJSONSchema(fleetSchema) }],
    ['schema/fleet-diff.schema.json', { title: 'vppcap fleet diff report', ...z.toJSONSchema(fleetDiffSchema) }],
  ];
  const files = new Map<string, string>();
  for (const [path, schema] of schemas)
    files.set(path, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }));
  const tables = 'docs/TABLES.md';
  const document = withTableSections(readFileSync(tables, 'utf8'));
  files.set(tables, await format(document, { parser: 'markdown', printWidth: 120 }));
  return files;
}
