/** What a case's run must agree with, and each disagreement as a sentence. */

import type { Verdict } from '../pipeline/verdicts.js';
import { packetDifferences, type Difference } from '../verify/compare.js';
import { Lane, type Packet } from '../verify/lane.js';
import { describeDifference } from '../verify/describe.js';
import type { CaseDescription } from './case.js';
import { maskFields } from './volatile-fields.js';

/** What a replay of a case's captures gave. */
export interface CaseRun {
  /** One per input frame, in time order. */
  readonly verdicts: readonly Verdict[];
  /** Every frame that left, in order. */
  readonly outputs: readonly Packet[];
}

/**
 * Bytes, interface and order of what left. With `oneCapture` the expected packets are of all interfaces in one order,
 * which must be kept; otherwise only the order on each interface counts.
 */
export function compareOutputs(
  { volatile }: CaseDescription,
  outputs: readonly Packet[],
  expected: readonly Packet[],
  oneCapture: boolean,
): string[] {
  const fieldsOf = new Map(volatile.map(({ out, fields }) => [out, fields]));
  const masked = (packet: Packet, out: number): Packet => ({
    ...packet,
    bytes: maskFields(packet.bytes, fieldsOf.get(out) ?? []),
  });
  // A classic capture names no interfaces, so it cannot judge them.
  const isNamed = expected.every(({ interfaceName }) => interfaceName !== null);
  const seen = isNamed ? outputs : outputs.map((packet) => ({ ...packet, interfaceName: null }));
  const [actualPackets, expectedPackets] = [seen.map(masked), expected.map(masked)];
  const differences: string[] = [];
  const report = (difference: Difference): number => differences.push(describeDifference(difference));
  for (const name of new Set([...expectedPackets, ...actualPackets].map(({ interfaceName }) => interfaceName))) {
    const lane = new Lane({
      equal: () => undefined,
      change: (before, after) =>
        report({ kind: 'different', expected: before, actual: after, fields: packetDifferences(before, after) }),
      missing: (packet) => report({ kind: 'missing', expected: packet }),
      unexpected: (packet) => report({ kind: 'unexpected', actual: packet }),
    });
    for (const packet of expectedPackets) if (packet.interfaceName === name) lane.pushExpected(packet);
    for (const packet of actualPackets) if (packet.interfaceName === name) lane.pushActual(packet);
    lane.drain(true);
  }
  if (differences.length > 0 || !oneCapture) return differences;
  const misplaced = expectedPackets.findIndex(
    ({ interfaceName }, i) => interfaceName !== actualPackets[i].interfaceName,
  );
  if (misplaced < 0) return [];
  const [was, is] = [expectedPackets[misplaced].interfaceName ?? '?', actualPackets[misplaced].interfaceName ?? '?'];
  return [
    `frame ${misplaced + 1} of the output leaves by ${is}, expected ${was}: the frames are right, their order is not`,
  ];
}

/** Every drop is listed with its node and reason, and every listed drop happens. */
export function compareDrops({ expectedDrops }: CaseDescription, verdicts: readonly Verdict[]): string[] {
  const open = new Map<string, number>();
  for (const { node, reason, count } of expectedDrops)
    open.set(`${node}: ${reason}`, (open.get(`${node}: ${reason}`) ?? 0) + count);
  const differences: string[] = [];
  for (const { frame, rx, drop, cause } of verdicts) {
    if (drop === null) continue;
    const left = open.get(drop) ?? 0;
    if (left > 0) open.set(drop, left - 1);
    else differences.push(`input frame ${frame + 1} on ${rx} was dropped (${drop}): ${cause ?? 'no cause recorded'}`);
  }
  for (const [drop, left] of open) if (left > 0) differences.push(`expected ${left} more of the drop "${drop}"`);
  return differences;
}

/** Each frame's way through the graph, where the case tells it. */
export function compareNodes({ nodes }: CaseDescription, verdicts: readonly Verdict[]): string[] {
  if (!nodes) return [];
  const differences: string[] = [];
  if (nodes.length !== verdicts.length)
    differences.push(`the case describes ${nodes.length} input frames, the captures have ${verdicts.length}`);
  for (const [i, { frame, path }] of nodes.slice(0, verdicts.length).entries()) {
    const visited = verdicts[i].nodes;
    const at = path.findIndex((node, nth) => node !== visited[nth]);
    const firstWrong = at >= 0 ? at : visited.length > path.length ? path.length : -1;
    if (firstWrong < 0) continue;
    const [was, is] = [path.at(firstWrong) ?? 'the end', visited.at(firstWrong) ?? 'the end'];
    const behind = firstWrong > 0 ? ` behind ${path[firstWrong - 1]}` : '';
    differences.push(`input frame ${i + 1} (${frame}): expected ${was}${behind}, got ${is}`);
  }
  return differences;
}
