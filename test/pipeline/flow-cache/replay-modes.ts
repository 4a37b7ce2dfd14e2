/** One node's frames through a dataplane in one of its modes, and all that can be seen of it afterwards. */

import { LINKTYPE_ETHERNET, type FrameBatch } from '../../../src/capture/frame-batch.js';
import { MemoryCapture } from '../../../src/capture/memory-capture.js';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { feedCaptures, type FrameRunner } from '../../../src/dataplane/feed-captures.js';
import { hasFlows, type FlowCache } from '../../../src/pipeline/flow-cache/flow-cache.js';
import { rewriteFlows } from '../../../src/pipeline/flow-cache/flow-rewrite.js';
import { FLOW_WORDS, leavesOn } from '../../../src/pipeline/flow-cache/flow-record.js';
import { flowCacheOf, FlowPasses } from '../../../src/dataplane/flow-passes.js';
import { Ingress } from '../../../src/dataplane/ingress.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';

export interface InputFrame {
  readonly interfaceName: string;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  /** Seconds. */
  readonly time: number;
}

export interface Aftermath {
  /** 'frame interface bytes' of everything that left. */
  readonly outputs: readonly string[];
  readonly totals: unknown;
  readonly counters: Readonly<Record<string, number>>;
  readonly state: unknown;
}

/** Node by node, node by node with the path recorded, or with the flow cache, frames in runs of so many. */
export type Mode = 'nodes' | 'recorded' | { readonly flowsInRunsOf: number };

/** Runs the frames; returns what can be seen, and how many followed flows. */
export async function replayIn(
  mode: Mode,
  script: string,
  frames: readonly InputFrame[],
): Promise<{ aftermath: Aftermath; hits: number }> {
  const tables = applyScript(parseScript(script, 'node.vpp'));
  const outputs: string[] = [];
  const note = (frame: number, swIfIndex: number, bytes: Uint8Array, at: number, length: number): void => {
    const name = tables.interfaces.all[swIfIndex].name;
    outputs.push(`${frame} ${name} ${Buffer.from(bytes.subarray(at, at + length)).toString('hex')}`);
  };
  const dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => note(b.frame, b.swIfIndexTx, b.bytes, b.at, b.length),
      discard: () => undefined,
    },
    mode === 'recorded',
  );
  const ingress = new Ingress(dataplane, null);
  let runner: FrameRunner = ingress;
  let cache: FlowCache | null = null;
  if (typeof mode === 'object' && hasFlows(tables)) {
    cache = flowCacheOf(dataplane, ingress);
    const { table } = cache;
    const keep = (batch: FrameBatch, first: number, end: number): void => {
      rewriteFlows(batch, first, end, table.words);
      const number = dataplane.totals.received - (end - first);
      for (let i = first; i < end; i++) {
        const port = tables.interfaces.portOf[leavesOn(table.words, batch.flow[i] * FLOW_WORDS)];
        note(number + i - first, port, batch.bytes, batch.offset[i], batch.capturedLength[i]);
      }
    };
    const passes = new FlowPasses(cache, dataplane, ingress, { keep });
    runner = {
      run: (batch, first, end, reception) => {
        for (let i = first; i < end; i += mode.flowsInRunsOf)
          passes.run(batch, i, Math.min(end, i + mode.flowsInRunsOf), reception);
      },
    };
  }
  await feedCaptures([captureOf(frames)], [null], ingress, {}, runner);
  cache?.settle();
  const { names, counters } = dataplane.graph.errors;
  const counted = Object.fromEntries(names.map((name, id) => [name, counters[id]]));
  const aftermath = { outputs, totals: dataplane.totals, counters: counted, state: stateOf(tables) };
  return { aftermath, hits: cache?.hits ?? 0 };
}

/** The frames as a capture with an interface for each that they arrived on. */
export function captureOf(frames: readonly InputFrame[]): MemoryCapture {
  const names = [...new Set(frames.map(({ interfaceName }) => interfaceName))];
  const interfaces = names.map((name) => ({ linkType: LINKTYPE_ETHERNET, snapLength: 0, name, timestampDigits: 9 }));
  const stamped = frames.map(({ interfaceName, bytes, originalLength, time }) => {
    const seconds = Math.floor(time);
    const nanoseconds = Math.round((time - seconds) * 1e9);
    return { bytes, originalLength, seconds, nanoseconds, interfaceIndex: names.indexOf(interfaceName) };
  });
  return new MemoryCapture('frames', interfaces, stamped);
}

/** NAT44 sessions with their users' lists, the ACL plugin's session records, and what sub-interfaces count. */
function stateOf({ nat44: { sessions, users }, acl, interfaces }: Tables): unknown {
  const natSessions = Array.from({ length: sessions.length }, (_, session) =>
    sessions.isUsed(session)
      ? [
          [sessions.in2outAddress(session), sessions.in2outWord(session), sessions.flags(session)],
          [sessions.out2inAddress(session), sessions.out2inWord(session), sessions.state(session)],
          [sessions.lastHeard(session), sessions.totalBytes(session), sessions.totalPackets(session)],
          [sessions.older(session), sessions.newer(session), sessions.userIndex(session)],
        ]
      : null,
  );
  const natUsers = Array.from({ length: users.length }, (_, user) => [users.oldest[user], users.newest[user]]);
  const { pool } = acl.sessions;
  const subs = interfaces.all
    .filter(({ sub }) => sub)
    .map(({ swIfIndex: at }) => [interfaces.receivedOf[at], interfaces.transmittedOf[at]]);
  return { natSessions, natUsers, subs, aclSessions: Array.from(pool.words), aclAddresses: Array.from(pool.addresses) };
}
