/**
 * From a pasted text to lines: removes what carries a trace without belonging to it, and Markdown's fences.
 */

import { withoutPrefixes } from './prefixes.js';
import { unwrap } from './unwrap.js';

/** A line without white space around it. */
export interface TextLine {
  /** As an editor numbers it, from 1; in a text that has the trace as one string or line, a line of the string. */
  readonly number: number;
  readonly text: string;
  /** It is as long as a line can be here: something cut all lines off at a column, and this one too may have gone on. */
  readonly mayGoOn: boolean;
  /** White space before it. */
  readonly indentation: number;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const QUOTE = /^\s*(?:>\s?)+/;

/** `02:06:32:879780: virtio-input`, wherever it stands in its line. */
export const NODE_LINE = /^(\d{2}):(\d{2}):(\d{2}):(\d{6}): (\S+)$/;

/**
 * The lines that may belong to a trace. In a Markdown document whose fenced blocks have traces, these are the lines of all
 * fenced blocks; in any other text, all lines.
 */
export function traceLines(text: string): TextLine[] {
  const lines: RawLine[] = [];
  const fenced: RawLine[] = [];
  let fence: string | null = null;
  let hasFencedTrace = false;
  const unquoted = unwrap(text)
    .split(/\n|\r/)
    .map((line) => line.replace(QUOTE, ''));
  for (const [index, raw] of withoutPrefixes(unquoted).entries()) {
    const mark = FENCE.exec(raw)?.[1];
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null;
      continue;
    }
    const columns = raw.trimEnd().length;
    const line = { number: index + 1, text: raw.trim(), columns };
    lines.push(line);
    if (fence === null) continue;
    fenced.push(line);
    hasFencedTrace ||= NODE_LINE.test(line.text);
  }
  return markLongest(hasFencedTrace ? fenced : lines);
}

interface RawLine {
  readonly number: number;
  readonly text: string;
  readonly columns: number;
}

/** So many of the longest lines are no chance. */
const LIKELY_CUT = 3;
/** Lines that were cut at one column and lost their indentation then differ by as much. */
const INDENTATION = 4;

/** Longest lines as they stand, and without their indentation. In a whole trace these are lines whose ends say nothing. */
function markLongest(lines: readonly RawLine[]): TextLine[] {
  let columns = 0;
  let length = 0;
  for (const line of lines) {
    columns = Math.max(columns, line.columns);
    length = Math.max(length, line.text.length);
  }
  const isLongest = (line: RawLine): boolean => line.columns === columns || line.text.length >= length - INDENTATION;
  const isCut = lines.filter(isLongest).length >= LIKELY_CUT;
  return lines.map((line) => ({
    number: line.number,
    text: line.text,
    mayGoOn: isCut && isLongest(line),
    indentation: line.columns - line.text.length,
  }));
}
