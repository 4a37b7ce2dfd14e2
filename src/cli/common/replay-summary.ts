/** What a replay did, in words. */

import { frameNamer } from '../../capture/input-frames.js';
import { counted } from '../../regression/reporters/words.js';
import type { ReplaySummary } from '../../replay/replay-summary.js';
import { arrivalLines } from './arrival-lines.js';

/** Causes of drops in the text; more would push the rest off the screen. */
const CAUSES_SHOWN = 15;

/** The summary's lines. Every received frame is in exactly one of the first line's classes, so they add up. */
export function replaySummaryLines(summary: ReplaySummary): string[] {
  const { captures, totals, interfaces, counters, dropCauses, lostCauses, notReplayed } = summary;
  const { received, transmitted, dropped, punted, consumed, originated } = totals;
  const lines = [
    `received ${received} = transmitted ${transmitted} + dropped ${dropped} + punted ${punted} + consumed ${consumed}`,
  ];
  if (summary.matched !== undefined)
    lines.push(`${counted(summary.matched, 'frame')} matched --filter and were written; all of them count here`);
  const made = originated.transmitted + originated.dropped + originated.punted;
  if (made > 0) {
    const ends = `transmitted ${originated.transmitted} + dropped ${originated.dropped} + punted ${originated.punted}`;
    lines.push(`made or released by nodes ${made} = ${ends}`);
  }
  lines.push(...interfaceLines(interfaces), ...stateLines(summary.state), ...changeLines(summary.changes));
  const left = notReplayed.reduce((sum, { count }) => sum + count, 0);
  if (left > 0) {
    lines.push('', `not replayed: ${counted(left, 'frame')}`);
    for (const { reason, count } of notReplayed) lines.push(`${String(count).padStart(10)}  ${reason}`);
  }
  lines.push(...arrivalLines(summary));
  const nameOf = frameNamer(captures);
  const causeLines = (causes: ReplaySummary['dropCauses'], heading: string, first: string): void => {
    if (causes.length === 0) return;
    lines.push('', heading);
    for (const { cause, count, file, number } of causes.slice(0, CAUSES_SHOWN))
      lines.push(`${String(count).padStart(10)}  ${cause} (first: ${first}${nameOf(file, number)})`);
    const more = causes.length - CAUSES_SHOWN;
    if (more > 0) lines.push(`            and ${counted(more, 'more cause')}, which --json lists`);
  };
  causeLines(dropCauses, 'dropped or punted because', '');
  causeLines(lostCauses, 'made or released by nodes, and dropped or punted because', 'because of ');
  const errors = showErrors(counters);
  if (errors.length > 0) lines.push('', ...errors);
  return lines;
}

/** What the node knew before the first frame, and what had to be taken for granted. */
const stateLines = (state: ReplaySummary['state']): string[] =>
  state === undefined
    ? []
    : [
        '',
        `state before the first frame: ${state.read.join(', ')}`,
        ...state.assumed.map((sentence) => `  assumed: ${sentence}`),
      ];

/** What it was told on the way. */
const changeLines = (changes: ReplaySummary['changes']): string[] =>
  changes === undefined
    ? []
    : [
        '',
        `configuration changed while frames ran: ${counted(changes.commands, 'command')}`,
        ...changes.notReached.map((line) => `  not reached: ${line}`),
      ];

function interfaceLines(interfaces: ReplaySummary['interfaces']): string[] {
  if (interfaces.length === 0) return [];
  const width = Math.max('interface'.length, ...interfaces.map(({ name }) => name.length));
  const row = (name: string, received: string | number, transmitted: string | number): string =>
    `${name.padEnd(width)}${String(received).padStart(12)}${String(transmitted).padStart(13)}`;
  return [
    '',
    row('interface', 'received', 'transmitted'),
    ...interfaces.map(({ name, received, transmitted }) => row(name, received, transmitted)),
  ];
}

const COUNT_WIDTH = 10;
const NODE_WIDTH = 40;

/** Centred as VPP's format `%=40s` does it: an odd space goes before the text. */
function centred(text: string, width: number): string {
  const space = Math.max(0, width - text.length);
  const before = Math.ceil(space / 2);
  return `${' '.repeat(before)}${text}${' '.repeat(space - before)}`;
}

/** VPP's `show errors` table (VPP 19.08 src/vlib/error.c), Count, Node, Reason: the lines, header first; none where nothing was counted. */
export function showErrors(counters: ReplaySummary['counters']): string[] {
  if (counters.length === 0) return [];
  const rows = counters.map(({ name, count }) => {
    const colon = name.indexOf(': ');
    return `${String(count).padStart(COUNT_WIDTH)}${centred(name.slice(0, colon), NODE_WIDTH)}${name.slice(colon + 2)}`;
  });
  return [`${centred('Count', COUNT_WIDTH)}${centred('Node', NODE_WIDTH)}Reason`, ...rows];
}
