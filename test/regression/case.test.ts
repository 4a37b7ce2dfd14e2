import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CaseFileError, findCaseFolders, loadCase, parseCase } from '../../src/regression/case.js';

const VALID = `
title: A case
description: What it shows
origin: by hand
config: built-in
captures: [{ file: in.pcap, interface: tap2 }]
expected: { file: out.pcap }
`;

describe('case.yaml', () => {
  it('fills in what may be left out', () => {
    const { sources, notes, expectedDrops, volatile, nodes } = parseCase(VALID, 'case.yaml');
    expect({ sources, notes, expectedDrops, volatile, nodes }).to.deep.equal({
      sources: [],
      notes: [],
      expectedDrops: [],
      volatile: [],
      nodes: undefined,
    });
  });

  const REFUSED: { name: string; given: string; expected: RegExp }[] = [
    { name: 'text that is no YAML', given: 'title: [', expected: /^c\.yaml: / },
    { name: 'a missing key', given: VALID.replace('config: built-in', ''), expected: /^c\.yaml: config: / },
    { name: 'an unknown key', given: `${VALID}colour: red\n`, expected: /colour/ },
    { name: 'an unknown origin', given: VALID.replace('by hand', 'a guess'), expected: /^c\.yaml: origin: / },
    { name: 'no captures', given: VALID.replace(/captures: .*/, 'captures: []'), expected: /^c\.yaml: captures: / },
    {
      name: 'a drop without a reason',
      given: `${VALID}expectedDrops: [{ node: ip4-input }]\n`,
      expected: /expectedDrops\.0\.reason/,
    },
    {
      name: 'an unknown volatile field',
      given: `${VALID}volatile: [{ out: 0, fields: [tcp.seq] }]\n`,
      expected: /must be one of ip\.id, ip\.checksum/,
    },
    {
      name: "a source's path that differs without a word why",
      given: `${VALID}nodes: [{ frame: SYN, path: [a], sourcePath: [b] }]\n`,
      expected: /sourcePath and differs belong together/,
    },
  ];
  for (const { name, given, expected } of REFUSED)
    it(`refuses ${name}`, () => {
      expect(() => parseCase(given, 'c.yaml')).to.throw(CaseFileError, expected);
    });
});

describe('a case on disk', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vppcap-case-'));
    mkdirSync(join(root, 'cases', 'a', 'deeper'), { recursive: true });
    for (const file of ['cases/a/in.pcap', 'cases/a/out.pcap', 'outside.pcap']) writeFileSync(join(root, file), '');
    writeFileSync(join(root, 'cases', 'a', 'case.yaml'), VALID);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is found, with its paths resolved', () => {
    expect(findCaseFolders(join(root, 'cases'))).to.deep.equal([join(root, 'cases', 'a')]);
    const { name, configFile, captures, expected } = loadCase(join(root, 'cases', 'a'), root);
    expect({ name, configFile, captures, expected }).to.deep.equal({
      name: 'a',
      configFile: null,
      captures: [{ file: join(root, 'cases', 'a', 'in.pcap'), interfaceName: 'tap2' }],
      expected: [{ interfaceName: null, file: join(root, 'cases', 'a', 'out.pcap') }],
    });
  });

  it('may not name files outside the project', () => {
    writeFileSync(join(root, 'cases', 'a', 'case.yaml'), VALID.replace('in.pcap', '../../outside.pcap'));
    expect(() => loadCase(join(root, 'cases', 'a'), join(root, 'cases'))).to.throw(CaseFileError, /lies outside/);
    expect(() => loadCase(join(root, 'cases', 'a'), root)).not.to.throw();
  });

  it('may not name files that are not there', () => {
    writeFileSync(join(root, 'cases', 'a', 'case.yaml'), VALID.replace('out.pcap', 'gone.pcap'));
    expect(() => loadCase(join(root, 'cases', 'a'), root)).to.throw(CaseFileError, /gone\.pcap: no such file/);
  });
});
