/** Compares a node's record in the trace with the one that the model leaves at the same place. */

import { nodeForm } from '../parse/nodes.js';
import type { NodeRecord, TraceLine } from '../parse/records.js';
import { comparisonOf, COMPARED, fieldWords } from './compared-fields.js';
import type { Numbering } from './numbering.js';
import { isSameNode } from './same-record.js';
import { FIELD_DIFFERENCES, type FieldDifference } from './release-differences.js';

/** A value that differs. */
export interface ValueDifference {
  readonly field: string;
  readonly traced: string;
  readonly modelled: string;
  /** Line of the trace. */
  readonly line: number;
  /** The text's value ends its line, and the model's begins with it. */
  readonly isBeginning?: boolean;
}

export interface RecordComparison {
  /** Lines whose last value may have lost its end: what is there agrees. */
  readonly doubts: readonly ValueDifference[];
  readonly differences: readonly ValueDifference[];
  readonly explained: readonly FieldDifference[];
}

/** What else a comparison depends on. */
export interface RecordContext {
  /** Length of the packet at ip4-rewrite: VPP dumps what lies behind it too. */
  readonly dumpBytes: number;
  /** Nodes that follow, or null. */
  readonly tracedNext: string | null;
  readonly modelledNext: NodeRecord | null;
  /** The packet goes between the same ends before the node and after it, as the trace has it. */
  readonly isUntranslated: boolean;
  /** The frame was made as long as the device says. */
  readonly hasDeviceLength: boolean;
  /** The packet is an echo reply by now, whose IP id VPP draws at random. */
  readonly isEchoReply: boolean;
}

export function compareRecords(
  traced: NodeRecord,
  modelled: NodeRecord,
  numbering: Numbering,
  context: RecordContext,
): RecordComparison {
  const differences: ValueDifference[] = [];
  const explained: FieldDifference[] = [];
  const doubts: ValueDifference[] = [];
  const node = traced.node ?? '';
  const isDevice = nodeForm(node).role === 'device';
  const { tracedNext, modelledNext } = context;
  // Where a heading is lost, its lines stand here.
  const lost = isSameNode(tracedNext, modelledNext?.node ?? null) ? null : modelledNext;
  for (const line of traced.lines) {
    if (line.form === 'dump') {
      differences.push(...compareDump(line, modelled, context));
      continue;
    }
    const twin = twinOf(line, modelled) ?? (lost === null ? undefined : twinOf(line, lost));
    for (const field of Object.keys(COMPARED[line.form] ?? {})) {
      if (isDevice && (twin === undefined || !context.hasDeviceLength)) continue; // another driver
      const difference = compareField(node, line, twin, field, numbering, context);
      if (difference === null) continue;
      const known = FIELD_DIFFERENCES.find(
        (row) =>
          row.node.test(node) &&
          row.fields.includes(`${line.form}.${field}`) &&
          row.traced.test(difference.traced) &&
          row.modelled.test(difference.modelled) &&
          isWhen(row.when, context),
      );
      if (known) explained.push(known);
      else if (difference.isBeginning) doubts.push(difference);
      else differences.push(difference);
    }
  }
  return { differences, explained, doubts };
}

const twinOf = ({ form }: TraceLine, { lines }: NodeRecord): TraceLine | undefined =>
  lines.find((line) => kindOf(line.form) === kindOf(form));

const isWhen = (
  when: FieldDifference['when'],
  { isUntranslated, tracedNext, modelledNext }: RecordContext,
): boolean => {
  switch (when) {
    case undefined:
      return true;
    case 'the packet is not translated':
      return isUntranslated;
    case 'the trace goes on to the slow path':
      return tracedNext?.endsWith('-slowpath') === true && modelledNext?.node?.endsWith('-slowpath') !== true;
  }
};

/** The ACL plugin's tuple says the same in all its forms. */
const kindOf = (form: string): string => form.replace(/^(acl-tuple)-\d+$/, '$1');

function compareField(
  node: string,
  line: TraceLine,
  twin: TraceLine | undefined,
  field: string,
  numbering: Numbering,
  { tracedNext, isEchoReply }: RecordContext,
): ValueDifference | null {
  const traced = line.values[field];
  const comparison = comparisonOf(node, line.form, field, line.values['action']?.text, tracedNext);
  if (isEchoReply && RANDOM_IN_REPLIES.includes(`${line.form}.${field}`)) return null;
  if (comparison === null || (line.isCut && traced === undefined)) return null;
  // What the older release does not print at all is no difference; what it prints must be there.
  const modelled = twin?.values[field];
  if (traced === undefined && (twin === undefined || isOptional(line, field))) return null;
  const [before, after] = [traced?.text ?? 'nothing', modelled?.text ?? 'nothing'];
  const isOpen = traced?.isOpen === true;
  const isSame =
    comparison === 'equal' ? before === after : numbering.isSame(comparison, Number(before), Number(after), isOpen);
  if (isSame) return null;
  // Of what may follow a value at the end of a line, as flags do, all may be lost.
  const isBeginning = traced === undefined || (isOpen && after.startsWith(before));
  return { field: fieldWords(line.form, field), traced: before, modelled: after, line: line.number, isBeginning };
}

const RANDOM_IN_REPLIES: readonly string[] = ['ip4-fragment.id', 'ip4-fields.checksum'];
/** Bytes of the same in a frame. */
const isRandomByte = (at: number): boolean => at === 18 || at === 19 || at === 24 || at === 25;

/** Fields that not every release prints. */
const isOptional = ({ form }: TraceLine, field: string): boolean => form === 'rewrite' && field === 'mtu';

function compareDump(
  line: TraceLine,
  modelled: NodeRecord,
  { dumpBytes, isEchoReply }: RecordContext,
): ValueDifference[] {
  const offset = parseInt(line.values['offset']?.text ?? '0', 16);
  const twin = modelled.lines.find(
    ({ form, values }) => form === 'dump' && parseInt(values['offset']?.text ?? '', 16) === offset,
  );
  const before = line.values['bytes']?.text ?? '';
  const after = twin?.values['bytes']?.text ?? '';
  const digits = Math.max(0, Math.min(before.length, (dumpBytes - offset) * 2));
  for (let at = 0; at < digits; at += 2)
    if (before.slice(at, at + 2) !== after.slice(at, at + 2) && !(isEchoReply && isRandomByte(offset + at / 2)))
      return [
        {
          field: `byte ${offset + at / 2} of the packet`,
          traced: `0x${before.slice(at, at + 2)}`,
          modelled: after === '' ? 'nothing' : `0x${after.slice(at, at + 2)}`,
          line: line.number,
        },
      ];
  return [];
}
