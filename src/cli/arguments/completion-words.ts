/**
 * What a shell may complete a word to. The scripts of `vppcap completion` ask by `vppcap --complete WORD…`, with all words behind
 * the command's name up to the one to complete, which may be empty; the answer has a line `WORD` or `WORD<tab>DESCRIPTION` each.
 * No answer means that the word names a file, which shells complete best by themselves.
 */

import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { Argv } from 'yargs';
import { RELEASE_NAMES, WORDING_NAMES } from '../../releases/names.js';

export const COMPLETE = '--complete';

/** The options of a command by themselves, or for null the whole command line, whose commands can be told. */
export type ParserOf = (command: string | null) => Argv;

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

/** Values that options have beside yargs' choices. Each is loaded where it is asked for. */
const VALUES: Readonly<Record<string, (current: string) => Promise<readonly string[]> | readonly string[]>> = {
  '--trace-format': () => WORDING_NAMES,
  '--release': () => RELEASE_NAMES,
  '--interface': () => Object.keys(networkInterfaces()),
  '-i': () => Object.keys(networkInterfaces()),
  '--reporter': async () => Object.keys((await import('../../regression/reporters/registry.js')).REPORTERS),
  '--ignore': async (current) => listItems(current, await fieldNames()),
  '--mask': async (current) =>
    listItems(
      current,
      (await fieldNames()).map((name) => `${name}=`),
    ),
  '--node': async (current) => listItems(current, await nodeNames()),
};

/** The last of a list with commas, with what stands before it. */
function listItems(current: string, names: readonly string[]): readonly string[] {
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  return names.map((name) => `${before}${name}`);
}

async function fieldNames(): Promise<string[]> {
  const { FIELDS } = await import('../../verify/packet/field-table.js');
  return FIELDS.map(({ name }) => name);
}

async function nodeNames(): Promise<string[]> {
  const [{ DEFAULT_RELEASE }, { createTables, nodesOf }] = await Promise.all([
    import('../../releases/releases.js'),
    import('../../pipeline/engine/plugin.js'),
  ]);
  return nodesOf(createTables(DEFAULT_RELEASE)).map(({ name }) => name);
}

/** Commands whose captures may be named INTERFACE=FILE. */
const TAKES_CAPTURES = ['replay', 'trace', 'explain', 'new-case'];

/** The node's interfaces, each with `=`, where no file begins like the word. */
async function interfaceNames({ before, current }: Asked): Promise<string[]> {
  if (current === '' || current.includes('=') || !TAKES_CAPTURES.includes(before[0])) return [];
  try {
    const files = readdirSync(dirname(`${current}x`));
    if (files.some((file) => file.startsWith(current.slice(current.lastIndexOf('/') + 1)))) return [];
  } catch {
    // No such folder: it is no file's name.
  }
  const [{ readScript }, { viewOf }] = await Promise.all([
    import('../run/read-script.js'),
    import('../../config/node-view.js'),
  ]);
  const valueOf = (...names: string[]): string | undefined => {
    const option = before.findIndex((word) => names.includes(word));
    return option < 0 ? undefined : before.at(option + 1);
  };
  try {
    const { interfaces } = viewOf(readScript({ config: valueOf('-c', '--config'), release: valueOf('--release') }));
    return interfaces.slice(1).map(({ name }) => `${name}=`);
  } catch {
    return []; // a configuration with errors has no interfaces that could be offered
  }
}

/** What yargs knows: commands, options, values of options and positionals that are a choice. It offers `-o` as `--o`, too. */
async function declared(parserOf: ParserOf, { before, current }: Asked): Promise<string[]> {
  const found = await parserOf(before.at(0) ?? null).getCompletion(['vppcap', ...before.slice(1), current]);
  return found.filter((line) => !/^--.(\t|$)/.test(line));
}

/** The lines of the answer to `words`. */
export async function completions(words: readonly string[], parserOf: ParserOf): Promise<string[]> {
  const question = asked(words);
  const { before, option, current, prefix } = question;
  process.env['SHELL'] = 'fish'; // what yargs gives descriptions to, behind a tab
  const values = option === null ? undefined : VALUES[option];
  const isDeclared = option !== null || current.startsWith('-') || before.length === 0 || before[0] === 'completion';
  const found = values
    ? await values(current)
    : isDeclared
      ? await declared(parserOf, question)
      : await interfaceNames(question);
  return found
    .filter((line) => line.startsWith(current) && line.startsWith('-') === current.startsWith('-'))
    .map((line) => `${prefix}${line}`);
}
