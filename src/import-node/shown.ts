/** What answers of show commands tell of a node: which answer is whose, and facts with their places. */

import { commandAsked } from '../config/state/split-answers.js';
import { contradicts, type AnswerLine, type ShowAnswer } from '../pipeline/show-answers.js';

/** A command whose answers are read. */
export interface ShownCommand {
  /** In full. */
  readonly command: string;
  /** A line that its answers begin with, for text without commands; none where another's begin alike. */
  readonly heading?: RegExp;
}

/** The answers, by the command that they belong to: of several that begin alike, the one that fits best. */
export class ShownAnswers {
  private readonly byCommand = new Map<string, ShowAnswer[]>();

  constructor(
    readonly all: readonly ShowAnswer[],
    commands: readonly ShownCommand[],
  ) {
    for (const answer of all) {
      const found = commandAsked(answer.command, commands);
      if (found) this.byCommand.set(found.command, [...this.to(found.command), answer]);
    }
  }

  to = (command: string): readonly ShowAnswer[] => this.byCommand.get(command) ?? [];

  has = (...commands: readonly string[]): boolean => commands.some((command) => this.byCommand.has(command));

  /** Every line of the answers to some commands. */
  *linesOf(...commands: readonly string[]): Generator<ShownLine> {
    for (const command of commands)
      for (const answer of this.to(command)) for (const at of answer.lines) yield new ShownLine(answer, at);
  }
}

/** A line, and what is needed to complain of it. */
export class ShownLine {
  constructor(
    readonly answer: ShowAnswer,
    readonly at: AnswerLine,
  ) {}

  get text(): string {
    return this.at.text;
  }

  get place(): string {
    return `${this.answer.file}:${String(this.at.line)}`;
  }

  /** Throws ConfigError. */
  refuse = (message: string): never => {
    throw contradicts(this.answer, this.at, message);
  };
}

/** Interfaces and ACLs of any node: a number beyond them is none of theirs. */
const MOST = 4096;

/** A number of what there are few of, by whose order a script numbers. Throws ConfigError for one that nothing can have. */
export function indexIn(line: ShownLine, what: string, text: string): string {
  return Number(text) < MOST ? String(Number(text)) : line.refuse(`${what} ${text} is beyond those of any node`);
}

/** Facts of one kind by what they are about. The same may be told again; anything else contradicts it. */
export class Facts<V> {
  private readonly told = new Map<string, { readonly value: V; readonly line: ShownLine }>();

  /** @param nameOf `the MAC of pg0`, by the key */
  constructor(
    private readonly nameOf: (key: string) => string,
    private readonly textOf: (value: V) => string = String,
  ) {}

  /** Throws ConfigError for what contradicts an earlier line. */
  add(key: string, value: V, line: ShownLine): void {
    const before = this.told.get(key);
    if (before === undefined) this.told.set(key, { value, line });
    else if (JSON.stringify(before.value) !== JSON.stringify(value))
      line.refuse(
        `${this.nameOf(key)} is ${this.textOf(value)} here and ${this.textOf(before.value)} in ${before.line.place}`,
      );
  }

  get = (key: string): V | undefined => this.told.get(key)?.value;
  lineOf = (key: string): ShownLine | undefined => this.told.get(key)?.line;
  entries = (): (readonly [key: string, value: V, line: ShownLine])[] =>
    [...this.told].map(([key, { value, line }]) => [key, value, line]);
}

/** What people have to know of a script that was made of show commands. */
export class Findings {
  /** What is missing, by the command that would show it. */
  readonly missing = new Map<string, string>();
  /** What no show command tells, and what was taken for granted: a sentence each. */
  readonly assumed: string[] = [];
  /** Lines of the script for what startup.conf says, where it is there. */
  readonly startup: string[] = [];

  lacks(command: string, what: string): void {
    this.missing.set(command, what);
  }

  assume(sentence: string): void {
    if (!this.assumed.includes(sentence)) this.assumed.push(sentence);
  }
}
