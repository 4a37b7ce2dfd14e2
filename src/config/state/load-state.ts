/**
 * The state that a node had before a capture began, read from what its show commands printed. A plugin reads its own answers; what they
 * do not tell is taken for granted and said.
 */

import type { NodeScript, StateText } from '../node-script.js';
import { readTextFile, whyNotRead } from '../script-text.js';
import { ConfigError } from '../../pipeline/command/config-error.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import type { ShowAnswer } from '../../pipeline/show-answers.js';
import { releaseOf } from '../../releases/release.js';
import { readSaved } from './saved-section.js';
import { beginsWith, commandAsked, splitAnswers } from './split-answers.js';

/** What was read, for people. */
export interface LoadedState {
  /** What was read: `65 NAT44 sessions`. */
  readonly read: readonly string[];
  /** The commands whose answers told it. */
  readonly answered: readonly string[];
  /** Commands whose answers say nothing about what is modelled. */
  readonly unused: readonly string[];
  /** What the text does not tell, and what was assumed, a sentence each. */
  readonly assumed: readonly string[];
}

export const CLOCK = 'show clock';
const NOW = 'Time now';
const TIME_NOW = new RegExp(`^${NOW} (\\d*\\.\\d+|\\d+)`);
/** The line of the clock. */
export const timeNow = (seconds: number): string => `${NOW} ${seconds.toFixed(9)}`;

/** Text of a file. Throws ConfigError where it cannot be read. */
export function readStateFile(file: string): StateText {
  try {
    return { file, text: readTextFile(file) };
  } catch (error) {
    throw new ConfigError({ file, line: 1, column: 1 }, `cannot read the state: ${whyNotRead(error)}`);
  }
}

/**
 * Fills the tables of a node whose script has been applied.
 * @throws {ConfigError} for text that cannot be of this node
 */
export function loadState(tables: Tables, texts: readonly StateText[], script: NodeScript): LoadedState {
  for (const { file, text } of texts) {
    const rows = readSaved(text, file, script);
    if (rows === null) continue;
    tables.saved.restore(rows);
    return { read: [`what vppcap saved in ${file}`], answered: [], unused: [], assumed: [] };
  }
  const readers = releaseOf(tables).plugins.flatMap(({ shows = [] }) => shows);
  const answers = texts.flatMap(({ file, text }) => splitAnswers(text, file, readers));
  const assumed: string[] = [];
  const clock = clockOf(answers);
  if (clock === null)
    assumed.push('no "show clock": times in the state are taken to be as long ago as they can be told');
  else tables.clock.startAt(clock);
  const reading = { tables, clock, assume: (sentence: string) => void assumed.push(sentence) };
  const read: string[] = [];
  const answered: string[] = [];
  for (const reader of readers) {
    const own = answers.filter(({ command }) => commandAsked(command, readers) === reader);
    if (own.length === 0) continue;
    read.push(reader.read(own, reading));
    answered.push(reader.command);
  }
  const isUsed = ({ command }: ShowAnswer): boolean =>
    beginsWith(command, CLOCK) || readers.some((reader) => beginsWith(command, reader.command));
  const unused = answers.filter((answer) => !isUsed(answer)).map(({ command }) => command);
  if (read.length === 0)
    throw new ConfigError(
      { file: texts[0].file, line: 1, column: 1 },
      `no answer of a show command that tells a state: expected ${readers.map(({ command }) => `"${command}"`).join(', ')}`,
    );
  return { read, answered, unused, assumed };
}

/** The last time that the text tells. */
function clockOf(answers: readonly ShowAnswer[]): number | null {
  const times = answers
    .filter(({ command }) => beginsWith(command, CLOCK))
    .flatMap(({ lines }) => lines)
    .flatMap(({ text }) => TIME_NOW.exec(text)?.[1] ?? []);
  return times.length === 0 ? null : Number(times.at(-1));
}
