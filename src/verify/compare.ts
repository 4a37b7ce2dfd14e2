/**
 * Compares two captures packet by packet. Packets, not files: format, byte order and the resolution of timestamps do
 * not matter, timestamps are ignored. Where both captures name their interfaces, each interface is compared on its own,
 * since the order between interfaces says nothing; otherwise all packets are compared in file order.
 */

import type { CaptureDamage, FrameBatch, FrameReader } from '../capture/frame-batch.js';
import { differingFields, type FieldDifference } from './fields.js';
import { equalPackets, Lane, type LaneSink, type Packet } from './lane.js';

export type { Packet } from './lane.js';

export type Difference =
  | {
      readonly kind: 'different';
      readonly expected: Packet;
      readonly actual: Packet;
      readonly fields: readonly FieldDifference[];
    }
  | { readonly kind: 'missing'; readonly expected: Packet }
  | { readonly kind: 'unexpected'; readonly actual: Packet };

export interface ComparisonResult {
  readonly actualPackets: number;
  readonly expectedPackets: number;
  readonly equal: number;
  readonly different: number;
  readonly missing: number;
  readonly unexpected: number;
  /** Where a capture broke off; its packets before that were compared. */
  readonly actualDamage: CaptureDamage | null;
  readonly expectedDamage: CaptureDamage | null;
}

export const isMatch = ({ different, missing, unexpected }: ComparisonResult): boolean =>
  different + missing + unexpected === 0;

/** Reads both captures to their ends; every difference is handed to `report` as it is found. Closes neither. */
export async function compareCaptures(
  actual: FrameReader,
  expected: FrameReader,
  report: (difference: Difference) => void,
): Promise<ComparisonResult> {
  const counts = { equal: 0, different: 0, missing: 0, unexpected: 0 };
  const sink: LaneSink = {
    equal: () => counts.equal++,
    change: (before, after) => {
      counts.different++;
      report({ kind: 'different', expected: before, actual: after, fields: packetDifferences(before, after) });
    },
    missing: (packet) => {
      counts.missing++;
      report({ kind: 'missing', expected: packet });
    },
    unexpected: (packet) => {
      counts.unexpected++;
      report({ kind: 'unexpected', actual: packet });
    },
  };
  const [actualSide, expectedSide] = [new Side(actual), new Side(expected)];
  let [actualBatch, expectedBatch] = [await actual.next(), await expected.next()];
  const isByInterface = allNamed(actual) && allNamed(expected);
  const lanes = new Map<string, Lane>();
  const laneOf = ({ interfaceName }: Packet): Lane => {
    const key = isByInterface ? (interfaceName ?? '') : '';
    const lane = lanes.get(key) ?? new Lane(sink);
    lanes.set(key, lane);
    return lane;
  };
  while (actualBatch || expectedBatch) {
    // The side that is behind reads on, so that no more is held than the two are apart.
    if (actualBatch && (!expectedBatch || actualSide.packets <= expectedSide.packets)) {
      for (const packet of actualSide.packetsOf(actualBatch)) laneOf(packet).pushActual(packet);
      actualBatch = await actual.next();
    } else if (expectedBatch) {
      for (const packet of expectedSide.packetsOf(expectedBatch)) laneOf(packet).pushExpected(packet);
      expectedBatch = await expected.next();
    }
    for (const lane of lanes.values()) lane.drain(false);
  }
  for (const lane of lanes.values()) lane.drain(true);
  return {
    actualPackets: actualSide.packets,
    expectedPackets: expectedSide.packets,
    ...counts,
    actualDamage: actual.damage,
    expectedDamage: expected.damage,
  };
}

const allNamed = ({ interfaces }: FrameReader): boolean =>
  interfaces.length > 0 && interfaces.every(({ name }) => name !== null);

/** One capture of the two: numbers its packets and copies them out of the reader's batches. */
class Side {
  packets = 0;

  constructor(private readonly reader: FrameReader) {}

  *packetsOf(batch: FrameBatch): Generator<Packet> {
    for (let i = 0; i < batch.count; i++) {
      const { name, linkType } = this.reader.interfaces[batch.interfaceIndex[i]];
      const from = batch.offset[i];
      yield {
        frame: ++this.packets,
        interfaceName: name,
        linkType,
        originalLength: batch.originalLength[i],
        bytes: batch.bytes.slice(from, from + batch.capturedLength[i]),
      };
    }
  }
}

/** The fields in which two packets differ; empty only for equal ones. */
export function packetDifferences(expected: Packet, actual: Packet): FieldDifference[] {
  if (equalPackets(expected, actual)) return [];
  if (expected.linkType !== actual.linkType)
    return [{ field: 'frame.linktype', expected: String(expected.linkType), actual: String(actual.linkType) }];
  const fields = differingFields(expected.bytes, actual.bytes, actual.linkType);
  if (expected.originalLength === actual.originalLength) return fields;
  return [
    { field: 'frame.len', expected: String(expected.originalLength), actual: String(actual.originalLength) },
    ...fields,
  ];
}
