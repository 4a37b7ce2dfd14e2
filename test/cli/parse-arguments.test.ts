import { expect } from 'chai';
import { COMMANDS } from '../../src/cli/commands.js';
import type { CommandTable } from '../../src/cli/option-table.js';
import { parseArguments } from '../../src/cli/parse-arguments.js';
import { runVppcap, UNBUNDLED } from './run-vppcap.js';

function tableOf(name: string): CommandTable {
  const command = COMMANDS.find(({ table }) => table.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command.table;
}

/** What is given beyond flags that are false and what is undefined. */
function valuesOf(line: string): unknown {
  const [name, ...args] = line.split(' ');
  const { values } = parseArguments(args, tableOf(name));
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== false && value !== undefined));
}

describe('arguments', () => {
  for (const { given, expected } of [
    { given: 'replay a.pcap', expected: { capture: ['a.pcap'] } },
    { given: 'replay a -o b --both', expected: { capture: ['a'], output: 'b', both: true } },
    { given: 'replay -o b a c', expected: { capture: ['a', 'c'], output: 'b' } },
    { given: 'replay - --output=- -q', expected: { capture: ['-'], output: '-', quiet: true } },
    { given: 'replay a -qo b', expected: { capture: ['a'], output: 'b', quiet: true } },
    { given: 'replay a -ob', expected: { capture: ['a'], output: 'b' } },
    { given: 'replay a -o=b', expected: { capture: ['a'], output: 'b' } },
    { given: 'replay a --quiet=true --json=false --no-both', expected: { capture: ['a'], quiet: true } },
    { given: 'replay a -q -q', expected: { capture: ['a'], quiet: true } },
    { given: 'replay tap2=a --fix-checksums', expected: { capture: ['tap2=a'], fixChecksums: true } },
    { given: 'replay -- -a -o', expected: { capture: ['-a', '-o'] } },
    {
      given: 'verify a b --ignore ip4.id --ignore=eth.src,ip4.ttl --nat-pool 1.2.3.4 --nat-ports bind',
      expected: {
        actual: 'a',
        expected: 'b',
        ignore: ['ip4.id', 'eth.src,ip4.ttl'],
        natPool: ['1.2.3.4'],
        natPorts: 'bind',
      },
    },
    { given: 'verify a - --time-tolerance -5', expected: { actual: 'a', expected: '-', timeTolerance: '-5' } },
    { given: 'import', expected: { trace: '-' } },
    { given: 'test', expected: { dir: ['expectations'], filter: [], reporter: [], allowOutside: [] } },
    { given: 'test a b --filter c', expected: { dir: ['a', 'b'], filter: ['c'], reporter: [], allowOutside: [] } },
  ])
    it(`reads ${given}`, () => {
      expect(valuesOf(given)).to.deep.equal(expected);
    });

  for (const { given, expected } of [
    { given: 'replay --help', expected: 'help' },
    { given: 'replay x --frobnicate -qh', expected: 'help' },
    { given: 'replay -o --help', expected: 'help' },
    { given: 'verify --version', expected: 'version' },
    { given: 'replay -- --help', expected: null },
  ])
    it(`takes ${given} for a question for ${expected ?? 'nothing'}`, () => {
      const [name, ...args] = given.split(' ');
      expect(parseArguments(args, tableOf(name)).asksFor).to.equal(expected);
    });
});

describe('command as tsc made it', () => {
  for (const given of ['--version', 'replay --help', 'config configs/contiv-node.vpp', 'replay x --ouptut y'])
    it(`answers ${given} as the package does`, () => {
      const args = given.split(' ');
      expect(runVppcap(args, undefined, {}, UNBUNDLED)).to.deep.equal(runVppcap(args));
    });
});
