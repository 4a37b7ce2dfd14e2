/** A packet that a node holds, as a row of numbers: its metadata, how long it is, and its bytes. */

import { TAILROOM_BYTES } from '../../capture/frame-batch.js';
import { PacketBuffer } from './packet-buffer.js';
import type { SavedRow } from './state/saved-states.js';

/** Bytes before the packet that are kept: VPP's pre-data area. */
const HEADROOM_BYTES = 128;

/** What stays of a packet's metadata, in this order; positions count from the packet's first byte. */
const FIELDS = [
  'length',
  'cutBytes',
  'number',
  'frame',
  'flags',
  'error',
  'cause',
  'causeArg0',
  'causeArg1',
  'swIfIndexRx',
  'swIfIndexTx',
  'featureAt',
  'featureArc',
  'adjIndexTx',
  'adjIndexRx',
  'flowHash',
  'fibIndex',
  'saveRewriteLength',
  'localRxSwIfIndex',
  'icmpType',
  'icmpCode',
  'icmpData',
  'fragMtu',
  'l4Protocol',
  'l4SourcePort',
  'l4DestinationPort',
  'icmpTypeOrTcpFlags',
  'arcNext',
] as const satisfies readonly (keyof PacketBuffer)[];
const POSITIONS = ['l2', 'l3', 'l4', 'dataAt'] as const;
const UNSET = -1;

export const BUFFER_COLUMNS = `${FIELDS.join(', ')}, isNonFirstFragment, ${POSITIONS.join(', ')} (from the packet's first byte on; ${UNSET - HEADROOM_BYTES} for none), bytes from ${HEADROOM_BYTES} before it`;

export function savedBuffer(b: PacketBuffer): number[] {
  const before = Math.min(b.at, HEADROOM_BYTES);
  return [
    ...FIELDS.map((field) => b[field]),
    Number(b.isNonFirstFragment),
    ...POSITIONS.map((position) => (b[position] < 0 ? UNSET - HEADROOM_BYTES : b[position] - b.at)),
    ...new Array<number>(HEADROOM_BYTES - before).fill(0),
    ...b.bytes.subarray(b.at - before, b.at + b.length),
  ];
}

/** The packet of a row from `from` on, which its node holds. */
export function bufferOf(row: SavedRow, from: number): PacketBuffer {
  const [length] = row.slice(from);
  const bytes = new Uint8Array(HEADROOM_BYTES + length + TAILROOM_BYTES);
  const b = new PacketBuffer(bytes, new DataView(bytes.buffer));
  FIELDS.forEach((field, i) => (b[field] = row[from + i]));
  b.isNonFirstFragment = row[from + FIELDS.length] === 1;
  b.at = HEADROOM_BYTES;
  POSITIONS.forEach((position, i) => {
    const at = row[from + FIELDS.length + 1 + i];
    b[position] = at < -HEADROOM_BYTES ? UNSET : b.at + at;
  });
  bytes.set(row.slice(from + FIELDS.length + 1 + POSITIONS.length).slice(0, HEADROOM_BYTES + length));
  b.isPooled = true;
  b.isHeld = true;
  return b;
}

/** Numbers that a packet takes in a row. */
export const bufferNumbers = (row: SavedRow, from: number): number =>
  FIELDS.length + 1 + POSITIONS.length + HEADROOM_BYTES + row[from];

/** The packets of a row from where it says how many there are. */
export function buffersOf(row: SavedRow, from: number): PacketBuffer[] {
  const buffers: PacketBuffer[] = [];
  for (let at = from + 1; buffers.length < row[from]; at += bufferNumbers(row, at)) buffers.push(bufferOf(row, at));
  return buffers;
}
