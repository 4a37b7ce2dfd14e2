/** What VPP showed of a recording's neighbours: read by --state, it is printed again as VPP printed it, but for times and order. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Node } from '../../src/node/node.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { CORPORA } from './floor.js';

const COMMANDS = ['show ip arp', 'show ip6 neighbors', 'show ip neighbors'];
/** Behind the time. */
const ROW = /^\s*\d*\.\d+( .*)$/;
const TIME_COLUMNS = 12;

const rowsOf = (text: string, commands: readonly string[]): string[] =>
  text
    .split(/^(?=### )/m)
    .filter((answer) => commands.includes(answer.split('\n', 1)[0].slice('### '.length)))
    .flatMap((answer) => answer.split('\n').filter((line) => ROW.test(line)))
    .map((line) => line.slice(TIME_COLUMNS))
    .sort();

describe(`neighbours that VPP showed${existsSync(CORPORA) ? '' : ` (skipped: no recordings at ${CORPORA})`}`, () => {
  for (const { release, folder } of corporaIn(CORPORA))
    for (const name of casesOf({ release, folder })) {
      if (!name.startsWith('J-')) continue;
      it(`${release} ${name}`, () => {
        const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
        const shown = read('sessions.txt');
        const node = new Node(read('config.vpp'), { state: [{ file: 'sessions.txt', text: shown }] });
        const both = rowsOf(shown, ['show ip neighbors']);
        const expected = both.length > 0 ? both : rowsOf(shown, COMMANDS);
        expect(expected).to.not.deep.equal([]);
        expect(rowsOf(node.saveState(), COMMANDS)).to.deep.equal(expected);
      });
    }
});
