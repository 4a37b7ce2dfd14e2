/** Where a command stands, and what can be wrong with it. */

import { EXIT_USAGE } from '../../capture/exit-codes.js';
import { UserError } from '../../capture/user-error.js';
import type { Tables } from '../engine/tables.js';

/** Where a command stands, for messages: line and column count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** From when on it holds, where that is not the start: `from frame 14`. */
  readonly since?: string;
}

export interface Prefix {
  /** Of IPv6 by number (wire/ip6-address.ts). */
  readonly address: number;
  readonly length: number;
  readonly isIp6?: true;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A script that cannot be used. The message is one line with file:line:column and, where near, what was meant. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError';
  readonly exitCode = EXIT_USAGE;

  constructor(
    readonly at: SourceLocation,
    /** The message without its place. */
    readonly why: string,
  ) {
    super(`${at.file}:${String(at.line)}:${String(at.column)}: ${why}`);
  }
}

/** A line that was refused: what it meant to do, as far as it can be made out. */
export interface RefusedLine {
  /** The words of the command in full: 'create tap', 'interface:'. */
  readonly command: string;
  readonly words: readonly string[];
}

export interface Missing {
  readonly kind: string;
  readonly name: string | number;
  /** Whether a line that was refused would have made it. */
  readonly mayBeMadeBy: (line: RefusedLine) => boolean;
  /** Makes it, so that what comes after is checked as well; none where nothing can stand in for it. */
  readonly standIn?: (tables: Tables) => void;
}

/** A command that names what is not there. */
export class MissingError extends ConfigError {
  /**
   * @param says the error by itself, as in 'there is no table 3'
   * @param help behind it: what there is instead, and what makes it
   */
  constructor(
    at: SourceLocation,
    readonly missing: Missing,
    readonly says: string,
    help: string,
  ) {
    super(at, `${says}${help}`);
  }
}

/** A command that names what may be a device that DPDK finds, and that nothing declares. */
export class UndeclaredError extends ConfigError {
  constructor(
    at: SourceLocation,
    message: string,
    readonly device: string,
  ) {
    super(at, message);
  }
}

/** A command that VPP takes and the model does not. */
export class NotModelledError extends ConfigError {}

/** The same thing missing once more. */
export class RepeatedError extends ConfigError {}

/** More lines than this are more than anybody mends in one go. */
const ERRORS_AT_MOST = 40;

/** The first of them, where there are too many; repetitions go first. The order is kept. */
function shownOf(errors: readonly ConfigError[]): readonly ConfigError[] {
  if (errors.length <= ERRORS_AT_MOST) return errors;
  const weight = (error: ConfigError): number => (error instanceof RepeatedError ? 1 : 0);
  const byWeight = [...errors].sort((a, b) => weight(a) - weight(b));
  const shown = new Set(byWeight.slice(0, ERRORS_AT_MOST));
  return errors.filter((error) => shown.has(error));
}

/** All that is wrong with a script, one line each, in the order of the script; of very many, the last says how many more there are. */
export class ConfigErrors extends ConfigError {
  /** @param errors at least one */
  constructor(readonly errors: readonly ConfigError[]) {
    super(errors[0].at, '');
    const shown = shownOf(errors);
    const left = errors.filter((error) => !shown.includes(error));
    const more = `and ${String(left.length)} more ${left.length === 1 ? 'error' : 'errors'}`;
    const last = left.length === 0 ? [] : [new ConfigError(left[0].at, more)];
    this.message = [...shown, ...last].map(({ message }) => message).join('\n');
  }
}
