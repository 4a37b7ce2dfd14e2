/** One node's frames through a dataplane in one of its modes, and all that can be seen of it afterwards. */

import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/pipeline/dataplane.js';
import { receiveFrame } from '../../../src/regression/receive-frame.js';
import type { Tables } from '../../../src/tables/tables.js';

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

export interface Mode {
  readonly isRecording: boolean;
  readonly hasFlowCache: boolean;
}

/** Runs the frames; returns what can be seen, and how many the flow cache forwarded. */
export function replayIn(
  mode: Mode,
  script: string,
  frames: readonly InputFrame[],
): { aftermath: Aftermath; hits: number } {
  const tables = applyScript(parseScript(script, 'node.vpp'));
  const outputs: string[] = [];
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => {
        const name = tables.interfaces.all[b.swIfIndexTx].name;
        outputs.push(`${b.frame} ${name} ${Buffer.from(b.bytes.subarray(b.at, b.at + b.length)).toString('hex')}`);
      },
      discard: () => undefined,
    },
    mode.isRecording,
    mode.hasFlowCache,
  );
  for (const { interfaceName, bytes, originalLength, time } of frames) {
    const seconds = Math.floor(time);
    const nanoseconds = Math.round((time - seconds) * 1e9);
    receiveFrame(dataplane, { interfaceName, bytes, originalLength, seconds, nanoseconds });
  }
  const { names, counters } = dataplane.graph.errors;
  const counted = Object.fromEntries(names.map((name, id) => [name, counters[id]]));
  const aftermath = { outputs, totals: dataplane.totals, counters: counted, state: stateOf(tables) };
  return { aftermath, hits: dataplane.flowCacheHits };
}

/** NAT44 sessions with their users' lists, and the ACL plugin's session records. */
function stateOf({ nat44: { sessions, users }, acl }: Tables): unknown {
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
  return { natSessions, natUsers, aclSessions: Array.from(pool.words.subarray(0, pool.limit * 16)) };
}
