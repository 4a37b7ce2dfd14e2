/**
 * Commands that a node gets while frames run: VPP's CLI below lines that say when, in their order.
 *
 *     # before frame 13                   its index from 0 among all frames, in the order of time
 *     # at +12.5s                         from the first frame on
 *     # at 2026-11-28T12:00:01.5Z
 */

import type { Command } from '../pipeline/command/command-row.js';
import { ConfigError, ConfigErrors, type SourceLocation } from '../pipeline/command/config-error.js';
import { applyCommand, applyScript } from './apply.js';
import type { Moment, NodeScript, ScriptChange } from './node-script.js';
import { parseScript } from './parse-script.js';
import { readTextFile, whyNotRead } from './script-text.js';
import type { Tables } from '../pipeline/engine/tables.js';

const FORMS = '"# before frame 13", "# at +12.5s" or "# at 2026-11-28T12:00:01.5Z"';

/** A line that says when, or means to. */
const WHEN = /^\s*#\s*((?:before|at)\s.*?)\s*$/;
const BEFORE_FRAME = /^before\s+frame\s+(\d+)$/;
const AFTER = /^at\s+\+(\d+)(?:\.(\d{1,9}))?\s*s$/;
const AT = /^at\s+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const nanosecondsOf = (digits = ''): number => Number(digits.padEnd(9, '0'));

function momentOf(text: string): Moment | null {
  const frame = BEFORE_FRAME.exec(text);
  if (frame) return { frame: Number(frame[1]) };
  const after = AFTER.exec(text);
  if (after) return { afterNanoseconds: Number(after[1]) * 1e9 + nanosecondsOf(after[2]) };
  const at = AT.exec(text);
  const seconds = at ? Date.parse(`${at[1]}${at[3]}`) / 1000 : NaN;
  return at && !Number.isNaN(seconds) ? { seconds, nanoseconds: nanosecondsOf(at[2]) } : null;
}

/** Whether a moment comes before another of its kind; of two kinds the captures decide. */
function isBefore(a: Moment, b: Moment): boolean {
  if ('frame' in a) return 'frame' in b && a.frame < b.frame;
  if ('afterNanoseconds' in a) return 'afterNanoseconds' in b && a.afterNanoseconds < b.afterNanoseconds;
  return 'seconds' in b && (a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds));
}

/** Part of a text: a line that says when, and those below it. */
interface Section {
  readonly at: SourceLocation;
  readonly text: string;
  readonly from: number;
  to: number;
}

/** Sections by the line that each begins with; what stands above the first is one without words. */
function sectionsOf(lines: readonly string[], file: string): Section[] {
  const sections: Section[] = [{ at: { file, line: 1, column: 1 }, text: '', from: 0, to: lines.length }];
  lines.forEach((line, i) => {
    const when = WHEN.exec(line);
    if (!when) return;
    sections[sections.length - 1].to = i;
    const at = { file, line: i + 1, column: line.indexOf('#') + 1 };
    sections.push({ at, text: when[1].replace(/\s+/g, ' '), from: i + 1, to: lines.length });
  });
  return sections;
}

/** Names of the interfaces that commands make. */
const madeBy = (commands: readonly Command[]): string[] => commands.flatMap(({ row, body }) => row.makes?.(body) ?? []);

/**
 * Reads the changes of a node that a script configures.
 * @throws {ConfigErrors} with everything that is wrong with the text
 */
export function parseChanges(text: string, file: string, script: NodeScript): ScriptChange[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const errors: ConfigError[] = [];
  const changes: ScriptChange[] = [];
  const interfaceNames = madeBy(script.commands);
  for (const { at, text: when, from, to } of sectionsOf(lines, file)) {
    let commands: readonly Command[] = [];
    try {
      const body = lines.slice(from, to).join('\n');
      const { release, isLenient = false } = script;
      const read = parseScript(body, file, { firstLine: from + 1, interfaceNames, release, isLenient });
      for (const one of read.startup)
        errors.push(
          new ConfigError(one.at, 'this holds from the start of VPP: it belongs into the script, not between frames'),
        );
      commands = read.commands;
      interfaceNames.push(...madeBy(commands));
    } catch (error) {
      if (!(error instanceof ConfigErrors)) throw error;
      errors.push(...error.errors);
    }
    if (when === '') {
      if (commands.length > 0)
        errors.push(
          new ConfigError(commands[0].at, `expected a line that says when, such as ${FORMS}, found a command`),
        );
      continue;
    }
    const moment = momentOf(when);
    const last = changes.findLast((change) => moment !== null && isBefore(moment, change.moment));
    if (moment === null) errors.push(new ConfigError(at, `expected ${FORMS}, found "# ${when}"`));
    else if (last)
      errors.push(
        new ConfigError(
          at,
          `expected a time behind "# ${last.text}" of line ${String(last.at.line)}, found "# ${when}"`,
        ),
      );
    else changes.push({ at, text: when, moment, commands });
  }
  if (errors.length === 0 && changes.length === 0)
    errors.push(
      new ConfigError({ file, line: 1, column: 1 }, `expected a line that says when, such as ${FORMS}, found none`),
    );
  if (errors.length > 0) throw new ConfigErrors(errors);
  return changes;
}

/** The same of a file. Throws ConfigError where it cannot be read. */
export function parseChangesFile(file: string, script: NodeScript): ScriptChange[] {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    throw new ConfigError({ file, line: 1, column: 1 }, `cannot read the changes: ${whyNotRead(error)}`);
  }
  return parseChanges(text, file, script);
}

/** Tables that have every interface that there will be: for what has to announce them before the first frame. */
export function tablesWithAllInterfaces(script: NodeScript): Tables {
  const tables = applyScript(script);
  for (const { commands } of script.changes ?? [])
    for (const command of commands)
      try {
        if (command.row.makes) applyCommand(command, tables);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error; // it is told when its frame has come
      }
  return tables;
}
