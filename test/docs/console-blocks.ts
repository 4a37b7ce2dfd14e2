/** Commands of a document's console blocks, and running them. */

import { spawnSync } from 'node:child_process';
import { MAIN } from '../cli/run-vppcap.js';

/** A command as a document shows it: what follows `$ `, and the lines that it is said to print. */
export interface Shown {
  readonly command: string;
  readonly printed: readonly string[];
}

/** The commands of all blocks marked `console`, in order. */
export function shownCommands(markdown: string): Shown[] {
  const shown: { command: string; printed: string[] }[] = [];
  for (const [, block] of markdown.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const line of block.split('\n').slice(0, -1)) {
      if (line.startsWith('$ ')) shown.push({ command: line.slice(2), printed: [] });
      else shown.at(-1)?.printed.push(line);
    }
  }
  return shown;
}

/** What each command prints, on either stream: all run in one shell, so that `cd` holds for those that follow. */
export function runInOneShell(commands: readonly string[], cwd: string): string[][] {
  const mark = '=== next command';
  const script = [
    `vppcap() { '${process.execPath}' '${MAIN}' "$@"; }`,
    'exec 2>&1',
    ...commands.flatMap((command) => [`echo '${mark}'`, command]),
  ];
  const { stdout } = spawnSync('bash', ['-c', script.join('\n')], { cwd, encoding: 'utf8' });
  return stdout
    .split(`${mark}\n`)
    .slice(1)
    .map((printed) =>
      printed
        .split('\n')
        .slice(0, -1)
        .filter((line) => !line.startsWith('Running as user "root"')),
    );
}

/** How long something took; of a case it is told only where it is slow. */
const withoutSeconds = (line: string): string =>
  line
    .replace(/^( {2}✓ .*) \(\d+\.\d+ s\)$/, '$1')
    .replace(/\(\d+\.\d+ s\)/, '(… s)')
    .trimEnd();

/**
 * Whether lines are as shown. A line `…` stands for any number of lines; how many seconds something took does not count,
 * nor does white space at the end of a line.
 */
export function isAsShown(printed: readonly string[], shown: readonly string[]): boolean {
  const cut = shown.indexOf('…');
  if (cut < 0) return printed.map(withoutSeconds).join('\n') === shown.map(withoutSeconds).join('\n');
  if (!isAsShown(printed.slice(0, cut), shown.slice(0, cut))) return false;
  const rest = shown.slice(cut + 1);
  for (let at = cut; at <= printed.length; at++) if (isAsShown(printed.slice(at), rest)) return true;
  return false;
}
