/** What a text loses on its way: the ends of lines, lines, its beginning, its end. */

export interface Damage {
  readonly what: string;
  readonly text: string;
}

const ENDS = [1, 3, 4, 12];
const COLUMNS = [40, 60, 72, 80, 100];

/** @param step takes the lines 0, step, 2 * step, …; 1 for all */
export function damages(lines: readonly string[], step: number): Damage[] {
  const changed = (at: number, text: string): string => lines.map((line, i) => (i === at ? text : line)).join('\n');
  const single = lines.flatMap((line, at): Damage[] => {
    if (at % step !== 0 || line.trim() === '') return [];
    const cuts = [...ENDS.filter((count) => count < line.trim().length), Math.ceil(line.length / 2)];
    return [
      ...cuts.map((count) => ({ what: `line ${at + 1} cut by ${count}`, text: changed(at, line.slice(0, -count)) })),
      { what: `without line ${at + 1}`, text: lines.filter((_, i) => i !== at).join('\n') },
      { what: `from line ${at + 1} on`, text: lines.slice(at).join('\n') },
      { what: `up to line ${at}`, text: lines.slice(0, at).join('\n') },
    ];
  });
  return [
    ...single,
    ...ENDS.map((count) => ({
      what: `all lines cut by ${count}`,
      text: lines.map((line) => line.slice(0, -count)).join('\n'),
    })),
    ...COLUMNS.map((columns) => ({
      what: `cut at column ${columns}`,
      text: lines.map((line) => line.slice(0, columns)).join('\n'),
    })),
  ];
}
