/** Which template a line has: one of those of its record's node, or one that says what it is by itself. */

import type { LineMatch, LineTemplate, Values } from '../../pipeline/trace/template.js';
import { interfaceOfNode, isKnownNode, LINES, linesOf } from './nodes.js';
import type { NodeRecord } from './trace-record.js';

export interface Match extends LineMatch {
  readonly template: LineTemplate;
  readonly form: string;
}

/** The template of a line among those of its record's node. */
export const matchOwn = (record: NodeRecord | null, text: string): Match | null => {
  const node = record?.node ?? null;
  if (record === null || node === null) return null;
  const lines = linesOf(node);
  const found = matchIn(lines, text, node);
  if (found?.isCut !== true || !repeats(record, found.template)) return found;
  // What is cut off may be of several templates, and the record has some of them.
  return matchIn(
    lines.filter((line) => !repeats(record, line)),
    text,
    node,
  );
};

/** The template of a line among some: a whole match before one with something behind it, and that before one that is cut off. */
function matchIn(templates: readonly LineTemplate[], text: string, node: string | null): Match | null {
  let longer: Match | null = null;
  let cut: Match | null = null;
  for (const template of templates) {
    const found = template.match(text);
    if (found === null || !isPlausible(template, found.values, node)) continue;
    const match = { ...found, template, form: template.name };
    if (found.isCut) cut ??= match;
    else if (found.hasMore) longer ??= match;
    else return match;
  }
  return longer ?? cut;
}

const DISTINCT = LINES.filter(({ isDistinct }) => isDistinct);

export function matchAny(text: string): Match | null {
  const found = matchIn(DISTINCT, text, null);
  if (found === null || found.hasMore) return null;
  return !found.isCut || Object.keys(found.values).length > 0 ? found : null;
}

/** Guards the templates that would match too much. */
function isPlausible({ name }: LineTemplate, values: Values, node: string | null): boolean {
  if (name === 'interface') {
    const [of, port] = [values['interface']?.text ?? '', interfaceOfNode(node)];
    return port !== null && (of === port || of.startsWith(`${port}.`)); // a sub-interface leaves by its port's node
  }
  if (name === 'drop-reason') {
    const by = values['node']?.text ?? '';
    return by === 'null-node' || isKnownNode(by);
  }
  return true;
}

/** True where a line begins a further packet's part of a record: it comes again, or a dump starts anew. */
export const repeats = ({ lines }: NodeRecord, { name, isRepeating }: LineTemplate): boolean =>
  !isRepeating && lines.some((line) => line.form === name);
