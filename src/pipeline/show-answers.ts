/**
 * Answers of VPP's show commands, from which a plugin reads the state that a node had before a capture began. config/state takes pasted
 * text apart; a plugin says which commands it reads.
 */

import { ConfigError } from './command/config-error.js';
import type { Tables } from './engine/tables.js';

/** A line of an answer, without what a terminal put around it. */
export interface AnswerLine {
  readonly text: string;
  /** In its file, from 1. */
  readonly line: number;
}

/** What VPP answered to one show command. */
export interface ShowAnswer {
  readonly file: string;
  /** As it was asked, or the plain form of it where the text does not say. */
  readonly command: string;
  readonly lines: readonly AnswerLine[];
}

/** What a reader fills, and where it says what no answer tells. */
export interface StateReading {
  readonly tables: Tables;
  /** VPP's clock when the text was taken, in seconds since its start; null where no answer tells. */
  readonly clock: number | null;
  /** Says what is taken for granted, in a sentence. */
  readonly assume: (sentence: string) => void;
}

/** Which answers a plugin reads, and what it makes of them. */
export interface ShowReader {
  /** The words of the command, `show` included, as far as they tell. */
  readonly command: string;
  /** A line that only this command's answers have, for text without commands. */
  readonly heading: RegExp;
  /**
   * Fills the tables from all answers to the command, in order. Throws what `contradicts` makes.
   * @returns what it read, for people: `65 NAT44 sessions`
   */
  read(answers: readonly ShowAnswer[], reading: StateReading): string;
  /** What VPP would answer now, as far as the model knows it; null where it has no such command, or nothing to show. */
  write?(tables: Tables): WrittenAnswer | null;
}

export interface WrittenAnswer {
  /** In full, with what makes the answer a detailed one. */
  readonly command: string;
  readonly lines: Iterable<string>;
  /** A table of sessions, which people ask for alone. */
  readonly isSessions: boolean;
}

/** A number as VPP's formats of a width and precision print it: without a 0 before the point. */
export const vppFixed = (value: number, digits: number): string => value.toFixed(digits).replace(/^(-?)0\./, '$1.');

/** Text that cannot be of the node that the configuration describes. */
export const contradicts = ({ file }: ShowAnswer, { line }: AnswerLine, message: string): ConfigError =>
  new ConfigError({ file, line, column: 1 }, message);
