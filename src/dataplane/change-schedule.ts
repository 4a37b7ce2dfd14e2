/** Gives a node its configuration changes while frames run, each before the first frame that it is due for. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { applyCommand } from '../config/apply.js';
import type { Moment, ScriptChange } from '../config/node-script.js';
import type { Tables } from '../pipeline/engine/tables.js';

export class ChangeSchedule {
  /** The line of the change made last, and from when on it holds. */
  last: { readonly file: string; readonly line: number; readonly since: string; readonly text: string } | null = null;
  /** How many changes were made. */
  private made = 0;
  /** Capture time of the first frame. */
  private firstSeconds = NaN;
  private firstNanoseconds = 0;

  constructor(
    private readonly changes: readonly ScriptChange[],
    private readonly tables: Tables,
  ) {}

  /** Commands that were given so far, and the lines of those that no frame came for: `changes.vpp:12: before frame 400`. */
  get summary(): { readonly commands: number; readonly notReached: readonly string[] } {
    return {
      commands: this.changes.slice(0, this.made).reduce((sum, { commands }) => sum + commands.length, 0),
      notReached: this.changes.slice(this.made).map(({ at, text }) => `${at.file}:${String(at.line)}: ${text}`),
    };
  }

  /** True where something changes before a frame. */
  isDue(index: number, seconds: number, nanoseconds: number): boolean {
    if (this.made === this.changes.length) return false;
    if (Number.isNaN(this.firstSeconds)) this.begin(seconds, nanoseconds);
    return this.isReached(this.changes[this.made].moment, index, seconds, nanoseconds);
  }

  /** The capture time of the first frame, where it need not be the first one asked about. */
  begin(seconds: number, nanoseconds: number): void {
    this.firstSeconds = seconds;
    this.firstNanoseconds = nanoseconds;
  }

  /**
   * Makes the changes that are due before a frame.
   * @param name of the frame, for people
   * @throws {ConfigError} for a command that VPP would refuse
   */
  apply(index: number, seconds: number, nanoseconds: number, name: string): void {
    const since = `from ${name}`;
    for (; this.isDue(index, seconds, nanoseconds); this.made++) {
      const { at, text, commands } = this.changes[this.made];
      this.last = { file: at.file, line: at.line, since, text: `# ${text}` };
      for (const command of commands) applyCommand({ ...command, at: { ...command.at, since } }, this.tables);
    }
  }

  /** The end of frames [first, end) of a batch that run before the next change is due; `index` is that of the first. */
  endOfRun({ seconds, nanoseconds }: FrameBatch, first: number, end: number, index: number): number {
    if (this.made === this.changes.length) return end;
    let i = first + 1;
    while (i < end && !this.isDue(index + i - first, seconds[i], nanoseconds[i])) i++;
    return i;
  }

  private isReached(moment: Moment, index: number, seconds: number, nanoseconds: number): boolean {
    if ('frame' in moment) return index >= moment.frame;
    if ('afterNanoseconds' in moment)
      return (seconds - this.firstSeconds) * 1e9 + nanoseconds - this.firstNanoseconds >= moment.afterNanoseconds;
    return seconds > moment.seconds || (seconds === moment.seconds && nanoseconds >= moment.nanoseconds);
  }
}

/** The changes of a script; null where it has none. */
export const scheduleOf = (changes: readonly ScriptChange[] | undefined, tables: Tables): ChangeSchedule | null =>
  changes === undefined ? null : new ChangeSchedule(changes, tables);
