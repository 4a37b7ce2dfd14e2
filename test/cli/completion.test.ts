/** Completion by the tabulator key, in the shells themselves, where they are installed, on a terminal (press-tab.py). */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { MAIN, ROOT, runVppcap } from './run-vppcap.js';

/** How a shell starts without anybody's settings, and what reads the script. `echo rea""dy` is not ready before it has run. */
const SHELLS: Readonly<Record<string, { command: string[]; start: string }>> = {
  bash: { command: ['bash', '--norc', '-i'], start: 'source <(vppcap completion bash); echo rea""dy' },
  zsh: {
    command: ['zsh', '-f', '-i'],
    start: 'autoload -U compinit; compinit -u -D; source <(vppcap completion zsh); echo rea""dy',
  },
  fish: { command: ['fish', '-i'], start: 'vppcap completion fish | source; echo rea""dy' },
};

/** `expected` is in what the terminal shows; of several words, each. The folder has in.pcap and node.vpp. */
const ROWS: readonly { name: string; line: string; expected: readonly string[] }[] = [
  {
    name: 'all commands where nothing is typed',
    line: 'vppcap \t\t',
    expected: ['capture', 'explain', 'verify-trace'],
  },
  { name: 'a command', line: 'vppcap repl\t', expected: ['replay'] },
  { name: 'an option', line: 'vppcap replay in.pcap --verd\t', expected: ['--verdicts'] },
  { name: 'the values of an option', line: 'vppcap verify a b --order \t\t', expected: ['any', 'flow', 'strict'] },
  { name: 'a value behind =', line: 'vppcap verify a b --order=st\t', expected: ['--order=strict'] },
  { name: 'a file', line: 'vppcap replay in.p\t', expected: ['in.pcap'] },
  { name: 'a file that is a value', line: 'vppcap replay in.pcap -c no\t', expected: ['node.vpp'] },
  { name: 'an interface of the node', line: 'vppcap replay Giga\t', expected: ['GigabitEthernet0/8/0='] },
  { name: 'a file of an interface', line: 'vppcap replay tap2=in.p\t', expected: ['tap2=in.pcap'] },
];

const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

describe('completion', function () {
  this.timeout(300_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-completion-'));
    copyFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'), join(folder, 'in.pcap'));
    writeFileSync(join(folder, 'node.vpp'), '# interface: eth7\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The README's alias: the command is on no path. */
  const alias = `alias vppcap="${process.execPath} ${MAIN}"`;

  for (const [shell, { command, start }] of Object.entries(SHELLS)) {
    const missing = ['python3', shell].filter((program) => !isThere(program));
    const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;
    describe(`in ${shell}${skipped}`, () => {
      let answers: string[] = [];
      before(function () {
        if (missing.length > 0) this.skip();
        const script = join(ROOT, 'test', 'cli', 'press-tab.py');
        // zsh and bash take an alias from the next line on.
        const setUp = `${alias}\n${start}`;
        const args = [script, JSON.stringify(command), setUp, JSON.stringify(ROWS)];
        const env = { ...process.env, HOME: folder, TERM: 'xterm', PS1: '> ' };
        const { stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8', cwd: folder, env, timeout: 280_000 });
        expect(stderr).to.equal('');
        answers = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as string);
      });

      ROWS.forEach(({ name, line, expected }, index) => {
        it(`completes ${name}: ${line.replaceAll('\t', '<TAB>')}`, () => {
          for (const word of expected) expect(answers[index]).to.include(word);
        });
      });
    });
  }

  const WORDS: readonly { words: string[]; expected: string[] }[] = [
    { words: ['ver'], expected: ['verify', 'verify-trace'] },
    { words: ['verify', 'a', 'b', '--nat-ports', ''], expected: ['bind', 'exact'] },
    { words: ['verify', 'a', 'b', '--nat-ports', '=', 'e'], expected: ['exact'] },
    { words: ['verify', '--ignore', 'ip4.id,eth.'], expected: ['ip4.id,eth.dst', 'ip4.id,eth.src', 'ip4.id,eth.type'] },
    { words: ['verify', '--mask', 'ip4.sr'], expected: ['ip4.src='] },
    { words: ['trace', 'in.pcap', '--node', 'vxlan4-'], expected: ['vxlan4-input', 'vxlan4-encap'] },
    { words: ['trace', 'in.pcap', '--trace-format', '1'], expected: ['19.08', '18.04'] },
    { words: ['config', '--release', ''], expected: ['19.08', '26.06'] },
    { words: ['test', '--reporter', 'j'], expected: ['junit', 'json'] },
    { words: ['completion', ''], expected: ['bash', 'zsh', 'fish'] },
    { words: ['replay', 'in.pcap', '-c', 'node.vpp', 'et'], expected: ['eth7='] },
    { words: ['replay', '-c', 'no-such.vpp', 'tap'], expected: [] },
    { words: ['replay', 'in.'], expected: [] },
    { words: ['replay', ''], expected: [] },
    { words: ['replay', '-o', ''], expected: [] },
    { words: ['frobnicate', ''], expected: [] },
  ];
  for (const { words, expected } of WORDS)
    it(`answers ${JSON.stringify(words)}`, () => {
      const { stdout, stderr, code } = runVppcap(['--complete', ...words], folder);
      const found = stdout.split('\n').filter((line) => line !== '');
      expect(found.map((line) => line.split('\t', 1)[0]).sort()).to.deep.equal([...expected].sort());
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
    });
});
