/** Steps in JSON. What routes, neighbours and rules say is the same in step after step, and is worded once. */

import { END } from '../dataplane/dataplane.js';
import type { FlowStamps } from '../pipeline/engine/state/flow-stamps.js';
import type { FrameSteps, WordedStep } from './frame-steps.js';

/** A step in JSON. */
export interface StepText {
  readonly node: string;
  readonly step: string;
  /** The line of the configuration that decided it. */
  readonly line: string | null;
  /** What the kind of step has. */
  readonly data: string;
  /** The same with node and step in front, as verdicts have it. */
  readonly record: string;
  /** Whether steps of other packets are the same. */
  readonly isCommon: boolean;
}

/** Texts that are remembered at once. */
const TEXTS_KNOWN = 4096;

export class StepTexts {
  private readonly known = new Map<string, StepText>();
  /** By place in a frame: the step that was the same for others, with its words. The next frame's mostly is the same as well. */
  private readonly last: { readonly words: Int32Array; readonly text: StepText }[] = [];
  private generation = 0;

  constructor(private readonly stamps: FlowStamps) {}

  /** @param causes of all packets that ended, in order */
  of(frameSteps: FrameSteps, causes: readonly string[]): StepText[] {
    const { generation } = this.stamps;
    if (generation !== this.generation || this.known.size >= TEXTS_KNOWN) {
      this.known.clear();
      this.last.length = 0;
    }
    this.generation = generation;
    let ends = 0;
    return frameSteps.all().map((step, i) => {
      const { kind, common } = step.words;
      const length = common?.(frameSteps.steps, step.at) ?? 0;
      if (length === 0) return textOf(step, frameSteps, false, kind === END ? causes[ends++] : undefined);
      return this.commonText(step, frameSteps, length, i);
    });
  }

  private commonText(step: WordedStep, source: FrameSteps, length: number, i: number): StepText {
    const { words } = source.steps;
    const last = this.last.at(i);
    if (last !== undefined && isAt(last.words, words, step.at, length)) return last.text;
    const own = words.slice(step.at, step.at + length);
    const key = own.join();
    let text = this.known.get(key);
    if (text === undefined) this.known.set(key, (text = textOf(step, source, true)));
    this.last[i] = { words: own, text };
    return text;
  }
}

/** True where `length` words from `at` on are all of the known ones. */
export function isAt(known: ArrayLike<number>, words: ArrayLike<number>, at: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== words[at + i]) return false;
  return true;
}

function textOf({ at, node, words }: WordedStep, source: FrameSteps, isCommon: boolean, cause?: string): StepText {
  const told = words.data(at, source);
  const { line = null } = told;
  const data = JSON.stringify(cause === undefined ? told : { ...told, cause });
  const step = words.kind.name;
  return {
    ...{ node, step, data, isCommon, line: typeof line === 'string' ? line : null },
    record: `{"node":${JSON.stringify(node)},"step":${JSON.stringify(step)},${data.slice(1)}`,
  };
}
