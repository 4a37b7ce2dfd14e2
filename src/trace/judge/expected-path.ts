/** The path that the release takes where the trace of an older VPP has another, by the rows that say so. */

import { OLD_TUPLES } from '../../pipeline/acl/acl-trace.js';
import { roleOf } from '../parse/nodes.js';
import type { NodeRecord } from '../parse/trace-record.js';
import { endsAfter, endsBefore } from '../rebuild/ends.js';
import { PATH_DIFFERENCES, reasonOf, type ReleaseDifference } from '../../releases/trace-differences.js';

export interface ExpectedPath {
  /** Nodes without the device's input and tx nodes. */
  readonly path: readonly string[];
  /** Why it is another one, a sentence per row; empty where it is the same. */
  readonly why: readonly string[];
}

/** @param release its name, for the sentences */
export function expectedPath(records: readonly NodeRecord[], release: string): ExpectedPath {
  const own = records.filter(({ isFurther }) => !isFurther);
  const isOld = own.some(({ lines }) => lines.some(({ template }) => OLD_TUPLES.includes(template)));
  const path: string[] = [];
  const why = new Set<string>();
  for (let at = 0; at < own.length; at++) {
    const node = own[at].node ?? '?';
    if (!['device', 'relay', 'tx'].includes(roleOf(node))) path.push(node);
    const row = isOld ? rowAt(own, at) : undefined;
    if (!row) continue;
    path.push(...row.modelled);
    why.add(reasonOf(row, release));
    at += row.traced.length;
  }
  return { path, why: [...why] };
}

function rowAt(records: readonly NodeRecord[], at: number): ReleaseDifference | undefined {
  const node = records[at].node ?? '';
  return PATH_DIFFERENCES.find(
    (row) =>
      row.after.test(node) &&
      row.traced.every((traced, i) => records.at(at + 1 + i)?.node === traced) &&
      records.at(at + 1)?.node !== row.modelled.at(0) &&
      (row.when === undefined || isAnswerOfService(records, at)),
  );
}

/** A packet that the slow path translates though it began no flow: a session was there. */
function isAnswerOfService(records: readonly NodeRecord[], at: number): boolean {
  const [before, after] = [endsBefore(records, at), endsAfter(records, at + 1)];
  return before !== null && after !== null && before.isAnswer && before.source !== after.source;
}
