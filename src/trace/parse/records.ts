/**
 * From lines to packets: each a list of records, one per node that the packet visited. Works without indentation, with lines
 * missing or cut off, and with text between the packets.
 */

import { isOfLaterRelease } from './later-release.js';
import { NODE_LINE, traceLines, type TextLine } from './lines.js';
import { matchAny, matchOwn, repeats, type Match } from './match-line.js';
import { completedNode, hasLine, isKnownNode, ownerOf, roleOf } from './nodes.js';
import type { NodeRecord, PacketTrace, ParsedTrace, TraceLine } from './trace-record.js';
import { UnreadLines } from './unread-lines.js';

const THREAD_LINE = /^-*\s*Start of thread (\d+ \S+)\s*-*$/;
const PACKET_LINE = /^Packet (\d+):?$/;
/** A heading that lost its end. */
const CUT_HEADING = /^\d{2}:\d{2}:(?:\d{1,2}|\d{2}:\d{0,6}|\d{2}:\d{6}:)?$/;
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
  private readonly unread = new UnreadLines();
  private thread: string | null = null;
  private packet: PacketTrace | null = null;
  private record: NodeRecord | null = null;
  private hasCutLines = false;
  private at = 0;

  constructor(private readonly lines: readonly TextLine[]) {}

  read(): ParsedTrace {
    for (; this.at < this.lines.length; this.at++) this.readLine(this.lines[this.at]);
    return {
      packets: this.packets
        .filter(({ records }) => records.length > 0)
        .map((packet) => ({ ...packet, records: packet.records.map(completed) })),
      hasCutLines: this.hasCutLines,
      unread: this.unread.end(),
      isLater: isOfLaterRelease(this.lines),
    };
  }

  private readLine(line: TextLine): void {
    if (line.text === '') {
      this.unread.pause();
      return;
    }
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
    else if (this.record !== null && CUT_HEADING.test(line.text)) {
      this.startRecord(line.number, null, null);
      this.noteCut();
    } else this.readBody(line);
  }

  private noteCut(): void {
    this.hasCutLines = true;
    if (this.packet !== null) this.packet.hasCutLines = true;
  }

  private startPacket(line: number, number: number | null): PacketTrace {
    this.unread.endPacket();
    this.packet = { number, thread: this.thread, line, records: [], hasCutLines: false };
    this.record = null;
    this.packets.push(this.packet);
    return this.packet;
  }

  private startRecord(line: number, node: string | null, microseconds: number | null, isFurther = false): NodeRecord {
    const packet =
      this.packet === null || (!isFurther && this.startsPacket(node, microseconds))
        ? this.startPacket(line, null)
        : this.packet;
    this.unread.goOn();
    this.record = { node, number: line, microseconds, lines: [], isFurther };
    packet.records.push(this.record);
    return this.record;
  }

  /** True where a record cannot be of the packet before: its heading is lost, or the text has none. */
  private startsPacket(node: string | null, microseconds: number | null): boolean {
    const last = this.packet?.records.at(-1);
    if (!last) return false;
    if (microseconds !== null && last.microseconds !== null && microseconds < last.microseconds) return true;
    const lastRole = roleOf(last.node);
    switch (roleOf(node)) {
      case 'device':
        return true;
      case 'relay':
        return lastRole === 'tx' || lastRole === 'end';
      case 'ethernet':
        // A device's heading may be lost.
        return (
          lastRole !== 'device' && lastRole !== 'relay' && (last.node !== null || this.packet?.records.length !== 1)
        );
      default:
        return node === 'ip4-input' && (lastRole === 'tx' || lastRole === 'end');
    }
  }

  private readBody(line: TextLine): void {
    const { record } = this;
    const own = matchOwn(record, line.text);
    const isWhole = own !== null && !own.isCut && !own.hasMore;
    const found = isWhole ? own : (this.joined(line, record) ?? own ?? matchAny(line.text));
    if (found === null) {
      if (record !== null && !this.joinsLast(line)) this.unread.add(line, record);
      return;
    }
    this.unread.goOn();
    const target = this.recordFor(line, found);
    if (found.isCut) this.noteCut();
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
      // What stands behind a form is no addition to it here: it is another line.
      if (found === null || found.hasMore) return null;
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
    const found = last.template.match(`${before.text} ${line.text}`);
    if (found === null || found.isCut || found.hasMore) return false;
    this.record?.lines.splice(-1, 1, { ...last, ...found });
    return true;
  }

  /** The record a line belongs to: the current one, or another whose heading is lost or shared. */
  private recordFor(line: TextLine, { form, template }: Match): NodeRecord | null {
    const { record } = this;
    if (record === null) {
      // Text before the first record: only what one node alone prints begins a packet.
      const owner = ownerOf(form);
      return owner !== null && roleOf(owner) === 'device' ? this.startRecord(line.number, owner, null) : null;
    }
    // Of a node that is not known, any line may be.
    const isOwn = record.node === null || !isKnownNode(record.node) || hasLine(record.node, form);
    if (!isOwn) {
      const owner = ownerOf(form);
      if (record.lines.length > 0 || !owner?.startsWith(record.node)) return this.startRecord(line.number, owner, null);
      // What is left of a name that lost its end may be another node's.
      this.packet?.records.pop();
      return this.startRecord(record.number, owner, record.microseconds);
    }
    // A device receives one packet at a time.
    if (!repeats(record, template) || roleOf(record.node) === 'device') return record;
    return this.startRecord(line.number, record.node, record.microseconds, true);
  }
}

/** A record whose node's name lost its end. */
function completed(record: NodeRecord): NodeRecord {
  const { node, lines } = record;
  if (node === null || lines.length === 0 || isKnownNode(node)) return record;
  const forms = lines.map(({ form }) => form);
  return { ...record, node: completedNode(node, forms) ?? node };
}

/** A line that may have gone on: what stands at its end is not taken. */
function withoutEnd({ form, template, values }: Match, number: number): TraceLine {
  const closed = Object.entries(values).filter(([, value]) => value?.isOpen === false);
  return { number, form, template, values: Object.fromEntries(closed), isCut: true };
}

function microsecondsOf(head: RegExpExecArray): number {
  const [hours, minutes, seconds, micro] = head.slice(1, 5).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micro;
}
