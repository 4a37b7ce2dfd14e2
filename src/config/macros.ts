/** `define X VALUE`, and `$(X)` or `$X` in the lines behind it. VPP 26.06 src/vppinfra/macros.c, src/vlib/unix/cli.c */

import type { VppCommand } from '../pipeline/command/command-row.js';
import { ConfigError, type SourceLocation } from '../pipeline/command/config-error.js';
import type { Token } from '../pipeline/command/tokens.js';
import type { Release } from '../releases/release.js';

const DEFINE = 'define';
const UNDEFINE = 'undefine';

const REFERENCE = /\$(?:\(([^)]*)\)|(\w+))/g;

/** VPP looks no deeper into values that name others. */
const LEVELS = 8;

export class Macros {
  private readonly values = new Map<string, string>();

  constructor(private readonly release: Release) {}

  /** Whether the command is one about macros, of the release at hand. */
  takes({ path, releases }: VppCommand): boolean {
    return (path === DEFINE || path === UNDEFINE) && releases.includes(this.release.name);
  }

  /** @param words behind `define` or `undefine` */
  change(path: string, words: readonly Token[], at: SourceLocation): void {
    const [name, ...value] = words.map(({ text }) => text);
    if ((name as string | undefined) === undefined) throw new ConfigError(at, `"${path}": the name is missing`);
    if (path === UNDEFINE) this.values.delete(name);
    else if (value.length === 0) throw new ConfigError(at, `"${path} ${name}": the value is missing`);
    else this.values.set(name, value.join(' '));
  }

  /** The line with values in the place of names; a name without a value stays, and is told where it is read. */
  expand(line: string, level = 0): string {
    if (this.values.size === 0 || level === LEVELS || !line.includes('$')) return line;
    return line.replace(REFERENCE, (reference, inBraces: string | undefined, bare: string | undefined) => {
      const value = this.values.get(inBraces ?? bare ?? '');
      return value === undefined ? reference : this.expand(value, level + 1);
    });
  }
}
