/**
 * Words of a script line. VPP's CLI separates words by white space; a comma is a word of its own, since `set acl-plugin acl`
 * separates rules by commas that stick to the word before, and so are the braces of a startup.conf section.
 */

export interface Token {
  readonly text: string;
  /** Counts from 1. */
  readonly column: number;
}

const WORD = /[,{}]|[^\s,{}]+/g;

/** The words of `line` from `offset` on; columns count from the start of the line. */
export function tokenize(line: string, offset = 0): Token[] {
  const tokens: Token[] = [];
  WORD.lastIndex = offset;
  for (let match = WORD.exec(line); match !== null; match = WORD.exec(line))
    tokens.push({ text: match[0], column: match.index + 1 });
  return tokens;
}
