/** Compares a node's record in the trace with the one that the model leaves at the same place. */

import type { Field } from '../../pipeline/trace/template.js';
import { roleOf } from '../parse/nodes.js';
import { field as fieldOf, textOf, type NodeRecord, type TraceLine } from '../parse/trace-record.js';
import type { Numbering } from './numbering.js';
import { ACTION_SESSION } from './preconditions.js';
import { isSameNode } from './same-record.js';
import { FIELD_DIFFERENCES, type FieldDifference } from '../../releases/trace-differences.js';

/** A value that differs. */
export interface ValueDifference {
  /** In words. */
  readonly field: string;
  /** 'line.field' */
  readonly key: string;
  /** NAT44 writes it, or it shows what NAT44 wrote. */
  readonly isTranslated: boolean;
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
  /** Values that differ, but depend on bytes that the trace does not show: the twin has others there. */
  readonly open: readonly ValueDifference[];
  readonly explained: readonly FieldDifference[];
}

/** What else a comparison depends on. */
export interface RecordContext {
  /** The model's record with other values in the place of unknown bytes; undefined where the packet has gone another way. */
  readonly twin: NodeRecord | undefined;
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
  /** Nothing of an older release explains a difference. */
  readonly isOfThisRelease: boolean;
}

export function compareRecords(
  traced: NodeRecord,
  modelled: NodeRecord,
  numbering: Numbering,
  context: RecordContext,
): RecordComparison {
  const differences: ValueDifference[] = [];
  const open: ValueDifference[] = [];
  const explained: FieldDifference[] = [];
  const doubts: ValueDifference[] = [];
  numbering.mark();
  const node = traced.node ?? '';
  const isDevice = roleOf(node) === 'device';
  const { tracedNext, modelledNext } = context;
  const isOpen = context.twin !== undefined && isOpenRecord(modelled, context.twin);
  // Where a heading is lost, its lines stand here.
  const lost = isSameNode(tracedNext, modelledNext?.node ?? null) ? null : modelledNext;
  for (const line of traced.lines) {
    if (line.form === 'dump') {
      // A device dumps what is behind a header that it takes for ARP's.
      if (!isDevice) differences.push(...compareDump(line, modelled, context));
      continue;
    }
    const twin = lineLike(modelled, line) ?? (lost === null ? undefined : lineLike(lost, line));
    const other = context.twin && lineLike(context.twin, line);
    for (const field of line.template.parsed.compared) {
      if (isDevice && (twin === undefined || !context.hasDeviceLength)) continue; // another driver
      const difference = compareField(node, line, twin, field, numbering, context);
      if (difference === null) continue;
      const known = FIELD_DIFFERENCES.find(
        (row) =>
          !context.isOfThisRelease &&
          row.node.test(node) &&
          row.fields.includes(difference.key) &&
          row.traced.test(difference.traced) &&
          row.modelled.test(difference.modelled) &&
          isWhen(row.when, context, line),
      );
      const isOpenHere = context.twin !== undefined && isOpenValue(twin, other, field, isOpen);
      if (known) explained.push(known);
      else if (isOpenHere) open.push(difference);
      else if (difference.isBeginning) doubts.push(difference);
      else differences.push(difference);
    }
  }
  if (differences.length + open.length > 0) numbering.forgetMarked();
  return { differences, open, explained, doubts };
}

/**
 * True where a value hangs on bytes that the trace does not show: with others it is another one. What is not there in either case
 * may hang on them where something of the record does.
 */
function isOpenValue(
  modelled: TraceLine | undefined,
  twin: TraceLine | undefined,
  { name }: Field,
  isRecordOpen: boolean,
): boolean {
  const [text, other] = [modelled, twin].map((line) => textOf(line, name));
  return text !== other || (text === undefined && isRecordOpen);
}

/** True where the record has other lines or values with other bytes. */
const isOpenRecord = ({ lines }: NodeRecord, twin: NodeRecord): boolean =>
  lines.length !== twin.lines.length ||
  lines.some(({ form, values }, at) => {
    const other = twin.lines[at];
    return form !== other.form || Object.keys(values).some((name) => values[name]?.text !== textOf(other, name));
  });

const lineLike = ({ lines }: NodeRecord, { form }: TraceLine): TraceLine | undefined =>
  lines.find((line) => line.form === form);

const VXLAN_PORT = '4789';

const isWhen = (
  when: FieldDifference['when'],
  { isUntranslated, tracedNext, modelledNext }: RecordContext,
  line: TraceLine,
): boolean => {
  switch (when) {
    case undefined:
      return true;
    case 'the packet is not translated':
      return isUntranslated;
    case 'the packet is VXLAN':
      return textOf(line, 'destination') === VXLAN_PORT;
    case 'the trace goes on to the slow path':
      return tracedNext?.endsWith('-slowpath') === true && modelledNext?.node?.endsWith('-slowpath') !== true;
  }
};

/** How a field of a node's line is compared, where that depends on more than the field. */
function comparisonOf(node: string, line: TraceLine, field: Field, next: string | null): Field['comparison'] {
  if (line.form === 'lookup' && field.comparison === 'adjacency') {
    if (node === 'ip4-load-balance') return 'object behind a load balance';
    if (next === 'ip4-load-balance') return 'load balance';
  }
  // A session is one of the packet's own ends whatever its number, and numbers are given anew when sessions time out.
  const isSession = field.name === 'ruleIndex' && textOf(line, 'action') === ACTION_SESSION;
  return isSession ? null : field.comparison;
}

function compareField(
  node: string,
  line: TraceLine,
  twin: TraceLine | undefined,
  field: Field,
  numbering: Numbering,
  { tracedNext, isEchoReply }: RecordContext,
): ValueDifference | null {
  const traced = line.values[field.name];
  const key = `${line.form}.${field.name}`;
  const comparison = comparisonOf(node, line, field, tracedNext);
  if (isEchoReply && RANDOM_IN_REPLIES.includes(key)) return null;
  if (comparison === null || (line.isCut && traced === undefined)) return null;
  // What the older release does not print at all is no difference; what it prints must be there.
  if (traced === undefined && (field.isOfSomeReleases || textOf(twin, field.name) === undefined)) return null;
  const isRandom = isEchoReply && key === 'l2-output.data';
  const [before, after] = [line, twin]
    .map((entry) => textOf(entry, field.name))
    .map((text) => (isRandom ? withoutId(text) : text) ?? 'nothing');
  const endsLine = traced?.isOpen === true;
  const isSame =
    comparison === 'text' ? before === after : numbering.isSame(comparison, Number(before), Number(after), endsLine);
  if (isSame) return null;
  // Of what may follow a value at the end of a line, as flags do, all may be lost.
  const isBeginning = traced === undefined || (endsLine && after.startsWith(before));
  const { words, isTranslated } = field;
  return { field: words, key, isTranslated, traced: before, modelled: after, line: line.number, isBeginning };
}

const RANDOM_IN_REPLIES: readonly string[] = ['ip4-fragment.id', 'ip4-fields.checksum'];
/** The octets behind the addresses of a frame without those of the IP id. */
const withoutId = (data: string | undefined): string | undefined =>
  data?.replace(/^((?:(?:81 00|88 a8) \S+ \S+\s+)*(?:\S+\s+){6})\S+\s+\S+/, '$1');
/** Bytes of the id and the header checksum in an IPv4 header. */
const RANDOM_BYTES: readonly number[] = [4, 5, 10, 11];
/** An Ethernet header with its tags, in hexadecimal digits. */
const ETHERNET_HEADER = /^.{24}(?:(?:8100|88a8).{4})*.{4}/;

/** Bytes of a dump that NAT44 does not write, whatever header it begins with. */
const ETHERNET_ADDRESSES = 10;

function compareDump(
  line: TraceLine,
  modelled: NodeRecord,
  { dumpBytes, isEchoReply, twin: other }: RecordContext,
): ValueDifference[] {
  const offset = fieldOf(line, 'offset')?.value ?? 0;
  const bytesOf = ({ lines }: NodeRecord, at = offset): string =>
    textOf(
      lines.find((entry) => entry.form === 'dump' && fieldOf(entry, 'offset')?.value === at),
      'bytes',
    ) ?? '';
  const l3 = (ETHERNET_HEADER.exec(bytesOf(modelled, 0))?.[0].length ?? 0) / 2;
  const before = textOf(line, 'bytes') ?? '';
  const after = bytesOf(modelled);
  const open = other === undefined ? after : bytesOf(other);
  const digits = Math.max(0, Math.min(before.length, (dumpBytes - offset) * 2));
  for (let at = 0; at < digits; at += 2) {
    const isSame = before.slice(at, at + 2) === after.slice(at, at + 2);
    // Both octets of a checksum depend on what is unknown, even where one comes out alike.
    const word = at - (at % 4);
    const isKnown = after.slice(word, word + 4) === open.slice(word, word + 4);
    if (!isSame && isKnown && !(isEchoReply && RANDOM_BYTES.includes(offset + at / 2 - l3)))
      return [
        {
          field: `byte ${offset + at / 2} of the packet`,
          key: 'dump.bytes',
          isTranslated: offset + at / 2 >= ETHERNET_ADDRESSES,
          traced: `0x${before.slice(at, at + 2)}`,
          modelled: after === '' ? 'nothing' : `0x${after.slice(at, at + 2)}`,
          line: line.number,
        },
      ];
  }
  return [];
}
