/** Frames of a case's captures that are not replayed: those that the node sent itself are no input, others a case has to allow. */

import { groupBy } from '../../pipeline/engine/state/group-by.js';
import { SENT_BY_NODE } from '../../dataplane/not-replayed.js';
import { frameNames, type NameOf } from './frame-numbers.js';
import type { CaseDescription } from '../case/case.js';
import { counted } from '../reporters/words.js';
import type { PacketRecord } from '../result.js';

export interface LeftOutFrame {
  /** Which of the case's captures it is of, how that is named, and the frame's number in it, from 1. */
  readonly capture: number;
  readonly file: string;
  readonly number: number;
  /** Why, as the replay's summary says it. */
  readonly reason: string;
  /** The frame, with the capture's own name of its interface; only where frames are kept. */
  readonly packet?: PacketRecord;
}

export const isSentByNode = ({ reason }: Pick<LeftOutFrame, 'reason'>): boolean => reason.startsWith(SENT_BY_NODE);

/** Frames by reason, in order of their first ones. */
export const byReason = (frames: readonly LeftOutFrame[]): Map<string, LeftOutFrame[]> =>
  groupBy(frames, ({ reason }) => reason);

/** What is left out without being a difference, a sentence for each reason. */
export const leftOutWords = (frames: readonly LeftOutFrame[]): string[] =>
  Array.from(
    byReason(frames),
    ([reason, group]) => `${counted(group.length, 'frame')} of the captures left out: ${reason}`,
  );

/** Which of the frames the case allows, and in how far it expects others. */
export function compareLeftOut(
  { expect: { notReplayed } }: CaseDescription,
  frames: readonly LeftOutFrame[],
  nameOf: NameOf,
): { readonly allowed: readonly LeftOutFrame[]; readonly differences: readonly string[] } {
  const [allowed, others] = [frames.filter(isSentByNode), frames.filter((frame) => !isSentByNode(frame))];
  if (notReplayed === 'any') return { allowed: frames, differences: [] };
  const differences: string[] = [];
  let open = others;
  for (const { reason, count } of notReplayed) {
    const met = open.filter((frame) => frame.reason.startsWith(reason));
    open = open.filter((frame) => !met.includes(frame));
    if (met.length === count) allowed.push(...met);
    else
      differences.push(
        `expected ${counted(count, 'frame')} not replayed (${reason}), got ${met.length}${met.length > 0 ? `: ${frameNames(met, nameOf)}` : ''}`,
      );
  }
  for (const [reason, group] of byReason(open))
    differences.push(
      `${frameNames(group, nameOf)} ${group.length === 1 ? 'was' : 'were'} not replayed: ${reason}; expect.notReplayed allows it`,
    );
  return { allowed, differences };
}

/** Frames by their reasons, as expect.notReplayed lists them. */
export const expectedLeftOut = (frames: readonly LeftOutFrame[]): { reason: string; count: number }[] =>
  Array.from(byReason(frames.filter((frame) => !isSentByNode(frame))), ([reason, { length: count }]) => ({
    reason,
    count,
  }));
