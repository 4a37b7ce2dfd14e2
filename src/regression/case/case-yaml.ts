/** Writes case.yaml, in the order of its schema, in which a person reads it. */

import { Document, isScalar, isSeq, visit } from 'yaml';
import { caseSchema, type CaseYaml } from './case-schema.js';

const LINE_WIDTH = 120;
/** Maps that read best on one line, by the key of the list they are in. */
const ON_ONE_LINE = ['captures', 'drops', 'unstable'];

/** The text of a case.yaml. `head` is a comment for its first lines. */
export function caseYamlText(description: CaseYaml, head: readonly string[]): string {
  const keys = Object.keys(caseSchema.shape) as (keyof CaseYaml)[];
  const present = keys.filter((key) => description[key] !== undefined).map((key) => [key, description[key]]);
  const document = new Document(withoutUndefined(Object.fromEntries(present)), { aliasDuplicateObjects: false });
  layOut(document);
  return `${head.map((line) => `# ${line}\n`).join('')}${document.toString({ lineWidth: LINE_WIDTH })}`;
}

/** Puts short maps of lists on one line each. */
export function layOut(document: Document): void {
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !ON_ONE_LINE.includes(String(key.value))) return;
      visit(value as never, { Map: (_key, map) => void (map.flow = map.items.every((item) => isShort(item.value))) });
    },
  });
}

/** A word, or a list of words. */
const isShort = (value: unknown): boolean => isScalar(value) || (isSeq(value) && value.items.every(isScalar));

/** The text of a document that was read from a file and changed; what was not changed keeps its comments. */
export const documentText = (document: Document): string => document.toString({ lineWidth: LINE_WIDTH });

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
