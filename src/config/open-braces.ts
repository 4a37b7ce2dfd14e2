/** Braces over several lines, whose content is no command: `comment { … }`, `packet-generator new { … }`, a section of startup.conf. */

import type { SourceLocation } from '../pipeline/command/config-error.js';

export class OpenBraces {
  /** The lines of a section of startup.conf so far, without its comments. */
  readonly lines: string[] = [];

  /**
   * @param section its name, in startup.conf
   * @param depth how many are open when the next line begins
   */
  constructor(
    readonly at: SourceLocation,
    readonly text: string,
    readonly section: string | null,
    private depth = 0,
  ) {}

  /** Reads a line from `from` on: the index behind the brace that closes all, or -1 where they stay open. */
  read(line: string, from: number): number {
    const plain = this.section === null ? line : line.replace(/#.*/, '');
    let end = -1;
    for (let i = from; i < plain.length && end < 0; i++)
      if (plain[i] === '{') this.depth++;
      else if (plain[i] === '}' && --this.depth === 0) end = i + 1;
    if (this.section !== null) this.lines.push(plain.slice(from, end < 0 ? undefined : end));
    return end;
  }

  /** Those that a command leaves open, which go on over lines. */
  static left(text: string, at: SourceLocation): OpenBraces | null {
    const depth = text.split('{').length - text.split('}').length;
    return depth > 0 ? new OpenBraces(at, text, null, depth) : null;
  }
}
