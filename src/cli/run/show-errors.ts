/** VPP's `show errors` table (VPP 19.08 src/vlib/error.c): Count, Node, Reason. */

/** A counter that is not zero. */
export interface ErrorCounter {
  /** 'node: reason' */
  readonly name: string;
  readonly count: number;
}

const COUNT_WIDTH = 10;
const NODE_WIDTH = 40;

/** Centred as VPP's format `%=40s` does it: an odd space goes before the text. */
function centred(text: string, width: number): string {
  const space = Math.max(0, width - text.length);
  const before = Math.ceil(space / 2);
  return `${' '.repeat(before)}${text}${' '.repeat(space - before)}`;
}

/** The table's lines, header first; none where nothing was counted. */
export function showErrors(counters: readonly ErrorCounter[]): string[] {
  if (counters.length === 0) return [];
  const rows = counters.map(({ name, count }) => {
    const colon = name.indexOf(': ');
    return `${String(count).padStart(COUNT_WIDTH)}${centred(name.slice(0, colon), NODE_WIDTH)}${name.slice(colon + 2)}`;
  });
  return [`${centred('Count', COUNT_WIDTH)}${centred('Node', NODE_WIDTH)}Reason`, ...rows];
}
