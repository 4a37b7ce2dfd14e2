/** What a trace's text shows: frames that arrived and left, the path of each, what was decided about it. */

import { roleOf } from '../parse/nodes.js';
import { parseTrace } from '../parse/records.js';
import { lineOf, textOf, type NodeRecord, type PacketTrace } from '../parse/trace-record.js';
import type { TextLine } from '../parse/lines.js';
import { dissectPacket } from '../rebuild/packet-dissection.js';
import { frameOf, type RebuiltFrame } from '../rebuild/rebuilt-frame.js';
import { InterfaceFacts } from './interfaces.js';

export interface ImportedOutput {
  readonly interfaceName: string;
  readonly frame: RebuiltFrame;
  /** Line of the record that shows it leave. */
  readonly line: number;
  /** False for a packet that a node made; of these only headers are known. */
  readonly isOwn: boolean;
  /** What is not known of it is not known of the frame that arrived either: with zeros in both, the two can be compared. */
  readonly isComparable: boolean;
}

export interface ImportedDrop {
  readonly node: string;
  readonly reason: string;
  readonly line: number;
}

export interface ImportedPacket {
  /** From 1, in the order of the text. */
  readonly number: number;
  readonly trace: PacketTrace;
  /** Since the traced VPP's clock began; null where no line has it. */
  readonly microseconds: number | null;
  /** Nodes in order, without the device's input and tx nodes; '?' for a record whose node is not known. */
  readonly path: readonly string[];
  /** Null where the text does not have the packet's beginning, or its length. */
  readonly input: RebuiltFrame | null;
  readonly lengthFrom: 'device' | 'IPv4 header' | null;
  readonly rx: { readonly swIfIndex: number | null; readonly name: string | null };
  readonly outputs: readonly ImportedOutput[];
  readonly drop: ImportedDrop | null;
  /** Line from which on the records are another packet's, or null. */
  readonly strayLine: number | null;
}

export interface ImportedTrace {
  readonly packets: readonly ImportedPacket[];
  readonly interfaces: InterfaceFacts;
  readonly hasCutLines: boolean;
  /** Lines of known nodes that have none of their forms. */
  readonly unread: readonly TextLine[];
  /** The text has words of a later release than those that are known. */
  readonly isLater: boolean;
}

/**
 * Reads a text. Never throws: a text without traces gives no packets.
 * @param isWanted takes a packet's number, from 1 in the order of the text; nothing is learned from the others
 */
export function importTrace(text: string, isWanted: (number: number) => boolean = () => true): ImportedTrace {
  // A NUL would make what is written of the trace no text.
  const { packets, hasCutLines, unread, isLater } = parseTrace(text.replaceAll('\0', '\ufffd'));
  const numbered = packets.map((trace, i) => ({ trace, number: i + 1 })).filter(({ number }) => isWanted(number));
  const interfaces = new InterfaceFacts(numbered.map(({ trace }) => trace));
  return {
    packets: numbered.map(({ trace, number }) => importPacket(trace, number, !trace.hasCutLines, interfaces)),
    interfaces,
    hasCutLines,
    unread,
    isLater,
  };
}

function importPacket(
  trace: PacketTrace,
  number: number,
  trustsOpen: boolean,
  interfaces: InterfaceFacts,
): ImportedPacket {
  const { provenance, input, lengthFrom, outputs, strayLine } = dissectPacket(trace, trustsOpen);
  const arrived = new Set(input);
  const frame = input === null ? null : frameOf(provenance, input);
  return {
    number,
    trace,
    microseconds: trace.records.find(({ microseconds }) => microseconds !== null)?.microseconds ?? null,
    path: pathOf(trace.records),
    input: frame,
    lengthFrom,
    rx: interfaces.rxOf(trace, frame),
    outputs: outputs.map(({ interfaceName, cells, line, isOwn }) => ({
      interfaceName,
      frame: frameOf(provenance, cells),
      line,
      isOwn,
      isComparable:
        cells.length > 0 && cells.every((cell) => provenance.known(cell).mask === 0xff || arrived.has(cell)),
    })),
    drop: dropOf(trace.records),
    strayLine,
  };
}

/** Nodes as the recordings list them. */
export const pathOf = (records: readonly NodeRecord[]): string[] =>
  records.filter(({ node, isFurther }) => !isFurther && !isDevices(node)).map(({ node }) => node ?? '?');

const isDevices = (node: string | null): boolean => ['device', 'relay', 'tx'].includes(roleOf(node));

/** The reason that the drop or punt node prints. */
function dropOf(records: readonly NodeRecord[]): ImportedDrop | null {
  for (const record of records) {
    const line = roleOf(record.node) === 'end' ? lineOf(record, 'drop-reason') : undefined;
    const [node, reason] = [textOf(line, 'node'), textOf(line, 'reason')];
    if (line !== undefined && node !== undefined && reason !== undefined) return { node, reason, line: line.number };
  }
  return null;
}
