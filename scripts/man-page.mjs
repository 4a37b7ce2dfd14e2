/** Makes dist/man/vppcap.1 of what `--help` says, so that the manual cannot be older than the command. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { commandLine } from '../dist/src/cli/arguments/command-line.js';
import { VERSION_TEXT } from '../dist/src/cli/version.js';

const OUT = 'dist/man';

const EXIT_CODES = [
  ['0', 'success, or the captures match'],
  ['1', 'the comparison found differences'],
  ['2', 'wrong usage or configuration'],
  ['3', 'an input capture is unreadable or damaged'],
  ['4', 'an output could not be written'],
  ['70', 'a fault in vppcap itself (VPPCAP_DEBUG=1 shows where)'],
];

const help = (...args) => commandLine(args).wrap(null).getHelp();

/** Text as roff: no escape, no request, no hyphen that a terminal would not take as one. */
const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');

/** The lines below a heading such as 'Options:', each as its two columns. */
function section(text, heading) {
  const lines = text.split('\n');
  const start = lines.indexOf(heading) + 1;
  if (start === 0) return [];
  const end = lines.findIndex((line, i) => i >= start && line === '');
  return lines.slice(start, end < 0 ? lines.length : end).map((line) => {
    const [, left, right] = /^\s*(.*?)(?:\s{2,}(.*))?$/.exec(line);
    return [left, (right ?? '').replace(/\s{2,}/g, ' ')];
  });
}

const tagged = (rows) => rows.flatMap(([left, right]) => ['.TP', `.B ${roff(left)}`, roff(right)]);

const overview = await help();
const commands = section(overview, 'Commands:');
const lines = [
  `.TH VPPCAP 1 "" "${roff(VERSION_TEXT)}" "User Commands"`,
  '.SH NAME',
  'vppcap \\- replay packet captures through an exact model of the Contiv/VPP dataplane',
  '.SH SYNOPSIS',
  '.B vppcap',
  '.I command',
  '.RI [ options ]',
  '.SH COMMANDS',
  ...tagged(commands),
];
for (const [usage] of commands) {
  const name = usage.split(' ')[1];
  const text = await help(name);
  lines.push(`.SH ${roff(usage.toUpperCase().split(' ').slice(0, 2).join(' '))}`, `.B ${roff(usage)}`);
  lines.push('.PP', roff(commands.find(([each]) => each === usage)[1]));
  lines.push(...tagged(section(text, 'Positionals:')), ...tagged(section(text, 'Options:')));
  const examples = section(text, 'Examples:');
  if (examples.length > 0) lines.push('.SS Examples', ...tagged(examples));
}
lines.push('.SH EXIT STATUS', ...tagged(EXIT_CODES));
lines.push('.PP', 'A signal ends the command as if it were not caught, once nothing half\\-written is left.');
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}/vppcap.1`, `${lines.join('\n')}\n`);
