/**
 * A regression case: a folder with `case.yaml`, which names the node configuration, the captures to replay and what
 * must come out.
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { isVolatileField, VOLATILE_FIELDS } from './volatile-fields.js';

/** Name of a case's file in its folder. */
export const CASE_FILE = 'case.yaml';
/** Instead of a path in `config`: the Contiv node that vppcap has built in. */
export const BUILT_IN = 'built-in';

const path = z.string().min(1);
const volatileField = z.string().refine(isVolatileField, { error: `must be one of ${VOLATILE_FIELDS.join(', ')}` });

/** The path of one input frame through the graph, in the form of the recordings' packets.jsonl. */
const nodePathSchema = z.strictObject({
  /** What the frame is, for messages. */
  frame: z.string().min(1),
  /** Nodes that the modelled release visits, without the device's input node and the final tx. */
  path: z.array(z.string().min(1)).min(1),
  /** Nodes in the source, where those of an older VPP differ; then `differs` says why. */
  sourcePath: z.array(z.string().min(1)).min(1).optional(),
  differs: z.string().min(1).optional(),
});

const caseSchema = z
  .strictObject({
    title: z.string().min(1),
    description: z.string().min(1),
    /** Where the expectation comes from: a trace of VPP, a recording of VPP's output, or worked out by hand. */
    origin: z.enum(['trace', 'recording', 'by hand']),
    /** The files it was taken from. */
    sources: z.array(z.string().min(1)).default([]),
    /** What a reader should know, such as bytes that the source does not show. */
    notes: z.array(z.string().min(1)).default([]),
    config: path,
    captures: z.array(z.strictObject({ file: path, interface: z.string().min(1).optional() })).min(1),
    /** One capture of all that leaves, in order; or one per interface. */
    expected: z.union([
      z.strictObject({ file: path }),
      z.strictObject({ interfaces: z.record(z.string().min(1), path) }),
    ]),
    /** Every drop or punt of an input frame, as VPP's trace words it. A drop that is not listed fails the case. */
    expectedDrops: z
      .array(z.strictObject({ node: z.string().min(1), reason: z.string().min(1), count: z.int().min(1).default(1) }))
      .default([]),
    /** One entry per input frame, in order; may be left out. */
    nodes: z.array(nodePathSchema).optional(),
    /** Fields of output frames (by index over all of them) that VPP chooses at random: not compared. */
    volatile: z.array(z.strictObject({ out: z.int().min(0), fields: z.array(volatileField).min(1) })).default([]),
  })
  .refine(
    ({ nodes }) => (nodes ?? []).every((entry) => (entry.sourcePath === undefined) === (entry.differs === undefined)),
    {
      message: 'sourcePath and differs belong together',
      path: ['nodes'],
    },
  );

/** What case.yaml says, with defaults filled in. */
export type CaseDescription = z.output<typeof caseSchema>;
/** What may be written into case.yaml. */
export type CaseYaml = z.input<typeof caseSchema>;
export type NodePath = z.output<typeof nodePathSchema>;

/** A capture that a case expects: of one interface, or (null) of all. */
export interface ExpectedCapture {
  readonly interfaceName: string | null;
  readonly file: string;
}

/** A case with every path resolved. */
export interface RegressionCase {
  readonly name: string;
  readonly folder: string;
  readonly description: CaseDescription;
  /** null for the built-in configuration. */
  readonly configFile: string | null;
  readonly captures: readonly { readonly file: string; readonly interfaceName: string | null }[];
  readonly expected: readonly ExpectedCapture[];
}

/** A case that cannot be run as it stands. The message is one sentence for the user. */
export class CaseFileError extends Error {
  override readonly name = 'CaseFileError';
}

/** Folders with a case.yaml, in `directory` itself and below, sorted by name. */
export function findCaseFolders(directory: string): string[] {
  if (!existsSync(directory)) throw new CaseFileError(`${directory}: no such folder`);
  const below = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
    .sort()
    .flatMap(findCaseFolders);
  return existsSync(join(directory, CASE_FILE)) ? [directory, ...below] : below;
}

/**
 * Reads a case's folder. Throws CaseFileError for a case.yaml that is none, and for paths that leave `root`, the project's
 * folder: a case must mean the same on every machine.
 */
export function loadCase(folder: string, root: string): RegressionCase {
  const file = join(folder, CASE_FILE);
  const description = parseCase(readText(file), file);
  const inside = (name: string): string => {
    const resolved = resolve(folder, name);
    if (!resolved.startsWith(resolve(root) + sep))
      throw new CaseFileError(`${file}: ${name} lies outside ${resolve(root)}`);
    if (!existsSync(resolved)) throw new CaseFileError(`${file}: ${name}: no such file`);
    return resolved;
  };
  const { config, captures, expected } = description;
  return {
    name: basename(resolve(folder)),
    folder,
    description,
    configFile: config === BUILT_IN ? null : inside(config),
    captures: captures.map((capture) => ({ file: inside(capture.file), interfaceName: capture.interface ?? null })),
    expected:
      'file' in expected
        ? [{ interfaceName: null, file: inside(expected.file) }]
        : Object.entries(expected.interfaces).map(([interfaceName, name]) => ({ interfaceName, file: inside(name) })),
  };
}

/** The text of a case.yaml, validated. Throws CaseFileError that names the file and the key. */
export function parseCase(text: string, file: string): CaseDescription {
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    throw new CaseFileError(`${file}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  const result = caseSchema.safeParse(yaml);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CaseFileError(`${file}: ${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CaseFileError(`${file}: cannot be read`);
  }
}
