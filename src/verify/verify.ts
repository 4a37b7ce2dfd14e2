/** The comparison of two captures, or sets of captures: are these the same packets? */

import type { FrameReader } from '../capture/frame-batch.js';
import { compareCaptures, type Difference as Found, type Packet } from './compare.js';
import { DEFAULT_OPTIONS, type VerifyOptions } from './options.js';
import type { Difference, DifferenceGroup, PacketPlace, VerifyReport } from './report.js';
import { summaryLine } from './summary-line.js';

/** A capture to compare. Several on a side are one set of packets: those of several interfaces, say. */
export interface VerifiedCapture {
  readonly reader: FrameReader;
  /** The interface that all its packets are on, or null where the capture says. */
  readonly interfaceName: string | null;
}

/** Wrong options: a field that is not known, a mask that does not fit. The message is one sentence. */
export class VerifyOptionsError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Compares packets, not files: format, byte order and the resolution of timestamps do not matter. Reads the captures to their
 * ends and closes none. An interface that only one side has is compared too: with nothing.
 *
 * Rejects with VerifyOptionsError, or with CaptureError where nothing of a capture can be read.
 */
export async function verifyCaptures(
  actual: readonly VerifiedCapture[],
  expected: readonly VerifiedCapture[],
  options: Partial<VerifyOptions> = {},
): Promise<VerifyReport> {
  const { listedDifferences, order } = { ...DEFAULT_OPTIONS, ...options };
  const differences: Difference[] = [];
  const result = await compareCaptures(actual[0].reader, expected[0].reader, (found) => {
    differences.push(differenceOf(found));
  });
  const counts = {
    changed: result.different,
    missing: result.missing,
    unexpected: result.unexpected,
    reordered: 0,
    mistimed: 0,
  };
  const sideOf = (captures: readonly VerifiedCapture[], packets: number): VerifyReport['actual'] => ({
    captures: captures.map(({ reader }) => reader.name),
    packets,
    damage: captures.flatMap(({ reader }) => (reader.damage ? [reader.damage.message] : [])),
  });
  return {
    isMatch: differences.length === 0,
    order: order ?? 'strict',
    actual: sideOf(actual, result.actualPackets),
    expected: sideOf(expected, result.expectedPackets),
    matched: result.equal,
    counts,
    interfaces: [],
    tolerances: [],
    boundPorts: [],
    groups: differences.map((first): DifferenceGroup => ({ kind: first.kind, cause: first.kind, packets: 1, first })),
    differences: differences.slice(0, listedDifferences),
  };
}

const placeOf = ({ frame, interfaceName }: Packet): PacketPlace => ({ capture: 0, frame, interfaceName });

function differenceOf(found: Found): Difference {
  const packet = found.kind === 'missing' ? found.expected : found.actual;
  return {
    kind: found.kind === 'different' ? 'changed' : found.kind,
    actual: found.kind === 'missing' ? null : placeOf(found.actual),
    expected: found.kind === 'unexpected' ? null : placeOf(found.expected),
    summary: summaryLine(packet.bytes, packet.linkType),
    fields: found.kind === 'different' ? found.fields : [],
  };
}
