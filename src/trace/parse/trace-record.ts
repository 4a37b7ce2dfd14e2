/** What a text is parsed to: packets, and the record of each node that a packet visited. */

import type { Field as TemplateField, LineTemplate, Values } from '../../pipeline/trace/template.js';
import type { TextLine } from './lines.js';

/** A line that was understood. */
export interface TraceLine {
  /** Number in the text; where it was wrapped, of the first of its lines. */
  readonly number: number;
  readonly template: LineTemplate;
  /** Name of the template. */
  readonly form: string;
  readonly values: Values;
  readonly isCut: boolean;
}

/** What one node says about a packet. */
export interface NodeRecord {
  /** null where the line that names the node is lost and nothing else says it. */
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
  /** One of its lines is cut off. */
  hasCutLines: boolean;
}

export interface ParsedTrace {
  readonly packets: PacketTrace[];
  /** Lines are cut off, so that what stands at a line's end may be incomplete. */
  readonly hasCutLines: boolean;
  /** Lines of known nodes that have none of their forms. */
  readonly unread: readonly TextLine[];
  /** It has words of a later release than those that are known. */
  readonly isLater: boolean;
}

/** A number with the line it stands on. */
export interface Field {
  readonly value: number;
  readonly line: number;
  readonly isOpen: boolean;
}

/** Where a field is in the header that its line shows. */
export interface HeaderField extends Field {
  readonly at: number;
  readonly bytes: number;
  /** Those that are stated; undefined for all of them. */
  readonly bits: number | undefined;
}

export const lineOf = ({ lines }: NodeRecord, form: string): TraceLine | undefined =>
  lines.find((line) => line.form === form);

/** A field's text; undefined where the line or the field is not there. */
export const textOf = (line: TraceLine | undefined, name: string): string | undefined => line?.values[name]?.text;

/** A field's number; null where the line lacks it or the value cannot be. */
export function field(line: TraceLine | undefined, name: string): Field | null {
  const declared = line?.template.parsed.fields.get(name);
  return line === undefined || declared === undefined ? null : numberOf(line, declared);
}

function numberOf({ values, number }: TraceLine, { name, type: { read } }: TemplateField): Field | null {
  const found = values[name];
  const value = found === undefined || read === undefined ? null : read(found.text);
  return found === undefined || value === null || Number.isNaN(value)
    ? null
    : { value, line: number, isOpen: found.isOpen };
}

/** The numbers of lines that stand in their header, each with its place. */
export function headerFields(lines: readonly TraceLine[]): HeaderField[] {
  const all: HeaderField[] = [];
  for (const line of lines)
    for (const declared of line.template.parsed.inHeader) {
      const found = numberOf(line, declared);
      if (found === null) continue;
      const { at, type, name } = declared;
      const bits = type.bitsOf?.(line.values[name]?.text ?? '');
      all.push({ value: found.value, line: found.line, isOpen: found.isOpen, at, bytes: type.octets ?? 0, bits });
    }
  return all;
}
