/** Completion in the shells themselves, where they are installed. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { expect } from 'chai';
import { MAIN } from './run-vppcap.js';

/** Prints what a shell offers for a line, a word a line; in zsh, the line after the tabulator key. */
const ASK: Readonly<Record<string, (line: string) => string>> = {
  bash: (line) => `
    source <(vppcap completion bash)
    COMP_WORDS=(${line}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _vppcap; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (line) => `vppcap completion fish | source; complete -C '${line}' | string replace -r '\\t.*' ''`,
  zsh: (line) => `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    written() { local text all=; while zpty -r -t shell text; do all+=$text; done; print -r -- "$all" }
    zpty -w shell 'PS1="> "; autoload -U compinit; compinit -u -D; source <(vppcap completion zsh)'
    sleep 3
    written >/dev/null
    zpty -w -n shell $'${line}\t'
    sleep 3
    written`,
};

describe('completion', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-completion-'));
  before(() => {
    writeFileSync(join(folder, 'vppcap'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(join(folder, 'vppcap'), 0o755);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const shell of ['bash', 'zsh', 'fish']) {
    for (const { line, expected } of [
      { line: 'vppcap rep', expected: 'replay' },
      { line: 'vppcap replay in.pcap --verd', expected: '--verdicts' },
    ]) {
      it(`completes "${line}" in ${shell}`, function () {
        if (spawnSync(shell, ['-c', 'true']).status !== 0) this.skip();
        const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, HOME: folder };
        const { stdout } = spawnSync(shell, ['-c', ASK[shell](line)], { encoding: 'utf8', env, timeout: 30_000 });
        if (shell === 'zsh') expect(stdout).to.include(expected);
        else expect(stdout.trim().split('\n')).to.deep.equal([expected]);
      });
    }
  }

  it('offers files where no option begins', function () {
    if (spawnSync('fish', ['-c', 'true']).status !== 0) this.skip();
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, HOME: folder };
    const { stdout } = spawnSync('fish', ['-c', ASK['fish']('vppcap replay vpp')], {
      encoding: 'utf8',
      env,
      cwd: folder,
    });
    expect(stdout.trim()).to.equal('vppcap');
  });
});
