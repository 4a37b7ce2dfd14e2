/**
 * What a shell may complete a word to. The scripts of `vppcap completion` ask by `vppcap --complete WORD…`, with all words behind
 * the command's name up to the one to complete, which may be empty; the answer has a line `WORD` or `WORD<tab>DESCRIPTION` each.
 * No answer means that the word names a file, which shells complete best by themselves.
 */

import { COMMANDS } from './commands.js';
import { withCommon, type CommandTable, type Option, type Options, type Words } from './option-table.js';

interface Asked {
  /** The words before the one to complete, without the `=` that bash makes a word of. */
  readonly before: readonly string[];
  /** The option whose value the word is, or null. */
  readonly option: string | null;
  readonly current: string;
  /** What the shell has of the word before `current`: `--order=`. */
  readonly prefix: string;
}

/** bash takes `--order=st` for three words, zsh and fish for one. */
function asked(words: readonly string[]): Asked {
  const last = words.at(-1) ?? '';
  const joined = /^(--?[\w-]+=)(.*)$/.exec(last);
  if (joined) {
    const [, prefix, current] = joined;
    const option = prefix.slice(0, -1);
    return { before: [...words.slice(0, -1), option], option, current, prefix };
  }
  const [current, rest] = last === '=' ? ['', words] : [last, words.slice(0, -1)];
  const isBehindEquals = rest.at(-1) === '=';
  const before = isBehindEquals ? rest.slice(0, -1) : rest;
  const option = before.at(-1)?.startsWith('-') ? (before.at(-1) ?? null) : isBehindEquals ? '' : null;
  return { before, option, current, prefix: '' };
}

/** 'replay<tab>run captures…' */
const line = (word: string, describe: string): string => `${word}\t${describe}`;

/** The options that are not there yet; those of one letter where a single dash is. */
function optionLines(options: Options, { before, current }: Asked): string[] {
  return withCommon(options).flatMap(([, name, { alias, describe }]) => {
    const forms = [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
    if (forms.some((form) => before.includes(form))) return [];
    return forms.filter((form) => form.startsWith(current)).map((form) => line(form, describe));
  });
}

const valuesOf = (option: Option | undefined, { before, current }: Asked): Words =>
  option?.choices ?? option?.values?.(current, before) ?? [];

function answerTo(question: Asked, table: CommandTable | undefined): Words {
  const { before, option: given, current } = question;
  const options = table?.options ?? {};
  if (current.startsWith('-')) return optionLines(options, question);
  if (given !== null) {
    const found = withCommon(options).find(([, name, { alias = '' }]) => [`--${name}`, `-${alias}`].includes(given));
    return valuesOf(found?.[2], question);
  }
  if (before.length === 0) return COMMANDS.map(({ table: { name, describe } }) => line(name, describe));
  return valuesOf(Object.values(table?.positionals ?? {}).at(0), question);
}

/** The lines of the answer to `words`. */
export async function completions(words: readonly string[]): Promise<string[]> {
  const question = asked(words);
  const command = COMMANDS.find(({ table: { name } }) => name === question.before[0]);
  const found = await answerTo(question, command?.table);
  return found.filter((text) => text.startsWith(question.current)).map((text) => `${question.prefix}${text}`);
}
