/** The text of a trace taken apart by nodes, as far as comparing two texts needs it. */

/** A node's heading and the lines of its records. */
export interface TraceGroup {
  readonly node: string;
  readonly lines: readonly string[];
}

const HEADING = /^\d\d:\d\d:\d\d:\d{6}: (.*)$/;

/** The groups of one packet's text. Blanks and empty lines at its end are no part of it: recordings have lost them. */
export function traceGroups(text: string): TraceGroup[] {
  const groups: { node: string; lines: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const heading = HEADING.exec(line);
    if (heading) groups.push({ node: heading[1], lines: [] });
    else groups.at(-1)?.lines.push(line);
  }
  return groups;
}
