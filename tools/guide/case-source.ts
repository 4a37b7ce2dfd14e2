/** What the tables of cases say, before it becomes files: frames in, frames out, and the words of case.yaml. */

import type { CaseYaml } from '../../src/regression/case/case-schema.js';
import type { CaseFrame } from './capture-files.js';

type Expect = CaseYaml['expect'];

/** A frame's way through the graph. */
export interface FramePath {
  /** What the frame is. */
  readonly frame: string;
  readonly path: readonly string[];
  /** The way in the source, where that of an older VPP differs, and why it does. */
  readonly sourcePath?: readonly string[];
  readonly differs?: string;
}

/** An input frame, the frames that leave because of it, and its way through the graph. */
export interface CaseStep {
  readonly input: CaseFrame;
  readonly outputs: readonly Omit<CaseFrame, 'microseconds'>[];
  readonly nodes: FramePath;
}

/** One case, which goes to expectations/<name>/. */
export interface CaseSource {
  readonly name: string;
  /** Words of case.yaml; the captures and paths follow from the steps. */
  readonly words: Pick<CaseYaml, 'title' | 'description' | 'origin' | 'sources' | 'notes'>;
  readonly drops?: Expect['drops'];
  /** Fields that VPP chooses at random, by packet of the expected capture. */
  readonly unstable?: Expect['captures'][number]['unstable'];
  /** Text of the case's own node configuration; null for the built-in one. */
  readonly config: string | null;
  /** Text of what the node is told while frames run. */
  readonly changes?: string;
  /** True for a capture file per interface, which the replay merges by time; false for one pcapng of all. */
  readonly filePerInterface?: boolean;
  readonly steps: readonly CaseStep[];
}

/** Frames that leave, at the time of the frame that caused them, as VPP's recordings have it. */
export const outputsOf = (steps: readonly CaseStep[]): CaseFrame[] =>
  steps.flatMap(({ input, outputs }) => outputs.map((output) => ({ ...output, microseconds: input.microseconds })));
