/**
 * What a replay decided about some of its packets, found by replaying once more with every decision noted. For explaining differences:
 * the replay that was judged need not have noted anything.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { withCaptures } from '../capture/input/open-batches.js';
import { applyScript } from '../config/apply.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { droppedStory, routesAbout, sentStory, type FrameStory } from '../outcome/frame-story.js';
import { Ingress } from '../dataplane/ingress.js';
import { EndRecorder } from '../outcome/frame-end.js';
import type { ReplayOptions } from './replay.js';

/** A packet that left: its number, from 1, among those that left on an interface, or among all (null). */
export interface SentPacket {
  readonly number: number;
  readonly interfaceName: string | null;
}

/** What a replay ran, and how. */
export type ReplayedCaptures = Pick<ReplayOptions, 'captures' | 'script' | 'fixChecksums'>;

export interface PacketsInQuestion {
  readonly sent: readonly SentPacket[];
  /** Frames that perhaps did not leave, one test for each. It says how well a received frame fits: 0 for not at all. */
  readonly notSent: readonly ((batch: FrameBatch, index: number, linkType: number) => number)[];
}

/** A packet's story, and where it left, its routes and neighbours. */
export interface PacketStory extends FrameStory {
  readonly routes: readonly string[];
}

export interface PacketStories {
  readonly sent: readonly (PacketStory | null)[];
  /** Of the frame that fits each test best; null where none does. */
  readonly notSent: readonly (PacketStory | null)[];
  /** Its index in the merged input; -1 where none does. */
  readonly notSentFrames: readonly number[];
}

const ETHERNET = 1;

/** All packets in question are told: there is nothing more to replay. */
class AllTold extends Error {}

/** Replays captures again, as far as needed. Rejects as `replay` does. */
export async function packetStories(
  { captures, script, fixChecksums = false }: ReplayedCaptures,
  question: PacketsInQuestion,
): Promise<PacketStories> {
  const sent = question.sent.map((): PacketStory | null => null);
  const notSent = question.notSent.map((): PacketStory | null => null);
  const notSentFrames = question.notSent.map(() => -1);
  const bestFit = question.notSent.map(() => 0);
  const fits = question.notSent.map(() => 0);
  const tables = applyScript(script);
  const askedOfAll = askedOn(question.sent, null);
  const { all } = tables.interfaces;
  const askedOf: ReadonlyMap<number, readonly number[]>[] = [];
  const leftOf: number[] = [];
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => {
        const tx = b.swIfIndexTx;
        leftOf[tx] = (leftOf[tx] ?? 0) + 1;
        const asked = askedOfAll.get(++left) ?? (askedOf[tx] ??= askedOn(question.sent, all[tx].name)).get(leftOf[tx]);
        if (asked === undefined) return;
        const story = { ...sentStory(b, dataplane, steps), routes: routesAbout(b, dataplane, steps) };
        for (const n of asked) sent[n] = story;
      },
      discard: (b, isPunt) => end.discard(b, dataplane, isPunt),
    },
    true,
  );
  const steps = FrameSteps.of(dataplane);
  const end = new EndRecorder();
  let left = 0;
  const ingress = new Ingress(dataplane, {
    beforeFrame: (batch, i) => {
      end.clear();
      // A frame's bytes are rewritten while it runs.
      question.notSent.forEach((fit, n) => (fits[n] = fit(batch, i, ETHERNET)));
    },
    afterFrame: () => {
      if (question.notSent.length === 0 && !sent.includes(null)) throw new AllTold();
      if (dataplane.disposition === Disposition.Transmitted) return;
      fits.forEach((fit, n) => {
        if (fit <= bestFit[n]) return;
        bestFit[n] = fit;
        notSent[n] = { ...droppedStory(end, dataplane, steps), routes: [] };
        notSentFrames[n] = dataplane.frame.frame;
      });
    },
  });
  ingress.changes = scheduleOf(script.changes, tables);
  if (fixChecksums) ingress.arrivals.fix();
  const paths = captures.map(({ path }) => path);
  const names = captures.map(({ interfaceName }) => interfaceName);
  try {
    await withCaptures(paths, (readers) => feedCaptures(readers, names, ingress));
  } catch (error) {
    if (!(error instanceof AllTold)) throw error;
  }
  return { sent, notSent, notSentFrames };
}

/** Which of the packets asked for have which number on an interface. */
function askedOn(sent: readonly SentPacket[], interfaceName: string | null): ReadonlyMap<number, readonly number[]> {
  const asked = new Map<number, number[]>();
  sent.forEach((packet, n) => {
    if (packet.interfaceName === interfaceName) asked.set(packet.number, [...(asked.get(packet.number) ?? []), n]);
  });
  return asked;
}
