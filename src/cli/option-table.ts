/** What a command of the command line takes: a table, from which parsing, help, manual page and completion come. */

export type Words = readonly string[] | Promise<readonly string[]>;

/** An option, or a positional argument. */
export interface Option {
  /** A text is given at most once, a list any number of times, one value each time; a flag has no value. */
  readonly type: 'text' | 'list' | 'flag';
  readonly describe: string;
  /** Its one letter. */
  readonly alias?: string;
  readonly isRequired?: true;
  readonly choices?: readonly string[];
  readonly default?: string | readonly string[];
  /**
   * What completion offers beside choices.
   * @param current what is there of the value; of a list with commas, all of it
   * @param before the words before it, the command's name first
   */
  readonly values?: (current: string, before: readonly string[]) => Words;
}

type Details = Partial<Omit<Option, 'type' | 'describe'>>;
const ofType =
  <T extends Option['type']>(type: T) =>
  <const D extends Details>(describe: string, details?: D) =>
    ({ type, describe, ...details }) as { readonly type: T; readonly describe: string } & D;

export const text = ofType('text');
export const list = ofType('list');
export const flag = ofType('flag');

/** By names as code has them: natPorts is --nat-ports. */
export type Options = Readonly<Record<string, Option>>;

export interface CommandTable {
  readonly name: string;
  readonly describe: string;
  /** In their order; only the last may be a list. */
  readonly positionals: Options;
  readonly options: Options;
  readonly examples: readonly (readonly [line: string, describe: string])[];
}

type Text<O extends Option> = O['type'] extends 'list'
  ? string[]
  : O extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type Value<O extends Option> = O['type'] extends 'flag'
  ? boolean
  : O extends { isRequired: true } | { default: string | readonly string[] }
    ? Text<O>
    : Text<O> | undefined;

type Values<O extends Options> = { [K in keyof O]: Value<O[K]> };

/** The values of a command line, as its command gets them. */
export type Given<T extends CommandTable> = Values<T['positionals']> & Values<T['options']>;

/** Of every command. */
export const COMMON_OPTIONS = {
  color: { type: 'flag', describe: 'colour words, or --no-color (default: on a terminal, unless NO_COLOR is set)' },
  version: { type: 'flag', describe: 'show the version and the release it models' },
  help: { type: 'flag', alias: 'h', describe: 'show this help' },
} as const satisfies Options;

/** 'nat-ports' of 'natPorts' */
export const optionName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Options with those of every command, in the order of the help text, each with its name. */
export const withCommon = (options: Options): (readonly [key: string, name: string, option: Option])[] => {
  const { help, ...first } = COMMON_OPTIONS;
  return Object.entries({ ...first, ...options, help }).map(([key, option]) => [key, optionName(key), option]);
};

/** 'verify <actual> <expected>', 'test [dir..]' */
export const usageOf = ({ name, positionals }: CommandTable): string => [name, ...positionalsOf(positionals)].join(' ');

/** '<actual>', '[dir..]' */
export const positionalsOf = (positionals: Options): string[] =>
  Object.entries(positionals).map(([name, { type, isRequired }]) => {
    const words = type === 'list' ? `${name}..` : name;
    return isRequired ? `<${words}>` : `[${words}]`;
  });
