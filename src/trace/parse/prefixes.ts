/**
 * What stands before and behind each line of a trace where something listed it: a log's time, a pod's name, line numbers, marks of
 * a quotation, borders of a table. The headings of records show it: whatever stands around `00:00:01:234567: ip4-input` on its line
 * is not VPP's, and it is the same around the other lines, but for numbers.
 */

/** A heading with what is around it. Prose behind a node's name makes it no heading. */
const AROUND = /^(.*?)(\d{2}:\d{2}:\d{2}:\d{6}: [^\s"'`,;|\\{}]+)((?:\\[rn])*["'`,;|+\\{}\s]*)$/;
/** So many lines of the trace have to have it; else only the headings have. */
const MOST = 0.75;
/** A log's prefix with times and levels has at most so many shapes; more are of prose. */
const MOST_SHAPES = 50;
/** Longer ones are no log's, and too long for a pattern at some point. */
const LONGEST_SIDE = 1000;

/** Lines without what is around them; where nothing is, the same lines. Indentation may be lost, line ends with white space too. */
export function withoutPrefixes(lines: readonly string[]): readonly string[] {
  const headings = lines.map((line) => AROUND.exec(line));
  const before = patternOf(
    headings.map((found) => found?.[1]),
    (shape) => `^\\s*${shape}`,
  );
  const behind = patternOf(
    headings.map((found) => found?.[3]),
    (shape) => `\\s*${shape}$`,
  );
  if (before === null && behind === null) return lines;
  const first = headings.findIndex((found) => found !== null);
  const last = headings.findLastIndex((found) => found !== null);
  const within = lines.slice(first, last + 1).filter((line) => line.trim() !== '');
  const areMost = (pattern: RegExp | null): boolean =>
    pattern !== null && within.filter((line) => pattern.test(line)).length >= within.length * MOST;
  const [isBefore, isBehind] = [areMost(before), areMost(behind)];
  return lines.map((line, i) => {
    const heading = headings[i];
    if (heading !== null) return heading[2];
    const rest = isBefore && before !== null ? line.replace(before, '') : line;
    return isBehind && behind !== null ? rest.replace(behind, '') : rest;
  });
}

/** What matches any of the texts that stand at one side of the headings, numbers aside; null where nothing does. */
function patternOf(sides: readonly (string | undefined)[], anchored: (shape: string) => string): RegExp | null {
  const shapes = new Set(
    sides
      .filter((side) => side !== undefined && side.trim() !== '' && side.length <= LONGEST_SIDE)
      .map((side) => shapeOf(side ?? '')),
  );
  if (shapes.size === 0 || shapes.size > MOST_SHAPES) return null;
  // The longest first: one may be the beginning of another.
  const longestFirst = [...shapes].toSorted((a, b) => b.length - a.length);
  return new RegExp(anchored(`(?:${longestFirst.join('|')})`));
}

/** `2018-11-28T17:03:21Z vpp[12]: ` as a pattern in which any number may stand for a number. An empty line has no space behind it. */
const shapeOf = (side: string): string =>
  side
    .trim()
    .split(/(\d+|\s+)/)
    .map((part) => {
      if (/^\d+$/.test(part)) return '\\d+';
      return /^\s+$/.test(part) ? '\\s+' : part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    })
    .join('') + (/\s$/.test(side) ? '(?:\\s+|$)' : '');
