/** Records of sessions that the text does not have whole: whether there was a session, and which, is then unknown. */

import { hasLine, isCutName, roleOf } from '../parse/nodes.js';
import { lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';

/** Fields without which a record does not show its session, by the role of its node. */
const NEEDED: Readonly<Record<string, readonly (readonly [form: string, field: string])[]>> = {
  'nat-reassembly': [['nat-reassembly', 'isCached']],
  'nat-hairpinning': [['nat-hairpinning', 'isMapping']],
  nat: [['nat', 'session']],
  acl: [
    ['acl', 'ruleIndex'],
    ['acl-tuple', 'destinationPort'],
  ],
};

/** Lines of nodes that leave another record than others of their role. */
const OF_LINES = ['nat-reassembly', 'nat-hairpinning'];

/**
 * Why what differs at a line may come of a session: 'a line of nat44-out2in (line 36) is missing, which would tell of its session'.
 * Null where all records of sessions up to there are whole.
 * @param mayLackSession records of NAT44 say nothing of a session where there is none
 */
export function damagedState(records: readonly NodeRecord[], line: number, mayLackSession: boolean): string | null {
  for (const record of records) {
    if (record.number > line + LINES_OF_RECORD) return null;
    if (isDamaged(record, mayLackSession)) {
      const what = record.node === null ? 'the heading of a record' : `a line of ${record.node}`;
      return `${what} (line ${record.number}) is missing or cut off, which would tell of a session`;
    }
  }
  return null;
}

/** A difference may be told of the record before, whose last lines stand between. */
const LINES_OF_RECORD = 4;

function isDamaged(record: NodeRecord, mayLackSession: boolean): boolean {
  const { node, lines, isFurther } = record;
  if (node === null || isFurther || isCutName(node))
    return lines.some(({ form }) => /^(?:acl|nat)/.test(form)) || lines.length === 0;
  const kind = OF_LINES.find((form) => lineOf(record, form) !== undefined) ?? roleOf(node);
  if (kind === 'nat' && !hasLine(node, 'nat')) return false;
  const needed = kind === 'nat' && mayLackSession ? [['nat', 'nextIndex'] as const] : (NEEDED[kind] ?? []);
  return needed.some(([form, field]) => textOf(lineOf(record, form), field) === undefined);
}
