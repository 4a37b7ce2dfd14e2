/** Compares a packet's way through VPP's graph with the model's, node by node: where it went, what was made of it, what was recorded. */

import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from '../../capture/frame-batch.js';
import { FLAG_CHECKSUM_UNKNOWN, FLAG_ID_UNKNOWN } from '../../pipeline/engine/packet-buffer.js';
import type { Release } from '../../releases/release.js';
import { comparePaths } from '../../trace/judge/compare-paths.js';
import { Numbering } from '../../trace/judge/numbering.js';
import { roleOf } from '../../trace/parse/nodes.js';
import { parseTrace } from '../../trace/parse/records.js';
import type { NodeRecord } from '../../trace/parse/trace-record.js';
import { differingFields } from '../../verify/packet/fields.js';
import * as ip4 from '../../wire/ip4.js';
import type { FieldChange } from '../findings/difference.js';
import type { Visit, Way } from './way.js';

export interface WayDifference {
  readonly cause: 'next-node' | 'node-bytes' | 'node-record';
  /** The node that did otherwise. */
  readonly node: string;
  readonly fields: readonly FieldChange[];
  /** What it recorded, where that differs; null for none. */
  readonly detail: string | null;
}

/** What the model made of the packet. */
export interface ModelledWay {
  readonly visits: readonly Visit[];
  /** `show trace`; null where the packet was not alone. */
  readonly trace: string | null;
  /** False where more packets came of it, so that the visits may end before VPP's buffer does. */
  readonly isWhole: boolean;
}

const END = 'its end';

export class WayJudge {
  /** Visits that were compared. */
  visits = 0;
  /** Indices may be others than the node's where no state tells them. */
  private readonly numbering = new Numbering();

  constructor(private readonly release: Release) {}

  /** The first difference; null for none. */
  judge(way: Way, modelled: ModelledWay): WayDifference | null {
    return this.compareVisits(way, modelled) ?? this.compareRecords(way, modelled);
  }

  private compareVisits({ visits, isCut }: Way, modelled: ModelledWay): WayDifference | null {
    for (const [i, visit] of visits.entries()) {
      const own = modelled.visits.at(i);
      const before = visits.at(i - 1)?.node ?? '';
      if (own?.node !== visit.node)
        return own === undefined && !modelled.isWhole ? null : otherNext(before, own?.node ?? END, visit.node);
      this.visits++;
      const fields = differenceOf(own, visit);
      if (fields.length > 0) return { cause: 'node-bytes', node: before, fields, detail: null };
    }
    const more = modelled.visits.at(visits.length);
    return more === undefined || isCut ? null : otherNext(visits.at(-1)?.node ?? '', more.node, END);
  }

  private compareRecords(way: Way, modelled: ModelledWay): WayDifference | null {
    if (way.trace === null || modelled.trace === null || !modelled.isWhole) return null;
    const records = recordsOf(way.trace);
    if (records.length === 0) return null;
    const own = recordsOf(modelled.trace);
    const packet = { trace: { number: 1, thread: null, line: 1, records, hasCutLines: false }, lengthFrom: null };
    const { disagreement } = comparePaths(packet, { records: own, twin: own }, this.numbering, {
      hasLosses: false,
      release: this.release.name,
      isOfThisRelease: true,
    });
    if (disagreement === null) return null;
    return { cause: 'node-record', node: disagreement.node, fields: [], detail: disagreement.text };
  }
}

const otherNext = (node: string, expected: string, actual: string): WayDifference => ({
  cause: 'next-node',
  node,
  fields: [{ field: 'next node', expected, actual }],
  detail: null,
});

/** Without the driver's record. */
const recordsOf = (text: string): NodeRecord[] =>
  parseTrace(`Packet 1\n\n${text}`, true)
    .packets.flatMap(({ records }) => records)
    .filter(({ node }) => roleOf(node) !== 'device');

function differenceOf(expected: Visit, actual: Visit): FieldChange[] {
  if (expected.length !== actual.length)
    return [{ field: 'frame.len', expected: String(expected.length), actual: String(actual.length) }];
  const captured = Math.min(expected.bytes.length, actual.bytes.length);
  const [own, node] = [expected, actual].map(({ bytes }) => bytes.subarray(0, captured));
  if (Buffer.compare(own, node) === 0) return [];
  const free = FREE_FIELDS.filter(([flag]) => (expected.flags & flag) !== 0).flatMap(([, names]) => names);
  return differingFields(own, node, isIp(node) ? LINKTYPE_RAW : LINKTYPE_ETHERNET).filter(
    ({ field }) => !free.includes(field),
  );
}

/** What VPP fills in as it likes, and what the model does not know. */
const FREE_FIELDS: readonly (readonly [flag: number, fields: readonly string[]])[] = [
  [FLAG_ID_UNKNOWN, ['ip4.id', 'ip4.checksum']],
  [FLAG_CHECKSUM_UNKNOWN, ['icmp.checksum']],
];

/** Behind ethernet-input and before a rewrite a packet begins with its IP header. */
function isIp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length >= ip4.HEADER_BYTES && bytes[0] >> 4 === 4 && ip4.totalLength(view, 0) <= bytes.length;
}
