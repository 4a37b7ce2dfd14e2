/**
 * What a replay decided about some of its packets, found by replaying once more with every decision noted. For explaining differences:
 * the replay that was judged need not have noted anything.
 */

import type { FrameBatch, FrameReader } from '../capture/frame-batch.js';
import { openCapture } from '../capture/open-capture.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/commands.js';
import { Dataplane, Disposition } from '../pipeline/dataplane.js';
import { routesAbout } from '../pipeline/decisions/route-words.js';
import { DecisionObserver } from '../pipeline/decisions/decision-observer.js';
import { feedCaptures } from '../pipeline/feed-captures.js';
import { droppedComment, sentComment } from '../pipeline/frame-comment.js';
import { Ingress } from '../pipeline/ingress.js';
import { causeOf } from '../pipeline/verdicts.js';
import type { ReplayCapture } from './replay.js';

export interface PacketsInQuestion {
  /** Packets that left, by their number in the output, from 1. */
  readonly sent: ReadonlySet<number>;
  /** Frames that perhaps did not leave, one test for each. It says how well a received frame fits: 0 for not at all. */
  readonly notSent: readonly ((batch: FrameBatch, index: number, linkType: number) => number)[];
}

/** The comments that these packets get in a pcapng, which tell their whole way (pipeline/frame-comment.ts), and of those sent their routes. */
export interface PacketStories {
  readonly sent: ReadonlyMap<number, string>;
  /** Of the frame that fits each test best; null where none does. */
  readonly notSent: readonly (string | null)[];
}

const ETHERNET = 1;

/** All packets in question are told: there is nothing more to replay. */
class AllTold extends Error {}

/** Replays captures again, as far as needed. Rejects as `replay` does. */
export async function packetStories(
  captures: readonly ReplayCapture[],
  script: NodeScript,
  question: PacketsInQuestion,
): Promise<PacketStories> {
  const sent = new Map<number, string>();
  const notSent = question.notSent.map((): string | null => null);
  const bestFit = question.notSent.map(() => 0);
  const fits = question.notSent.map(() => 0);
  const dataplane: Dataplane = new Dataplane(
    applyScript(script),
    {
      transmit: (b) => {
        if (!question.sent.has(++left)) return;
        sent.set(left, [sentComment(b, dataplane, log), ...routesAbout(b, dataplane, log)].join(' | '));
      },
      discard: (b) => {
        if (b === dataplane.frame) cause = causeOf(b, dataplane);
      },
    },
    true,
  );
  const { log } = DecisionObserver.of(dataplane);
  let [left, cause] = [0, ''];
  const ingress = new Ingress(dataplane, {
    beforeFrame: (batch, i) => {
      // A frame's bytes are rewritten while it runs.
      question.notSent.forEach((fit, n) => (fits[n] = fit(batch, i, ETHERNET)));
    },
    afterFrame: () => {
      if (question.notSent.length === 0 && sent.size === question.sent.size) throw new AllTold();
      if (dataplane.disposition === Disposition.Transmitted) return;
      fits.forEach((fit, n) => {
        if (fit <= bestFit[n]) return;
        bestFit[n] = fit;
        notSent[n] = droppedComment(cause, dataplane, log);
      });
    },
  });
  const readers: FrameReader[] = [];
  try {
    for (const { path } of captures) readers.push(await openCapture(path));
    const names = captures.map(({ interfaceName }) => interfaceName);
    await feedCaptures(readers, names, ingress);
  } catch (error) {
    if (!(error instanceof AllTold)) throw error;
  } finally {
    for (const reader of readers) await reader.close();
  }
  return { sent, notSent };
}
