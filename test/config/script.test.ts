/** Lines, comments, directives and included files of a script. */

import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyScript } from '../../src/config/apply.js';
import { builtInScript } from '../../src/config/locate.js';
import { parseScript } from '../../src/config/parse-script.js';
import { nodesOf } from '../../src/pipeline/engine/plugin.js';
import { Graph } from '../../src/pipeline/engine/graph.js';
import type { Release } from '../../src/releases/release.js';
import { DEFAULT_RELEASE } from '../../src/releases/releases.js';

const kinds = (text: string): string[] => parseScript(text, 'node.vpp').commands.map(({ body }) => body.kind);

describe('config: scripts', () => {
  const SCRIPTS: readonly { name: string; given: string; expected: string[] }[] = [
    { name: 'an empty script', given: '', expected: [] },
    { name: 'blank lines and comments', given: '\n  \n# anything: goes { here\n  # interfaces\n\t\n', expected: [] },
    {
      name: 'carriage returns',
      given: 'create tap id 0\r\nip table add 1\r\n',
      expected: ['create-interface', 'ip-table-add'],
    },
    { name: 'a byte order mark', given: '\uFEFFip table add 1', expected: ['ip-table-add'] },
    {
      name: 'no line feed at the end',
      given: 'ip table add 1\nip table add 2',
      expected: ['ip-table-add', 'ip-table-add'],
    },
    { name: 'blanks and tabs', given: ' \tip \t table   add 1  ', expected: ['ip-table-add'] },
  ];
  for (const { name, given, expected } of SCRIPTS) it(name, () => expect(kinds(given)).to.deep.equal(expected));

  it('a command knows its place and its words', () => {
    const [command] = parseScript('\n  ip table  add 1 ', 'node.vpp').commands;
    expect(command).to.deep.include({ at: { file: 'node.vpp', line: 2, column: 3 }, text: 'ip table  add 1' });
  });

  it('an interface that was named before needs no digit in its name', () => {
    expect(kinds('# interface: uplink\nset interface state uplink up')).to.deep.equal([
      'create-interface',
      'interface-state',
    ]);
  });

  it('startup options add up', () => {
    const text = [
      '# startup: nat { endpoint-dependent max translations per user 20 }',
      '# startup: nat { translation hash buckets 2048 user hash buckets 64 translation hash memory 1000000 }',
      '# startup: acl-plugin { connection count max 1000000 connection hash buckets 65536 }',
      '# ethernet-input: generic',
    ].join('\n');
    const { nat44, acl, ethernetInputGeneric } = applyScript(parseScript(text, 'node.vpp'));
    expect(nat44.startup).to.deep.equal({
      endpointDependent: true,
      maxTranslationsPerUser: 20,
      translationHashBuckets: 2048,
      userHashBuckets: 64,
    });
    expect(acl.sessions.maxEntries).to.equal(1_000_000);
    expect(ethernetInputGeneric).to.equal(true);
  });

  it('startup options hold for the commands before them', () => {
    const text = 'nat44 add address 192.168.16.1 twice-nat\n# startup: nat { endpoint-dependent }';
    expect(applyScript(parseScript(text, 'node.vpp')).nat44.twicePool.addresses).to.have.length(1);
  });

  it('without directives, the defaults', () => {
    const { nat44, ethernetInputGeneric } = applyScript(parseScript('ip table add 1', 'node.vpp'));
    expect(nat44.startup).to.deep.equal({
      endpointDependent: false,
      maxTranslationsPerUser: null,
      translationHashBuckets: null,
      userHashBuckets: null,
    });
    expect(ethernetInputGeneric).to.equal(false);
  });

  describe('exec', () => {
    const files: Readonly<Record<string, string>> = {
      [resolve('/etc/vpp/taps.vpp')]: 'create tap id 0\nexec more/tables.vpp\n',
      [resolve('/etc/vpp/more/tables.vpp')]: 'ip table add 1\n',
      [resolve('/etc/vpp/wrong.vpp')]: 'ip table add 1\nfrobnicate\n',
      [resolve('/etc/vpp/circle.vpp')]: 'exec circle.vpp\n',
    };
    const readText = (path: string): string => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new Error('no such file');
      return text;
    };
    const messageOf = (text: string): string => {
      try {
        parseScript(text, '/etc/vpp/node.vpp', { readText });
      } catch (error) {
        return (error as Error).message;
      }
      return 'no error';
    };

    it('reads the other file in its place, relative to the script', () => {
      const { commands } = parseScript('exec taps.vpp\nip table add 2', '/etc/vpp/node.vpp', { readText });
      expect(commands.map(({ at, body }) => [at.file, at.line, body.kind])).to.deep.equal([
        [resolve('/etc/vpp/taps.vpp'), 1, 'create-interface'],
        [resolve('/etc/vpp/more/tables.vpp'), 1, 'ip-table-add'],
        ['/etc/vpp/node.vpp', 2, 'ip-table-add'],
      ]);
    });

    const WRONG: readonly { given: string; expected: string }[] = [
      { given: 'exec wrong.vpp', expected: `${resolve('/etc/vpp/wrong.vpp')}:2:1: unknown command "frobnicate"` },
      { given: 'exec none.vpp', expected: '/etc/vpp/node.vpp:1:6: cannot read "none.vpp": no such file' },
      { given: 'exec', expected: '/etc/vpp/node.vpp:1:1: "exec": the file is missing' },
      {
        given: 'exec circle.vpp',
        expected: `${resolve('/etc/vpp/circle.vpp')}:1:6: "circle.vpp" is being read already`,
      },
    ];
    it('names the other file from where the script is named', () => {
      const read = (path: string): string => (path === 'node/wrong.vpp' ? 'frobnicate' : '');
      expect(() => parseScript('exec wrong.vpp', './node/node.vpp', { readText: read })).to.throw(
        /^node\/wrong\.vpp:1:1: unknown command "frobnicate"$/,
      );
    });

    for (const { given, expected } of WRONG) it(expected, () => expect(messageOf(given)).to.equal(expected));
  });
});

describe('config: the release of a script', () => {
  const messageOf = (text: string): string => {
    try {
      return parseScript(text, 'node.vpp').release.name;
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const { given, expected } of [
    { given: '', expected: '19.08' },
    { given: '# release: 19.08\nip table add 1', expected: '19.08' },
    {
      given: '# a comment\r\n#release: 19.09\r\nfrobnicate',
      expected: 'node.vpp:2:11: VPP 19.09 is not modelled, only 19.08 and 26.06',
    },
    { given: '# release:', expected: 'node.vpp:1:11: the release is missing' },
  ]) {
    it(JSON.stringify(given), () => expect(messageOf(given)).to.equal(expected));
  }

  const OTHER: Release = {
    ...DEFAULT_RELEASE,
    name: '30.02',
    plugins: DEFAULT_RELEASE.plugins.filter(({ name }) => name !== 'vxlan'),
  };
  it('the option wins', () => {
    expect(parseScript('# release: 19.08', 'node.vpp', { release: OTHER }).release).to.equal(OTHER);
  });

  it('the option may be a name', () => {
    expect(parseScript('', 'node.vpp', { release: '19.08' }).release.name).to.equal('19.08');
    expect(() => parseScript('', 'node.vpp', { release: '20.01' })).to.throw('node.vpp:1:1: VPP 20.01 is not modelled');
  });

  it('a release without a plugin has none of its commands, and runs what needs none', () => {
    const withoutTunnel = readFileSync(builtInScript(), 'utf8').replaceAll(/^.*vxlan.*$/gm, '');
    const tables = applyScript(parseScript(withoutTunnel, 'node.vpp', { release: OTHER }));
    const sink = { transmit: () => undefined, drop: () => undefined, punt: () => undefined };
    expect(new Graph(nodesOf(tables), tables, sink).names).not.to.include('vxlan4-encap');
    const script = 'create vxlan tunnel src 10.0.0.1 dst 10.0.0.2 vni 1';
    expect(() => parseScript(script, 'node.vpp', { release: OTHER })).to.throw(
      'VPP has the command "create vxlan tunnel", but it is not modelled',
    );
  });
});
