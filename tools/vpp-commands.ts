/**
 * Writes src/releases/vpp-command-list.ts: which commands VPP's releases have, and which part of VPP has them.
 *
 *     node dist/tools/vpp-commands.js vpp-cli-19.08.tsv vpp-cli-26.06.tsv
 *
 * A table has a line `PATH<tab>PART` per command, such as a walk over VPP's `VLIB_CLI_COMMAND` declarations gives: the words of
 * the command, and the plugin's folder, or vnet, vlib, vpp for the core. Lines that begin with # are comments.
 */

import { readFileSync, writeFileSync } from 'node:fs';

const OUT = 'src/releases/vpp-command-list.ts';

/** Declared for the words behind them; by themselves they are no commands. */
const GROUPS = [
  'clear',
  'interface',
  'ip',
  'ip6',
  'packet-generator',
  'set',
  'show',
  'set interface',
  'set interface ip',
  'test',
  'trace',
];

/** The part by path; paths with a % are VPP's examples of rules. */
function readTable(file: string): Map<string, string> {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('%'));
  const table = new Map(rows.map((row) => row.split('\t') as [string, string]));
  for (const group of GROUPS) table.delete(group);
  return table;
}

const [older, newer] = process.argv.slice(2).map(readTable);

/** The commands by where they are, one line per part of VPP: `RELEASES PART: PATH, PATH, …` */
const lines = new Map<string, string[]>();
for (const path of [...new Set([...older.keys(), ...newer.keys()])].sort()) {
  const part = older.get(path) ?? newer.get(path) ?? '';
  const releases = older.has(path) ? (newer.has(path) ? 'both' : '19.08') : '26.06';
  const key = `${releases} ${part}`;
  lines.set(key, [...(lines.get(key) ?? []), path]);
}
const text = [...lines].sort().map(([key, paths]) => `${key}: ${paths.join(', ')}`);

writeFileSync(
  OUT,
  `/** The commands that VPP 19.08 and 26.06 have. Made by tools/vpp-commands.ts. */

/** A line is \`RELEASES PART: PATH, PATH, …\`; RELEASES is 19.08, 26.06 or both. It is a text, since most scripts need none of it. */
export const VPP_COMMAND_LIST = \`\\
${text.join('\n')}\`;
`,
);
