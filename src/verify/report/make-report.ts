/** The report of a comparison that has ended. */

import type { PacketComparer } from '../match/packet-comparer.js';
import type { UnmatchedPackets } from '../match/resolve-unmatched.js';
import { ACTUAL, EXPECTED, type Stream } from '../match/streams.js';
import type { Order, VerifiedCapture, VerifyOptions } from '../options.js';
import type { Tolerances } from '../tolerances.js';
import type { BoundPort, Difference, DifferenceKind, InterfaceReport, SideReport, VerifyReport } from './report.js';

/** What has ended. */
export interface EndedComparison {
  readonly order: Order;
  readonly sides: readonly [actual: ComparedSide, expected: ComparedSide];
  readonly streams: readonly Stream[];
  readonly comparer: PacketComparer;
  readonly unmatched: UnmatchedPackets;
  readonly tolerances: Tolerances;
  /** What was compared of no packet. */
  readonly ignored: ReadonlySet<string>;
  readonly frameOf: (sequence: number) => number;
}

export interface ComparedSide {
  readonly captures: readonly VerifiedCapture[];
  readonly packets: number;
}

export function makeReport(
  comparison: EndedComparison,
  differences: readonly Difference[],
  options: VerifyOptions,
): VerifyReport {
  const { order, sides, streams, comparer, unmatched, tolerances, ignored, frameOf } = comparison;
  const counts = { changed: 0, missing: 0, unexpected: 0, reordered: 0, mistimed: 0 };
  const kinds = Object.keys(counts) as DifferenceKind[];
  for (const { differences: own } of streams) for (const kind of kinds) counts[kind] += own[kind];
  const boundPorts = comparer.bindings.report(frameOf);
  noteBoundPorts(boundPorts, tolerances);
  noteTimes(comparer, options, tolerances);
  for (const { name, expectedName, matched, firstSequence } of streams) {
    for (const what of ignored) if (matched > 0) tolerances.note('ignored', what, frameOf(firstSequence), matched);
    if (expectedName !== null && matched > 0)
      tolerances.note('interface', `${name ?? ''} stands for ${expectedName}`, frameOf(firstSequence), matched);
  }
  return {
    isMatch: Object.values(counts).every((count) => count === 0),
    order,
    actual: sideReport(sides[ACTUAL]),
    expected: sideReport(sides[EXPECTED]),
    matched: streams.reduce((total, { matched }) => total + matched, 0),
    counts,
    interfaces: streams.map(interfaceReport),
    tolerances: tolerances.list(),
    boundPorts: boundPorts.slice(0, options.listedDifferences),
    groups: unmatched.groups.list(),
    differences,
  };
}

const sideReport = ({ captures, packets }: ComparedSide): SideReport => ({
  captures: captures.map(({ reader }) => reader.name),
  packets,
  damage: captures.flatMap(({ reader }) => (reader.damage ? [reader.damage.message] : [])),
});

const interfaceReport = ({ name, expectedName, packets, matched, differences }: Stream): InterfaceReport => ({
  name,
  ...(expectedName === null ? {} : { expectedName }),
  actual: packets[ACTUAL],
  expected: packets[EXPECTED],
  matched,
  ...differences,
});

/** The ports of one address and protocol are one tolerance. */
function noteBoundPorts(all: readonly BoundPort[], tolerances: Tolerances): void {
  const byEndpoint = new Map<string, BoundPort[]>();
  for (const bound of all) {
    const endpoint = `${bound.address} ${bound.protocol}`;
    const same = byEndpoint.get(endpoint);
    if (same) same.push(bound);
    else byEndpoint.set(endpoint, [bound]);
  }
  for (const [endpoint, bound] of byEndpoint) {
    const ports = endpoint.endsWith('icmp') ? 'id' : 'port';
    const what =
      bound.length === 1
        ? `${endpoint} ${ports} ${bound[0].actual} stands for ${bound[0].expected}`
        : `${bound.length} ${ports}s of ${endpoint}, each of which stands for another one`;
    for (const { packets, firstFrame } of bound) tolerances.note('nat port', what, firstFrame, packets);
  }
}

function noteTimes(
  { timesApart, firstApart }: PacketComparer,
  { timeToleranceSeconds: within }: VerifyOptions,
  tolerances: Tolerances,
): void {
  if (timesApart === 0) return;
  const what = within === null ? 'timestamps' : `timestamps up to ${within} s apart`;
  tolerances.note('time', what, firstApart, timesApart);
}
