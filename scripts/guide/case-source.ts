/** What the tables of cases say, before it becomes files: frames in, frames out, and the words of case.yaml. */

import type { CaseYaml } from '../../src/regression/case.js';
import type { CaseFrame } from './capture-files.js';

/** An input frame, the frames that leave because of it, and its way through the graph. */
export interface CaseStep {
  readonly input: CaseFrame;
  readonly outputs: readonly Omit<CaseFrame, 'microseconds'>[];
  readonly nodes: NonNullable<CaseYaml['nodes']>[number];
}

/** One case. Its input goes to captures/<name>/, the rest to expectations/<name>/. */
export interface CaseSource {
  readonly name: string;
  /** Words of case.yaml; captures, expected and nodes follow from the steps. */
  readonly words: Omit<CaseYaml, 'captures' | 'expected' | 'nodes' | 'config'>;
  /** Text of the case's own node configuration; null for the built-in one. */
  readonly config: string | null;
  /** True for a capture file per interface, which the replay merges by time; false for one pcapng of all. */
  readonly filePerInterface?: boolean;
  readonly steps: readonly CaseStep[];
}

/** A file name for an interface: GigabitEthernet0/8/0 has slashes. */
export const fileNameOf = (interfaceName: string): string => interfaceName.replaceAll('/', '_');

/** Frames that leave, at the time of the frame that caused them, as VPP's recordings have it. */
export const outputsOf = (steps: readonly CaseStep[]): CaseFrame[] =>
  steps.flatMap(({ input, outputs }) => outputs.map((output) => ({ ...output, microseconds: input.microseconds })));
