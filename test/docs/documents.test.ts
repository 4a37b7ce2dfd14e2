/** What the documents show is what happens: their commands are run, and compared with what they are said to print. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../cli/run-vppcap.js';
import { hasTshark } from '../tshark.js';
import { isAsShown, runInOneShell, shownCommands } from './console-blocks.js';

/** What commands may need of the project's folder; all else that they write goes to a folder of their own. */
const LENT = ['captures', 'configs', 'expectations'];

/** `make` is left to those who run it; and what a reader brings, nobody has here. */
const isRun = (command: string): boolean => !command.startsWith('make ') && !command.includes(' show-trace.txt ');

describe('documents', () => {
  for (const document of [
    'README.md',
    'docs/TUTORIAL.md',
    'docs/CONFIGURATION.md',
    'docs/REPLAY.md',
    'docs/REPORT.md',
    'docs/TRACES.md',
    'docs/CASES.md',
    'docs/AUDIT.md',
    'docs/IMPORT-NODE.md',
    'docs/DIFF.md',
    'docs/SCALE.md',
    'docs/SHRINK.md',
    'docs/TABLES.md',
    'docs/WIRESHARK.md',
  ])
    it(`${document}: commands print what it says`, function () {
      this.timeout(60_000);
      const shown = shownCommands(readFileSync(join(ROOT, document), 'utf8')).filter(({ command }) => isRun(command));
      expect(shown).not.to.have.length(0);
      const folder = mkdtempSync(join(tmpdir(), 'vppcap-document-'));
      try {
        for (const name of LENT) symlinkSync(join(ROOT, name), join(folder, name));
        const commands = shown.map(({ command }) => command);
        const printed = runInOneShell(commands, folder);
        expect(printed).to.have.length(commands.length);
        for (const [i, { command, printed: expected }] of shown.entries()) {
          if (command.startsWith('tshark') && !hasTshark) continue;
          if (!isAsShown(printed[i], expected)) expect(printed[i].join('\n'), command).to.equal(expected.join('\n'));
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
