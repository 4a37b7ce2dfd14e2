/**
 * The part of a state that vppcap writes for itself, behind what VPP's show commands tell: from it a replay goes on exactly where another
 * one ended. Each line is a name and numbers; a comment above the first line of a name says what they are.
 *
 *     ### vppcap state
 *     of VPP 19.08 and configuration 5a3f09c2
 *     # nat44 generator: random_seed, numbers given so far
 *     nat44 generator: 1196435762 5
 */

import { ConfigError } from '../../pipeline/command/config-error.js';
import type { SavedRow, SavedStates } from '../../pipeline/engine/state/saved-states.js';
import type { NodeScript } from '../node-script.js';

const HEADING = '### vppcap state';
const OTHER_HEADING = /^#{2,}\s/;
const OF = /^of VPP (\S+) and configuration ([0-9a-f]{8})$/;
const ROW = /^([^:#]+):((?: -?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity|NaN))*)$/;

/** FNV-1a of what the node is configured with: indices hold for it alone. */
function fingerprint({ startup, commands }: NodeScript): string {
  let hash = 0x811c9dc5;
  for (const { text } of [...startup, ...commands])
    for (const character of `${text}\n`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

export function* savedLines(states: SavedStates, script: NodeScript): Generator<string> {
  yield HEADING;
  yield `of VPP ${script.release.name} and configuration ${fingerprint(script)}`;
  for (const { state, rows } of states.save()) {
    let isFirst = true;
    for (const row of rows) {
      if (isFirst) yield `# ${state.name}: ${state.columns}`;
      isFirst = false;
      yield `${state.name}:${row.map((number) => ` ${String(number)}`).join('')}`;
    }
  }
}

/** The rows of a text by their names; null where it has none. Throws ConfigError for lines that are not whole, or of another node. */
export function readSaved(text: string, file: string, script: NodeScript): Map<string, SavedRow[]> | null {
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => line.trim() === HEADING);
  if (from < 0) return null;
  const fail = (index: number, expected: string): ConfigError =>
    new ConfigError(
      { file, line: index + 1, column: 1 },
      `expected ${expected}, found "${(lines.at(index) ?? '').slice(0, 60)}"`,
    );
  const own = [script.release.name, fingerprint(script)];
  const of = OF.exec(lines.at(from + 1) ?? '');
  if (!of) throw fail(from + 1, `"of VPP ${own[0]} and configuration ${own[1]}"`);
  if (of[1] !== own[0] || of[2] !== own[1])
    throw new ConfigError(
      { file, line: from + 2, column: 1 },
      `expected the state of VPP ${own[0]} and configuration ${own[1]}, found that of VPP ${of[1]} and configuration ${of[2]}; ` +
        `without the section "${HEADING}", what the show commands tell is taken`,
    );
  const rows = new Map<string, SavedRow[]>();
  for (let i = from + 2; i < lines.length && !OTHER_HEADING.test(lines[i]); i++) {
    if (lines[i] === '' || lines[i].startsWith('# ')) continue;
    const row = ROW.exec(lines[i]);
    if (!row) throw fail(i, 'a name, a colon and numbers');
    const numbers = row[2].split(' ').slice(1).map(Number);
    const known = rows.get(row[1]);
    if (known) known.push(numbers);
    else rows.set(row[1], [numbers]);
  }
  return rows;
}
