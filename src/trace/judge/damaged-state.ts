/** Records of sessions that the text does not have whole: whether there was a session, and which, nobody can tell then. */

import { isCutName, nodeForm } from '../parse/nodes.js';
import type { NodeRecord, TraceLine } from '../parse/records.js';

/** Fields without which a record does not tell of its session, by the role of its node. */
const NEEDED: Readonly<Record<string, readonly (readonly [form: RegExp, field: RegExp])[]>> = {
  nat: [[/^nat(?:-reassembly)?$/, /session|status/]],
  acl: [
    [/^acl$/, /rule/],
    [/^acl-tuple/, /destinationPort/],
  ],
};

/**
 * Why what differs at a line may come of a session: 'a line of nat44-out2in (line 36) is missing, which would tell of its session'.
 * Null where all records of sessions up to there are whole.
 */
export function damagedState(records: readonly NodeRecord[], line: number): string | null {
  for (const record of records) {
    if (record.number > line + LINES_OF_RECORD) return null;
    if (isDamaged(record)) {
      const what = record.node === null ? 'the heading of a record' : `a line of ${record.node}`;
      return `${what} (line ${record.number}) is missing or cut off, which would tell of a session`;
    }
  }
  return null;
}

/** A difference may be told of the record before, whose last lines stand between. */
const LINES_OF_RECORD = 4;

function isDamaged({ node, lines, isFurther }: NodeRecord): boolean {
  if (node === null || isFurther || isCutName(node))
    return lines.some(({ form }) => /^(?:acl|nat)/.test(form)) || lines.length === 0;
  const needed = NEEDED[nodeForm(node).role] ?? [];
  return needed.some(([form, field]) => !lines.some((line) => form.test(line.form) && hasValue(line, field)));
}

const hasValue = ({ values }: TraceLine, field: RegExp): boolean =>
  Object.keys(values).some((name) => field.test(name) && values[name] !== undefined);
