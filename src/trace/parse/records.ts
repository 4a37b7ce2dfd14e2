/**
 * From lines to packets: each a list of records, one per node that the packet visited. Works without indentation, with lines
 * missing or cut off, and with text between the packets.
 */

import { FORMS, type FormName } from './forms.js';
import type { FormMatch, Values } from './line-form.js';
import { NODE_LINE, traceLines, type TextLine } from './lines.js';
import { interfaceOfNode, isKnownNode, nodeForm, ownerOf } from './nodes.js';

/** A line that was understood. */
export interface TraceLine {
  /** Number in the text; where it was wrapped, of the first of its lines. */
  readonly number: number;
  readonly form: FormName;
  readonly values: Values;
  readonly isCut: boolean;
}

/** What one node says about a packet. */
export interface NodeRecord {
  /** null where the line that names the node is lost and nothing else tells. */
  readonly node: string | null;
  /** Line that names the node, or the first of its own. */
  readonly number: number;
  /** Since the traced VPP's clock began; null where the line that says so is lost. */
  readonly microseconds: number | null;
  readonly lines: TraceLine[];
  /** A further packet that the node handled under the same heading: a fragment, a copy. */
  readonly isFurther: boolean;
}

export interface PacketTrace {
  /** N of `Packet N`, where the text has it. */
  readonly number: number | null;
  readonly thread: string | null;
  /** First line. */
  readonly line: number;
  readonly records: NodeRecord[];
}

export interface ParsedTrace {
  readonly packets: PacketTrace[];
  /** Lines are cut off, so that what stands at a line's end may be incomplete. */
  readonly hasCutLines: boolean;
  /** Lines within packets that were not understood. */
  readonly unread: TextLine[];
}

const THREAD_LINE = /^-*\s*Start of thread (\d+ \S+)\s*-*$/;
const PACKET_LINE = /^Packet (\d+):?$/;
/** A wrapped line has at most this many parts. */
const WRAPPED_PARTS = 6;

/**
 * Parses a text. Never throws: what is no trace gives no packets.
 * @param isWhole nothing can have cut its lines off, however many are of one length
 */
export function parseTrace(text: string, isWhole = false): ParsedTrace {
  const lines = traceLines(text);
  const reader = new TraceReader(isWhole ? lines.map((line) => ({ ...line, mayGoOn: false })) : lines);
  return reader.read();
}

class TraceReader {
  private readonly packets: PacketTrace[] = [];
  private readonly unread: TextLine[] = [];
  private thread: string | null = null;
  private packet: PacketTrace | null = null;
  private record: NodeRecord | null = null;
  private hasCutLines = false;
  private at = 0;

  constructor(private readonly lines: readonly TextLine[]) {}

  read(): ParsedTrace {
    for (; this.at < this.lines.length; this.at++) this.readLine(this.lines[this.at]);
    return {
      packets: this.packets.filter(({ records }) => records.length > 0),
      hasCutLines: this.hasCutLines,
      unread: this.unread,
    };
  }

  private readLine(line: TextLine): void {
    if (line.text === '') return;
    const thread = THREAD_LINE.exec(line.text);
    if (thread) {
      this.thread = thread[1];
      this.packet = null;
      return;
    }
    const number = PACKET_LINE.exec(line.text);
    if (number) {
      this.startPacket(line.number, Number(number[1]));
      return;
    }
    const head = NODE_LINE.exec(line.text);
    if (head) this.startRecord(line.number, head[5], microsecondsOf(head));
    else this.readBody(line);
  }

  private startPacket(line: number, number: number | null): PacketTrace {
    this.packet = { number, thread: this.thread, line, records: [] };
    this.record = null;
    this.packets.push(this.packet);
    return this.packet;
  }

  private startRecord(line: number, node: string | null, microseconds: number | null, isFurther = false): NodeRecord {
    const packet =
      this.packet === null || this.startsPacket(node, microseconds) ? this.startPacket(line, null) : this.packet;
    this.record = { node, number: line, microseconds, lines: [], isFurther };
    packet.records.push(this.record);
    return this.record;
  }

  /** True where a record cannot be of the packet before: its heading is lost, or the text has none. */
  private startsPacket(node: string | null, microseconds: number | null): boolean {
    const last = this.packet?.records.at(-1);
    if (!last) return false;
    if (microseconds !== null && last.microseconds !== null && microseconds < last.microseconds) return true;
    const lastRole = last.node === null ? null : nodeForm(last.node).role;
    switch (node === null ? null : nodeForm(node).role) {
      case 'device':
        return true;
      case 'ethernet':
        return lastRole !== 'device';
      default:
        return node === 'ip4-input' && (lastRole === 'tx' || lastRole === 'end');
    }
  }

  private readBody(line: TextLine): void {
    const { record } = this;
    const own = matchOwn(record, line.text);
    const found = own !== null && !own.isCut ? own : (this.joined(line, record) ?? own ?? matchAny(line.text));
    if (found === null) {
      if (record !== null && !this.joinsLast(line)) this.unread.push(line);
      return;
    }
    this.hasCutLines ||= found.isCut;
    const target = this.recordFor(line, found.form);
    target?.lines.push(line.mayGoOn ? withoutEnd(found, line.number) : { ...found, number: line.number });
  }

  /** A line that makes a whole one together with those behind it: mails wrap long lines at spaces. */
  private joined(line: TextLine, record: NodeRecord | null): Match | null {
    let text = line.text;
    for (let part = 1; part < WRAPPED_PARTS; part++) {
      const next = this.lines.at(this.at + part);
      if (next === undefined || next.text === '' || NODE_LINE.test(next.text) || PACKET_LINE.test(next.text))
        return null;
      text = `${text} ${next.text}`;
      const found = matchOwn(record, text) ?? matchAny(text);
      if (found === null) return null;
      if (found.isCut) continue;
      this.at += part;
      return found;
    }
    return null;
  }

  /** The end of a line that was taken for whole, as `flags` is before `DONT_FRAGMENT`. */
  private joinsLast(line: TextLine): boolean {
    const last = this.record?.lines.at(-1);
    const before = this.lines.at(this.at - 1);
    if (last === undefined || last.number !== before?.number) return false;
    const found = FORMS.get(last.form)?.match(`${before.text} ${line.text}`) ?? null;
    if (found === null || found.isCut) return false;
    this.record?.lines.splice(-1, 1, { ...last, ...found });
    return true;
  }

  /** The record a line belongs to: the current one, or another whose heading is lost or shared. */
  private recordFor(line: TextLine, form: FormName): NodeRecord | null {
    const { record } = this;
    if (record === null) {
      // Text before the first record: only what one node alone prints begins a packet.
      const owner = ownerOf(form);
      return owner !== null && nodeForm(owner).role === 'device' ? this.startRecord(line.number, owner, null) : null;
    }
    const isOwn = record.node === null || nodeForm(record.node).forms.includes(form);
    if (!isOwn) return this.startRecord(line.number, ownerOf(form), null);
    if (!repeats(record, form)) return record;
    return this.startRecord(line.number, record.node, record.microseconds, true);
  }
}

/** A line that may have gone on: what stands at its end is not taken. */
function withoutEnd({ form, values }: Match, number: number): TraceLine {
  const closed = Object.entries(values).filter(([, value]) => value?.isOpen === false);
  return { number, form, values: Object.fromEntries(closed), isCut: true };
}

interface Match extends FormMatch {
  readonly form: FormName;
}

/** The form of a line among those of its record's node. */
const matchOwn = (record: NodeRecord | null, text: string): Match | null => {
  const node = record?.node ?? null;
  return node === null ? null : matchIn(nodeForm(node).forms, text, node);
};

/** The form of a line among some: a whole match before one that is cut off. */
function matchIn(forms: readonly FormName[], text: string, node: string | null): Match | null {
  let cut: Match | null = null;
  for (const form of forms) {
    const found = FORMS.get(form)?.match(text);
    if (!found || !isPlausible(form, found.values, node)) continue;
    if (!found.isCut) return { ...found, form };
    cut ??= { ...found, form };
  }
  return cut;
}

/** Forms that say what they are by themselves; the others would take any prose for theirs. */
const DISTINCT = [...FORMS.keys()].filter(
  (form) => !['interface', 'drop-reason', 'drop-rx', 'gre', 'llc', 'snap', 'truncated'].includes(form),
);

function matchAny(text: string): Match | null {
  const found = matchIn(DISTINCT, text, null);
  return found !== null && (!found.isCut || Object.keys(found.values).length > 0) ? found : null;
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
const REPEATING: ReadonlySet<FormName> = new Set(['dump']);

/** True where a line begins a further packet's part of a record: a form comes again, or a dump starts anew. */
function repeats({ lines }: NodeRecord, form: FormName): boolean {
  return !REPEATING.has(form) && lines.some((line) => line.form === form);
}

function microsecondsOf(head: RegExpExecArray): number {
  const [hours, minutes, seconds, micro] = head.slice(1, 5).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micro;
}
