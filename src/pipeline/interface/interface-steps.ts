/** What output nodes decide, and what is said about it. */

import { stepKind } from '../engine/steps.js';
import type { Interface } from '../engine/state/interface-table.js';
import type { StepSource, StepWords } from '../step-words.js';

/** A packet leaves by a sub-interface, at the output node of its port. */
export const LEFT_BY = stepKind('left-by', ['swIfIndex']);

const leftBy = (at: number, { steps, tables }: StepSource): Interface =>
  tables.interfaces.all[steps.words[at + LEFT_BY.at.swIfIndex]];

export const interfaceStepWords: readonly StepWords[] = [
  {
    kind: LEFT_BY,
    data: (at, source) => ({ interface: leftBy(at, source).name }),
    comment: (at, source) => `leaves by ${leftBy(at, source).name}`,
  },
];
