/** Tells why frames of captures were dropped or punted: each cause once, with the story of the first frame that it ended. */

import type { FrameReader } from '../capture/frame-batch.js';
import type { NodeScript } from '../config/node-script.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { isMeant, type FrameFilter } from '../filter/frame-filter.js';
import { DropCauses, type DropCause } from '../outcome/drop-causes.js';
import { isFrameItself, lostKind } from '../outcome/frame-end.js';
import { counted } from '../pipeline/command/suggest.js';
import { explanationLines } from './explanation-text.js';
import type { Namer } from './named.js';
import { FrameExplainer, type Explanation } from './frame-explainer.js';

export interface ExplainedCause {
  readonly cause: string;
  readonly count: number;
  /** True of packets that nodes made or released because of frames. */
  readonly isMade: boolean;
  readonly first: Explanation;
}

/** @param filter of the frames that count, as they are received; null for all */
export async function explainDrops(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  filter: FrameFilter | null,
  fixChecksums = false,
): Promise<ExplainedCause[]> {
  const own = new DropCauses();
  const made = new DropCauses(lostKind);
  const explained = new Map<number, Explanation>();
  let isFirst = false;
  const explainer = new FrameExplainer(
    script,
    {
      next: (_, first) => first,
      arrives: (batch, i) => {
        isFirst = false;
        return isMeant(filter, batch, i);
      },
      discard: (b) => {
        const { dataplane } = explainer;
        if ((isFrameItself(b, dataplane) ? own : made).note(b, dataplane)) isFirst = true;
      },
      ran: (explain) => {
        if (isFirst) explained.set(explainer.dataplane.frame.frame, explain());
        isFirst = false;
      },
    },
    fixChecksums,
  );
  await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  const told = (causes: DropCauses, isMade: boolean): ExplainedCause[] =>
    causes.list().flatMap(({ cause, count, firstFrame }: DropCause) => {
      const first = explained.get(firstFrame);
      return first === undefined ? [] : [{ cause, count, isMade, first }];
    });
  return [...told(own, false), ...told(made, true)];
}

export function dropLines(causes: readonly ExplainedCause[], named: Namer): string[] {
  if (causes.length === 0) return ['No frame was dropped or punted.'];
  return causes.flatMap(({ cause, count, isMade, first }, i) => [
    ...(i === 0 ? [] : ['']),
    `${counted(count, isMade ? 'packet that a node made or released' : 'frame')}: ${named(cause)}`,
    ...explanationLines(first, named).map((line) => `  ${line}`),
  ]);
}
