/** Runs frames, and tells of each what is to be kept of its fate. */

import type { FrameBatch, FrameReader } from '../capture/frame-batch.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { feedCaptures, type FrameRunner } from '../dataplane/feed-captures.js';
import { makesSession } from '../diff/change.js';
import { nodesOf } from '../diff/diff.js';
import { drawnEnd } from '../diff/port-bindings.js';
import { Side } from '../diff/side.js';
import { changesAmong } from './changes-among.js';
import { readersOf, type HeldCapture, type HeldFrame } from './held-captures.js';
import { changeSign } from './signs.js';

/** What became of a frame. */
export interface Seen {
  readonly capture: number;
  /** Its number in the capture, as it runs. */
  readonly number: number;
  /** What of its fate is to be kept; null for nothing. */
  readonly sign: string | null;
  /** What the (first) node sent for it. */
  readonly sent: Side['sent'];
  /** The end that NAT44 drew for what was sent (drawnEnd), -1 for none. */
  readonly end: number;
  /** NAT44 made a session for it. */
  readonly isNew: boolean;
}

export interface Watcher {
  /** Before a frame runs: may rewrite it. */
  readonly arrives: (capture: number, number: number, batch: FrameBatch, i: number) => void;
  /** Ends the run by returning true. */
  readonly ran: (seen: Seen) => boolean;
}

export type Probe = (frames: readonly HeldFrame[], captures: readonly HeldCapture[], watcher: Watcher) => Promise<void>;

class Ended extends Error {}

/**
 * One node. Its script's changes are those of `byFrame`.
 * @param signOf what is kept of the frame that ran last
 * @param fixChecksums fill in what offload left out
 */
export const nodeProbe =
  (script: NodeScript, signOf: (side: Side) => string | null, fixChecksums = false): Probe =>
  async (frames, captures, { arrives, ran }) => {
    const side = new Side(applyScript(script), () => undefined);
    side.cache = null;
    if (script.changes) side.ingress.changes = scheduleOf(changesAmong(script.changes, frames), side.tables);
    if (fixChecksums) side.ingress.arrivals.fix();
    const { inputs } = side.dataplane;
    await feed(readersOf(captures, frames), captures, side, (batch, i, reception) => {
      const place = { capture: inputs.capture, number: batch.firstNumber + i };
      arrives(place.capture, place.number, batch, i);
      side.run(batch, i, reception);
      if (ran({ ...place, sign: signOf(side), ...sentBy(side) })) throw new Ended();
    });
  };

/** Two nodes: the change of a frame's fate. @param kind null for any */
export const diffProbe =
  (before: NodeScript, after: NodeScript, kind: string | null): Probe =>
  async (frames, captures, { arrives, ran }) => {
    const names = captures.map(({ interfaceName }) => interfaceName);
    const paths = captures.map(({ name, interfaceName }) => ({ path: name, interfaceName }));
    const nodes = nodesOf(before, after, paths);
    nodes.runAll();
    const readers = readersOf(captures, frames);
    nodes.open(readers, names);
    nodes.judged = (capture, number, index) => {
      const group = index < 0 ? null : nodes.findings.groups[index];
      const isMeant = group !== null && (kind === null || group.kind === kind);
      const sign = isMeant ? changeSign(group, nodes.before, nodes.after) : null;
      if (ran({ capture, number, sign, ...sentBy(nodes.before) })) throw new Ended();
    };
    const { inputs } = nodes.before.dataplane;
    await feed(readers, captures, nodes.before, (batch, i, reception) => {
      arrives(inputs.capture, batch.firstNumber + i, batch, i);
      nodes.run(batch, i, i + 1, reception);
    });
  };

/** Feeds frames one by one, until Ended is thrown. */
async function feed(
  readers: readonly FrameReader[],
  captures: readonly HeldCapture[],
  { ingress }: Side,
  runOne: (batch: FrameBatch, i: number, reception: Parameters<FrameRunner['run']>[3]) => void,
): Promise<void> {
  const run: FrameRunner['run'] = (batch, first, end, reception) => {
    for (let i = first; i < end; i++) runOne(batch, i, reception);
  };
  const names = captures.map(({ interfaceName }) => interfaceName);
  try {
    await feedCaptures(readers, names, ingress, {}, { run });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
}

function sentBy(side: Side): Pick<Seen, 'sent' | 'end' | 'isNew'> {
  const sent = side.sent.slice(0, side.sentCount);
  const end = sent.length === 0 ? -1 : drawnEnd(side.tables, sent[0].view, sent[0].length);
  return { sent, end, isNew: end >= 0 && makesSession(side) };
}
