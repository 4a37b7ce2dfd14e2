/** Mutations of text: words, lines and numbers. */

import { INPUT_BYTES, mutateBytes } from './byte-mutations.js';
import type { Random } from './random.js';

const NUMBERS = ['0', '-1', '1', '31', '32', '33', '255', '256', '65535', '65536', '4294967295', '4294967296'];
const WORDS = [
  ...NUMBERS,
  '99999999999999999999',
  '1e9',
  '0x10',
  'NaN',
  '::1',
  '0.0.0.0/0',
  '255.255.255.255/32',
  '1.2.3.4/33',
  '1.2.3',
  'ff:ff:ff:ff:ff:ff',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u{1f642}',
  '\ufeff',
  '#',
  '"',
  "'",
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '..',
  '*',
  '&a',
  '*a',
];
/** Nesting deeper than any stack. */
const REPEATS = [2, 3, 10, 100, 20_000];

type Mutation = (text: string, other: string, random: Random, words: readonly string[]) => string;

const linesOf = (text: string): string[] => text.split('\n');
const tokensOf = (text: string): string[] => text.split(/(\s+|[(){}[\],:=])/);

const onLines =
  (change: (lines: string[], other: string[], random: Random) => void): Mutation =>
  (text, other, random) => {
    const lines = linesOf(text);
    change(lines, linesOf(other), random);
    return lines.join('\n');
  };

/** Changes a token of a random line, so that long texts are not taken apart as a whole. */
const onTokens = (change: (tokens: string[], random: Random, words: readonly string[]) => void): Mutation => {
  return (text, _, random, words) => {
    const lines = linesOf(text);
    const at = random.below(lines.length);
    const tokens = tokensOf(lines[at]);
    change(tokens, random, words);
    lines[at] = tokens.join('');
    return lines.join('\n');
  };
};

const MUTATIONS: readonly Mutation[] = [
  onTokens((tokens, random, words) => void tokens.splice(random.below(tokens.length), 1, random.pick(words))),
  onTokens((tokens, random, words) => void tokens.splice(random.below(tokens.length), 0, ' ', random.pick(words), ' ')),
  onTokens((tokens, random) => void tokens.splice(random.below(tokens.length), random.length(4))),
  onTokens((tokens, random) => {
    const at = random.below(tokens.length);
    tokens[at] = `${tokens[at]} `.repeat(random.pick(REPEATS));
  }),
  onTokens((tokens, random, words) => void tokens.splice(0, 0, `${random.pick(words)} `.repeat(random.pick(REPEATS)))),
  (text, _, random) => text.replace(/\d+/g, (number) => (random.oneIn(8) ? random.pick(NUMBERS) : number)),
  onLines((lines, _, random) => void lines.splice(random.below(lines.length), random.length(4))),
  onLines((lines, _, random) => {
    const at = random.below(lines.length);
    lines.splice(random.below(lines.length), 0, ...lines.slice(at, at + random.length(8)));
  }),
  onLines((lines, other, random) => {
    const at = random.below(other.length);
    lines.splice(random.below(lines.length), 0, ...other.slice(at, at + random.length(8)));
  }),
  onLines((lines, _, random) => {
    const at = random.below(lines.length);
    lines[at] = random.pick(['  ', '\t', '> ', '- ', '']) + lines[at].trimStart();
  }),
  (text, other, random) =>
    mutateBytes(Buffer.from(text), Buffer.from(other), random).toString(random.oneIn(4) ? 'latin1' : 'utf8'),
];

/** @param vocabulary words that mean something to the target */
export function mutateText(input: Buffer, other: Buffer, random: Random, vocabulary: readonly string[]): Buffer {
  const words = random.oneIn(3) || vocabulary.length === 0 ? WORDS : vocabulary;
  const text = random.pick(MUTATIONS)(input.toString(), other.toString(), random, words);
  return Buffer.from(text).subarray(0, INPUT_BYTES);
}

/** The words of some texts, each once. */
export const wordsOf = (texts: readonly Buffer[]): string[] => [
  ...new Set(texts.flatMap((text) => text.toString().split(/[\s,:]+/))),
];
