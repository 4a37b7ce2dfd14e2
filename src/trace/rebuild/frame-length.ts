/** How long the frame of a packet was when it arrived, and whether the text has its beginning at all. */

import { roleOf } from '../parse/nodes.js';
import { field, lineOf, type NodeRecord, type PacketTrace } from '../parse/trace-record.js';
import { ip4Block } from './headers.js';
import { headerBytesIn } from './state-headers.js';

/** False for a packet whose first records are lost: what the others show need not be what arrived. */
export function beginsAtDevice([first]: readonly NodeRecord[]): boolean {
  const role = roleOf(first.node);
  return role === 'device' || role === 'relay' || role === 'ethernet';
}

const isBeginning = (short: number, long: number): boolean => short < long && String(long).startsWith(String(short));

/** Lines in which drivers print the length of the frame. */
const DEVICE_LENGTHS = ['pg', 'virtio', 'mbuf', 'af-packet-header', 'driver-descriptor'] as const;

/** How long the frame was when it arrived. */
export function frameLength(
  { records }: PacketTrace,
  trustsOpen: boolean,
): { bytes: number; from: 'device' | 'IPv4 header' } | null {
  const device = records.find(({ node }) => roleOf(node) === 'device');
  const datagram = records.map(ip4Block).find((block) => block !== null)?.length ?? null;
  const header = headerBytesIn(records.find((record) => lineOf(record, 'ethernet') !== undefined) ?? records[0]);
  const data = field(device && lineOf(device, 'mbuf-data'), 'dataLength')?.value;
  for (const form of device === undefined ? [] : DEVICE_LENGTHS) {
    const stated = field(device && lineOf(device, form), 'length');
    if (stated === null) continue;
    if (stated.isOpen && data !== undefined && isBeginning(stated.value, data)) return { bytes: data, from: 'device' };
    // A number that lost its end.
    if (stated.isOpen && datagram !== null && isBeginning(stated.value, datagram.value + header)) continue;
    const isConfirmed = stated.value === data || (datagram !== null && stated.value === datagram.value + header);
    if (trustsOpen || !stated.isOpen || isConfirmed) return { bytes: stated.value, from: 'device' };
  }
  return datagram === null ? null : { bytes: datagram.value + header, from: 'IPv4 header' };
}

/** Behind ethernet-input comes a node that takes what the frame's tags are in front of. */
export function isTaken(records: readonly NodeRecord[]): boolean {
  const taker = records.find((_, at) => records[at - 1]?.node === 'ethernet-input');
  return taker !== undefined && taker.node !== null && roleOf(taker.node) !== 'end';
}
