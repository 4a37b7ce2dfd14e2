/** Gives a node its configuration changes while frames run, each before the first frame that it is due for. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { applyCommand } from '../config/apply.js';
import type { Moment, ScriptChange } from '../config/node-script.js';
import type { Tables } from '../pipeline/engine/tables.js';

export interface ChangesSummary {
  /** Given so far. */
  readonly commands: number;
  /** From when on the changes made hold, in their order: `from frame 14`. */
  readonly since: readonly string[];
  /** The lines of those that no frame came for: `changes.vpp:12: before frame 400`. */
  readonly notReached: readonly string[];
}

interface CaptureTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export class ChangeSchedule {
  /** The line of the change made last, and from when on it holds. */
  last: { readonly file: string; readonly line: number; readonly since: string; readonly text: string } | null = null;
  /** Of the changes made, from when on each holds. */
  private readonly since: string[] = [];
  /** Capture time of the first frame. */
  private first: CaptureTime = { seconds: NaN, nanoseconds: 0 };

  constructor(
    private readonly changes: readonly ScriptChange[],
    private readonly tables: Tables,
  ) {}

  private get made(): number {
    return this.since.length;
  }

  get summary(): ChangesSummary {
    return {
      since: this.since,
      commands: this.changes.slice(0, this.made).reduce((sum, { commands }) => sum + commands.length, 0),
      notReached: this.changes.slice(this.made).map(({ at, text }) => `${at.file}:${String(at.line)}: ${text}`),
    };
  }

  /** True where something changes before a frame. */
  isDue(index: number, seconds: number, nanoseconds: number): boolean {
    if (this.made === this.changes.length) return false;
    if (Number.isNaN(this.first.seconds)) this.begin(seconds, nanoseconds);
    return isReached(this.changes[this.made].moment, index, seconds, nanoseconds, this.first);
  }

  /** The capture time of the first frame, where it need not be the first one asked about. */
  begin(seconds: number, nanoseconds: number): void {
    this.first = { seconds, nanoseconds };
  }

  /**
   * Makes the changes that are due before a frame.
   * @param name of the frame, for people
   * @throws {ConfigError} for a command that VPP would refuse
   */
  apply(index: number, seconds: number, nanoseconds: number, name: string): void {
    const since = `from ${name}`;
    while (this.isDue(index, seconds, nanoseconds)) {
      const { at, text, commands } = this.changes[this.made];
      this.since.push(since);
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
}

function isReached(moment: Moment, index: number, seconds: number, nanoseconds: number, first: CaptureTime): boolean {
  if ('frame' in moment) return index >= moment.frame;
  if ('afterNanoseconds' in moment)
    return (seconds - first.seconds) * 1e9 + nanoseconds - first.nanoseconds >= moment.afterNanoseconds;
  return seconds > moment.seconds || (seconds === moment.seconds && nanoseconds >= moment.nanoseconds);
}

/** Before which of all frames, by index, each change is due; Infinity for one that no frame comes behind. */
export function dueFrames(changes: readonly ScriptChange[], all: readonly CaptureTime[]): number[] {
  let index = 0;
  return changes.map(({ moment }) => {
    while (index < all.length && !isReached(moment, index, all[index].seconds, all[index].nanoseconds, all[0])) index++;
    return index < all.length ? index : Infinity;
  });
}

/** The changes of a script; null where it has none. */
export const scheduleOf = (changes: readonly ScriptChange[] | undefined, tables: Tables): ChangeSchedule | null =>
  changes === undefined ? null : new ChangeSchedule(changes, tables);
