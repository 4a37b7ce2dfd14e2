/**
 * Which record of the model a record of the text is. Lines of a text may be cut off or lost: a heading, the end of a node's name,
 * a record of one line. What is missing so is no decision.
 */

import { hasLine, interfaceOfNode, isKnownNode, modelledName, roleOf } from '../parse/nodes.js';
import type { NodeRecord } from '../parse/trace-record.js';

/** Records of the text and of the model from one point on; undefined behind the end. */
export interface Ahead {
  readonly traced: readonly NodeRecord[];
  readonly modelled: readonly NodeRecord[];
}

/** True for records of one node: of the same, or of two devices' input nodes, which depend on the driver. */
export function isSameNode(traced: string | null, modelled: string | null): boolean {
  if (traced === null || modelled === null) return false;
  if (modelledName(traced) === modelledName(modelled)) return true;
  const [a, b] = [roleOf(traced), roleOf(modelled)];
  return (a === 'device' || a === 'relay') && b === 'device' && interfaceOfNode(traced) === null;
}

/** True where the next record of the text is the model's next one, as far as the text has it. */
export function isSameRecord({ traced, modelled }: Ahead): boolean {
  const [record] = traced;
  const [twin] = modelled;
  if (isSameNode(record.node, twin.node)) return true;
  const next = traced.at(1);
  const goOnAlike = next === undefined || isAlike(next, modelled.at(1));
  if (record.node === null || record.isFurther)
    return record.lines.length > 0
      ? record.lines.every(({ form }) => twin.node !== null && hasLine(twin.node, form))
      : goOnAlike;
  return isBeginning(record.node, twin.node) && (goOnAlike || !isKnownNode(record.node));
}

/** A heading may be lost again. */
const isAlike = (traced: NodeRecord, modelled: NodeRecord | undefined): boolean =>
  modelled !== undefined &&
  (traced.node === null || isSameNode(traced.node, modelled.node) || isBeginning(traced.node, modelled.node));

/** A name that lost its end. */
const isBeginning = (traced: string, modelled: string | null): boolean =>
  modelled !== null && modelled.length > traced.length && modelled.startsWith(traced);

/**
 * True where the model's next record is missing in the text for the want of one line: it has no others, or they stand under the
 * heading before.
 */
export function isHeadingLost(
  before: NodeRecord | undefined,
  modelledBefore: NodeRecord | undefined,
  { traced, modelled }: Ahead,
): boolean {
  const [twin] = modelled;
  if (modelled.length < 2 || !isSameRecord({ traced, modelled: modelled.slice(1) })) return false;
  if (twin.lines.length === 0) return true;
  const own = new Set(modelledBefore?.lines.map(({ form }) => form));
  return before?.lines.some(({ form }) => !own.has(form) && twin.lines.some((line) => line.form === form)) === true;
}
