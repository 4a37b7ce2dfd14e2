/** Which form a line has: one of those of its record's node, or one that says what it is by itself. */

import { FORMS, type FormName } from './forms.js';
import type { FormMatch, Values } from './line-form.js';
import { interfaceOfNode, isKnownNode, nodeForm } from './nodes.js';
import type { NodeRecord } from './records.js';

export interface Match extends FormMatch {
  readonly form: FormName;
}

/** The form of a line among those of its record's node. */
export const matchOwn = (record: NodeRecord | null, text: string): Match | null => {
  const node = record?.node ?? null;
  if (record === null || node === null) return null;
  const { forms } = nodeForm(node);
  const found = matchIn(forms, text, node);
  if (found?.isCut !== true || !repeats(record, found.form)) return found;
  // What is cut off may be of several forms, and the record has some of them.
  return matchIn(
    forms.filter((form) => !repeats(record, form)),
    text,
    node,
  );
};

/** The form of a line among some: a whole match before one with something behind it, and that before one that is cut off. */
function matchIn(forms: readonly FormName[], text: string, node: string | null): Match | null {
  let longer: Match | null = null;
  let cut: Match | null = null;
  for (const form of forms) {
    const found = FORMS.get(form)?.match(text);
    if (!found || !isPlausible(form, found.values, node)) continue;
    if (found.isCut) cut ??= { ...found, form };
    else if (found.hasMore) longer ??= { ...found, form };
    else return { ...found, form };
  }
  return longer ?? cut;
}

/** Forms that say what they are by themselves; the others would take any prose for theirs. */
const DISTINCT = [...FORMS.keys()].filter(
  (form) =>
    ![
      'interface',
      'rx-interface',
      'buffer-words',
      'drop-reason',
      'gre',
      'llc',
      'snap',
      'truncated',
      'driver',
      'tcp-option-list',
    ].includes(form),
);

export function matchAny(text: string): Match | null {
  const found = matchIn(DISTINCT, text, null);
  if (found === null || found.hasMore) return null;
  return !found.isCut || Object.keys(found.values).length > 0 ? found : null;
}

/** Guards the forms that would match too much. */
function isPlausible(form: FormName, values: Values, node: string | null): boolean {
  if (form === 'interface') return node !== null && values['interface']?.text === interfaceOfNode(node);
  if (form === 'drop-reason') {
    const by = values['node']?.text ?? '';
    return by === 'null-node' || isKnownNode(by);
  }
  return true;
}

/** Lines of which a record has several. */
const REPEATING: ReadonlySet<FormName> = new Set(['dump', 'buffer-words']);

/** True where a line begins a further packet's part of a record: a form comes again, or a dump starts anew. */
export function repeats({ lines }: NodeRecord, form: FormName): boolean {
  return !REPEATING.has(form) && lines.some((line) => line.form === form);
}
