/** Compares the trace texts of a recorded case with the model's, node by node. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Throws ConfigError where the script uses what is not modelled. */
export function compareTraces(oracleCase: OracleCase): TraceComparison[] {
  const node = nodeOf(oracleCase);
  const recordings = recordedTraces(oracleCase);
  return oracleCase.input.map((input, frame) => {
    const { seconds, nanoseconds } = input;
    const zeros = traceGroups(
      node.receive(input.bytes, { seconds, nanoseconds, interface: input.interfaceName }).trace,
    );
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
