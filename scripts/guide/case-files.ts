/** The files of a case: captures/<name>/…, expectations/<name>/{case.yaml,expected.pcapng,node.vpp}. */

import { Document, isScalar, isSeq, visit } from 'yaml';
import { BUILT_IN, type CaseYaml } from '../../src/regression/case.js';
import { pcapng } from './capture-files.js';
import { fileNameOf, outputsOf, type CaseSource } from './case-source.js';

/** Contents by path below the project's folder. */
export type Files = Map<string, Uint8Array>;

const HEAD = '# Written by scripts/guide-cases.ts, which says where every byte comes from.\n';

export function caseFiles(source: CaseSource): Files {
  const { name, config, steps, words } = source;
  const files: Files = new Map();
  const inputs = steps.map(({ input }) => input);
  const captures: CaseYaml['captures'] = [];
  if (source.filePerInterface === true) {
    for (const interfaceName of new Set(inputs.map((frame) => frame.interfaceName))) {
      const file = `captures/${name}/${fileNameOf(interfaceName)}.pcapng`;
      files.set(file, pcapng(inputs.filter((frame) => frame.interfaceName === interfaceName)));
      captures.push({ file: `../../${file}` });
    }
  } else {
    const file = `captures/${name}/in.pcapng`;
    files.set(file, pcapng(inputs));
    captures.push({ file: `../../${file}` });
  }
  files.set(`expectations/${name}/expected.pcapng`, pcapng(outputsOf(steps)));
  if (config !== null) files.set(`expectations/${name}/node.vpp`, encode(config));
  files.set(
    `expectations/${name}/case.yaml`,
    caseYaml(words, {
      config: config === null ? BUILT_IN : 'node.vpp',
      captures,
      expected: { file: 'expected.pcapng' },
      nodes: steps.map(({ nodes }) => nodes),
    }),
  );
  return files;
}

/** A case.yaml with its keys in reading order. */
export function caseYaml(
  words: CaseSource['words'],
  parts: Pick<CaseYaml, 'config' | 'captures' | 'expected' | 'nodes'>,
): Uint8Array {
  const { title, description, origin, sources, notes, ...rest } = words;
  const ordered = { title, description, origin, sources, notes, ...parts, ...rest };
  const present = Object.fromEntries(Object.entries(ordered).filter(([, value]) => value !== undefined));
  const document = new Document(present, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && isSeq(value) && ON_ONE_LINE.includes(String(key.value))) value.flow = true;
    },
  });
  return encode(HEAD + document.toString({ lineWidth: 120 }));
}

/** Lists of words that read best in a row. */
const ON_ONE_LINE = ['path', 'sourcePath', 'fields'];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
