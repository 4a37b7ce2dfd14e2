/** The files of a case: expectations/<name>/ with case.yaml, the captures to replay, expected.pcapng and node.vpp. */

import { fileNameOf } from '../../src/regression/draft/accept-case.js';
import { BUILT_IN } from '../../src/regression/case/case.js';
import type { CaseYaml } from '../../src/regression/case/case-schema.js';
import { caseYamlText } from '../../src/regression/case/case-yaml.js';
import { pcapng } from './capture-files.js';
import { outputsOf, type CaseSource, type FramePath } from './case-source.js';

/** Contents by path below the project's folder. */
export type Files = Map<string, Uint8Array>;

/** First lines of every case.yaml here; the second tells editors where its schema is. */
export const headOf = (script: string): string[] => [
  `Written by ${script}, which says where every byte comes from.`,
  'yaml-language-server: $schema=../../schema/case.schema.json',
];

export function caseFiles(source: CaseSource): Files {
  const { name, config, steps } = source;
  const folder = `expectations/${name}`;
  const files: Files = new Map();
  const inputs = steps.map(({ input }) => input);
  const captures: CaseYaml['captures'] = [];
  const add = (file: string, frames: typeof inputs): void => {
    files.set(`${folder}/${file}`, pcapng(frames));
    captures.push({ file });
  };
  if (source.filePerInterface === true)
    for (const interfaceName of new Set(inputs.map((frame) => frame.interfaceName)))
      add(
        `${fileNameOf(interfaceName)}.pcapng`,
        inputs.filter((frame) => frame.interfaceName === interfaceName),
      );
  else add('in.pcapng', inputs);
  files.set(`${folder}/expected.pcapng`, pcapng(outputsOf(steps)));
  if (config !== null) files.set(`${folder}/node.vpp`, encode(config));
  if (source.changes !== undefined) files.set(`${folder}/changes.vpp`, encode(source.changes));
  files.set(`${folder}/case.yaml`, guideCaseYaml(source, captures));
  return files;
}

/** The case.yaml of a case that replays the captures. */
export function guideCaseYaml(
  { words, config, changes, drops, unstable, steps }: CaseSource,
  captures: CaseYaml['captures'],
): Uint8Array {
  const description: CaseYaml = {
    ...words,
    config: config === null ? BUILT_IN : 'node.vpp',
    ...(changes === undefined ? {} : { changes: 'changes.vpp' }),
    captures,
    expect: {
      captures: [{ file: 'expected.pcapng', ...(unstable ? { unstable } : {}) }],
      ...(drops ? { drops } : {}),
      paths: steps.map(({ nodes }, i) => pathEntry(nodes, i + 1)),
    },
  };
  return encode(caseYamlText(description, headOf('tools/guide-cases.ts')));
}

const pathEntry = (
  { frame, path, sourcePath, differs }: FramePath,
  number: number,
): NonNullable<CaseYaml['expect']['paths']>[number] => ({
  frames: number,
  what: frame,
  path: path.join(' '),
  ...(sourcePath ? { sourcePath: sourcePath.join(' ') } : {}),
  ...(differs === undefined ? {} : { differs }),
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
