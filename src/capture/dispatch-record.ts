/**
 * A record of VPP's `pcap dispatch trace` (link type 280): a packet as a node is about to see it (VPP 19.08 src/vlib/main.c
 * dispatch_pcap_trace, 26.06 src/plugins/dispatch-trace/main.c).
 *
 *      0                   1                   2                   3
 *     +---------------+---------------+---------------+---------------+
 *     |    major 1    |    minor      |    strings    | protocol hint |
 *     +---------------+---------------+---------------+---------------+
 *     |                 buffer index, of the network                  |
 *     +---------------+---------------+---------------+---------------+
 *     | strings, each with a NUL behind it: name of the node, buffer, |
 *     | opaque area, second opaque area, and of a packet that is      |
 *     | traced its trace so far; then the packet from current_data    |
 */

export const LINKTYPE_VPP_DISPATCH = 280;

const MAJOR = 1;
const STRINGS = 2;
const BUFFER_INDEX = 4;
const HEADER_BYTES = 8;
const NODE_STRING = 0;
const OPAQUE_STRING = 2;
const TRACE_STRING = 4;
const RX = /sw_if_index\[VLIB_RX\]: (\d+)/;

export interface DispatchRecord {
  readonly node: string;
  readonly buffer: number;
  /** sw_if_index[VLIB_RX]; -1 where it does not say. */
  readonly swIfIndexRx: number;
  /** `show trace` of the nodes before; null for a packet that is not traced. */
  readonly trace: string | null;
  /** The packet, as far as it was captured: bytes from here on. */
  readonly packetAt: number;
}

/** The record at [at, at + length); null for what is none, or was cut before its packet. */
export function readDispatchRecord(bytes: Uint8Array, at: number, length: number): DispatchRecord | null {
  const end = at + length;
  if (length < HEADER_BYTES || bytes[at] !== MAJOR) return null;
  const strings: string[] = [];
  let next = at + HEADER_BYTES;
  for (let left = bytes[at + STRINGS]; left > 0; left--) {
    const stop = bytes.indexOf(0, next);
    if (stop < 0 || stop >= end) return null;
    strings.push(Buffer.from(bytes.buffer, bytes.byteOffset + next, stop - next).toString('latin1'));
    next = stop + 1;
  }
  if (strings.length <= OPAQUE_STRING) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    node: strings[NODE_STRING],
    buffer: view.getUint32(at + BUFFER_INDEX),
    swIfIndexRx: Number(RX.exec(strings[OPAQUE_STRING])?.[1] ?? -1),
    trace: strings.at(TRACE_STRING) ?? null,
    packetAt: next,
  };
}
