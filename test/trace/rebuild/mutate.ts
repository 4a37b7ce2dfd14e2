/** Ways in which a trace suffers on its way into a mail or a ticket. */

import fc from 'fast-check';

/** A line of a mutated text, and the lines of the original that it has text of, from 1. */
export interface MutatedLine {
  readonly text: string;
  readonly from: readonly number[];
}

type Mutation = (lines: MutatedLine[]) => MutatedLine[];

const at = (share: number, length: number): number => Math.min(Math.floor(share * length), Math.max(length - 1, 0));
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** A line ends early. */
const cutLine = fc.record({ where: share, keep: share }).map(
  ({ where, keep }): Mutation =>
    (lines) =>
      lines.map((line, i) =>
        i === at(where, lines.length) ? { ...line, text: line.text.slice(0, at(keep, line.text.length)) } : line,
      ),
);

/** All lines end at a column. */
const cutColumns = fc.integer({ min: 30, max: 110 }).map(
  (columns): Mutation =>
    (lines) =>
      lines.map((line) => ({ ...line, text: line.text.slice(0, columns) })),
);

const loseLine = share.map(
  (where): Mutation =>
    (lines) =>
      lines.filter((_, i) => i !== at(where, lines.length)),
);

const loseBlock = fc
  .record({ where: share, count: fc.integer({ min: 2, max: 30 }) })
  .map(({ where, count }): Mutation => (lines) => {
    const first = at(where, lines.length);
    return lines.filter((_, i) => i < first || i >= first + count);
  });

/** The end is missing. */
const truncate = share.map(
  (keep): Mutation =>
    (lines) =>
      lines.slice(0, at(keep, lines.length) + 1),
);

const reindent = fc.constantFrom('', '    ', '> ', '\t').map(
  (indent): Mutation =>
    (lines) =>
      lines.map((line) => ({ ...line, text: indent + line.text.trimStart() })),
);

/** Long lines go on in the next, broken at a space. */
const wrap = fc.integer({ min: 40, max: 100 }).map(
  (columns): Mutation =>
    (lines) =>
      lines.flatMap((line) => {
        const parts: MutatedLine[] = [];
        let rest = line.text;
        while (rest.length > columns) {
          const space = rest.lastIndexOf(' ', columns);
          if (space <= rest.length - rest.trimStart().length) break;
          parts.push({ ...line, text: rest.slice(0, space) });
          rest = rest.slice(space + 1);
        }
        return [...parts, { ...line, text: rest }];
      }),
);

const doubleLine = share.map(
  (where): Mutation =>
    (lines) =>
      lines.flatMap((line, i) => (i === at(where, lines.length) ? [line, line] : [line])),
);

/** One to a dozen things that happen to a text. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(
    fc.oneof(
      cutLine,
      cutLine,
      loseLine,
      loseLine,
      loseLine,
      loseBlock,
      cutColumns,
      truncate,
      reindent,
      wrap,
      doubleLine,
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(
    (all): Mutation =>
      (lines) =>
        all.reduce((mutated, mutation) => mutation(mutated), lines),
  );

export const linesOf = (text: string): MutatedLine[] =>
  text.split('\n').map((line, i) => ({ text: line, from: [i + 1] }));

export const textOf = (lines: readonly MutatedLine[]): string => lines.map(({ text }) => text).join('\n');
