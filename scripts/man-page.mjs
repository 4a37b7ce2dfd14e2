/** Makes dist/man/vppcap.1 of the tables that the command reads its words by, so that the manual cannot be older than it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { COMMANDS } from '../dist/src/cli/commands.js';
import { COMMON_OPTIONS, usageOf, withCommon } from '../dist/src/cli/option-table.js';
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

/** Text as roff: no escape, no request, no hyphen that a terminal would not take as one. */
const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');

/** What kind of value it takes, as the help text tells it. */
function kindOf(option) {
  const { type, choices, isRequired } = option;
  const isCommon = Object.values(COMMON_OPTIONS).includes(option); // --color says itself what holds without it
  const value = type === 'flag' && !isCommon ? false : option.default;
  return [
    ...(type === 'flag' ? ['boolean'] : type === 'list' ? ['array'] : choices ? [] : ['string']),
    ...(isRequired ? ['required'] : []),
    ...(choices ? [`choices: ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`] : []),
    ...(value === undefined ? [] : [`default: ${JSON.stringify(value)}`]),
  ].map((text) => ` [${text}]`);
}

const described = (option) => `${option.describe}${kindOf(option).join('')}`;

const tagged = (rows) => rows.flatMap(([left, right]) => ['.TP', `.B ${roff(left)}`, roff(right)]);

const tables = COMMANDS.map(({ table }) => table);
const lines = [
  `.TH VPPCAP 1 "" "${roff(VERSION_TEXT)}" "User Commands"`,
  '.SH NAME',
  'vppcap \\- replay packet captures through an exact model of the Contiv/VPP dataplane',
  '.SH SYNOPSIS',
  '.B vppcap',
  '.I command',
  '.RI [ options ]',
  '.SH COMMANDS',
  ...tagged(tables.map((table) => [`vppcap ${usageOf(table)}`, table.describe])),
];
for (const table of tables) {
  lines.push(`.SH VPPCAP ${roff(table.name.toUpperCase())}`, `.B ${roff(`vppcap ${usageOf(table)}`)}`);
  lines.push('.PP', roff(table.describe));
  lines.push(...tagged(Object.entries(table.positionals).map(([name, option]) => [name, described(option)])));
  lines.push(
    ...tagged(
      withCommon(table.options).map(([, name, option]) => [
        `${option.alias ? `-${option.alias}, ` : ''}--${name}`,
        described(option),
      ]),
    ),
  );
  lines.push('.SS Examples', ...tagged(table.examples));
}
lines.push('.SH EXIT STATUS', ...tagged(EXIT_CODES));
lines.push('.PP', 'A signal ends the command as if it were not caught, once nothing half\\-written is left.');
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}/vppcap.1`, `${lines.join('\n')}\n`);
