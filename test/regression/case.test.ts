import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CaseFileError, loadCase, parseCase } from '../../src/regression/case/case.js';
import { replayCase } from '../../src/regression/replay-case.js';
import { findCases, strayFiles } from '../../src/regression/case/find-cases.js';

const VALID = `
title: A case
origin: by hand
config: built-in
captures: [{ file: in.pcap, interface: tap2 }]
expect: { captures: [{ file: out.pcap }] }
`;

describe('case.yaml', () => {
  it('fills in what may be left out', () => {
    const { sources, notes, expect: expectation, compare } = parseCase(VALID, 'case.yaml');
    expect({ sources, notes, expectation, compare }).to.deep.equal({
      sources: [],
      notes: [],
      expectation: { captures: [{ file: 'out.pcap', unstable: [] }], drops: [], notReplayed: [] },
      compare: {
        order: 'strict',
        contains: false,
        unique: false,
        ignore: [],
        map: {},
        natPorts: 'exact',
        padding: true,
      },
    });
  });

  const more = (words: string): string => VALID.replace('out.pcap }]', `out.pcap }], ${words}`);
  const REFUSED: { name: string; given: string; expected: RegExp }[] = [
    { name: 'text that is no YAML', given: 'title: [', expected: /^c\.yaml: / },
    { name: 'a missing key', given: VALID.replace('config: built-in', ''), expected: /^c\.yaml: config: / },
    { name: 'an unknown key', given: `${VALID}colour: red\n`, expected: /colour/ },
    { name: 'an unknown origin', given: VALID.replace('by hand', 'a guess'), expected: /^c\.yaml: origin: / },
    { name: 'no captures', given: VALID.replace(/captures: .*/, 'captures: []'), expected: /^c\.yaml: captures: / },
    {
      name: 'a drop without a reason',
      given: more('drops: [{ node: ip4-input }]'),
      expected: /expect\.drops\.0\.reason/,
    },
    {
      name: 'an unstable field that is none',
      given: VALID.replace('file: out.pcap', 'file: out.pcap, unstable: [{ packet: 1, fields: [tcp.seq] }]'),
      expected: /must be one of ip4\.id, ip4\.checksum/,
    },
    {
      name: 'frame numbers that are none',
      given: more('paths: [{ frames: 1-, path: a }]'),
      expected: /expect\.paths\.0\.frames: /,
    },
    {
      name: "a source's path that differs without a word why",
      given: more('paths: [{ frames: 1, path: a, sourcePath: b }]'),
      expected: /sourcePath and differs belong together/,
    },
    {
      name: 'a capture of all interfaces next to one of a single interface',
      given: VALID.replace('out.pcap }]', 'out.pcap }, { file: tap1.pcap, interface: tap1 }]'),
      expected: /one capture of all interfaces, or one for each/,
    },
    {
      name: 'two captures of one interface',
      given: VALID.replace('out.pcap }]', 'a.pcap, interface: tap1 }, { file: b.pcap, interface: tap1 }]'),
      expected: /two of the interface tap1/,
    },
    { name: 'an unknown order', given: `${VALID}compare: { order: random }\n`, expected: /compare\.order/ },
  ];
  for (const { name, given, expected } of REFUSED)
    it(`refuses ${name}`, () => {
      expect(() => parseCase(given, 'c.yaml')).to.throw(CaseFileError, expected);
    });
});

describe('a case on disk', () => {
  let root = '';
  const at = (...parts: string[]): string => join(root, ...parts);
  const put = (...parts: string[]): void => {
    mkdirSync(at(...parts.slice(0, -1)), { recursive: true });
    writeFileSync(at(...parts), '');
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vppcap-case-'));
    put('cases', 'a', 'in.pcap');
    put('cases', 'a', 'out.pcap');
    put('outside.pcap');
    writeFileSync(at('cases', 'a', 'case.yaml'), VALID);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is found, with its paths resolved', () => {
    expect(findCases([at('cases')])).to.deep.equal([{ name: 'a', folder: at('cases', 'a') }]);
    expect(findCases([at('cases', 'a')])).to.deep.equal([{ name: 'a', folder: at('cases', 'a') }]);
    const { configFile, captures, expected } = loadCase(at('cases', 'a'));
    expect({ configFile, captures, expected }).to.deep.equal({
      configFile: null,
      captures: [{ file: at('cases', 'a', 'in.pcap'), interfaceName: 'tap2' }],
      expected: [{ interfaceName: null, file: at('cases', 'a', 'out.pcap'), unstable: [] }],
    });
  });

  it('may lie deeper than another, and is found once', () => {
    mkdirSync(at('cases', 'a', 'b'));
    writeFileSync(at('cases', 'a', 'b', 'case.yaml'), VALID);
    expect(findCases([at('cases')]).map(({ name }) => name)).to.deep.equal(['a', 'a/b']);
    expect(findCases([at('cases'), at('cases', 'a', 'b')]).map(({ name }) => name)).to.deep.equal([
      at('cases', 'a'),
      at('cases', 'a', 'b'),
    ]);
  });

  it('is found too where captures have no case.yaml', () => {
    put('cases', 'forgotten', 'expected.pcapng');
    put('cases', 'no captures', 'README.md');
    expect(findCases([at('cases')]).map(({ name }) => name)).to.deep.equal(['a', 'forgotten']);
  });

  it('knows the files that nobody names', () => {
    for (const name of ['extra.pcap', 'notes.md', '.hidden']) put('cases', 'a', name);
    put('cases', 'a', 'more', 'old.pcapng');
    expect(strayFiles(loadCase(at('cases', 'a')))).to.deep.equal(['extra.pcap', join('more', 'old.pcapng')]);
  });

  const OUTSIDE: { name: string; prepare: () => string }[] = [
    { name: 'a path upwards', prepare: () => '../../outside.pcap' },
    { name: 'an absolute path', prepare: () => at('outside.pcap') },
    {
      name: 'a symbolic link',
      prepare: () => {
        symlinkSync(at('outside.pcap'), at('cases', 'a', 'link.pcap'));
        return 'link.pcap';
      },
    },
    {
      name: 'a symbolic link to a folder',
      prepare: () => {
        symlinkSync(root, at('cases', 'a', 'up'));
        return 'up/outside.pcap';
      },
    },
    {
      name: 'a file that is not there, in a linked folder',
      prepare: () => {
        symlinkSync(root, at('cases', 'a', 'up'));
        return 'up/new.pcap';
      },
    },
    { name: 'the folder itself', prepare: () => '.' },
  ];
  for (const { name, prepare } of OUTSIDE)
    it(`does not leave its folder by ${name}, unless that is allowed`, () => {
      const path = prepare();
      writeFileSync(at('cases', 'a', 'case.yaml'), VALID.replace('out.pcap', path));
      expect(() => loadCase(at('cases', 'a'))).to.throw(CaseFileError, /lies outside the case's folder/);
      expect(() => loadCase(at('cases', 'a'), [root])).not.to.throw();
    });

  it('does not leave its folder by a script that its script reads, unless that is allowed', async () => {
    writeFileSync(at('outside.vpp'), 'create tap id 2');
    writeFileSync(at('cases', 'a', 'node.vpp'), 'exec ../../outside.vpp');
    writeFileSync(at('cases', 'a', 'case.yaml'), VALID.replace('built-in', 'node.vpp'));
    const outcome = (allowed: readonly string[]): Promise<string> =>
      replayCase(loadCase(at('cases', 'a'), allowed), false).then(
        () => 'no error',
        (error: unknown) => String(error),
      );
    expect(await outcome([])).to.match(/node\.vpp:1:6: .*lies outside the case's folder/);
    expect(await outcome([root])).to.match(/in\.pcap: /); // which is no capture
  });

  it('has no link to nothing', () => {
    symlinkSync(at('nothing'), at('cases', 'a', 'link.pcap'));
    writeFileSync(at('cases', 'a', 'case.yaml'), VALID.replace('out.pcap', 'link.pcap'));
    expect(() => loadCase(at('cases', 'a'), [root])).to.throw(CaseFileError, /symbolic link to nothing/);
  });

  it('may stand in a folder that is reached by a link', () => {
    symlinkSync(at('cases'), at('linked'));
    expect(() => loadCase(at('linked', 'a'))).not.to.throw();
  });
});
