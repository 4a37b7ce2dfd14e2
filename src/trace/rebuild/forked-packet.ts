/**
 * What records say about a packet that became several: copies of a flooded frame, fragments, a datagram of which it was one.
 * What they show of the packet's own bytes is stated about its cells, where nothing can have written them anew.
 */

import { textOf, type NodeRecord } from '../parse/trace-record.js';
import type { ByteProvenance } from './byte-provenance.js';
import { ip4Block, octetsIn } from './headers.js';
import { ETHERNET_BYTES, IP4_BYTES, type PacketCells } from './packet-cells.js';
import { blockOfDump, dumpOf, stateArpFrame, stateDumpLines, TYPE_IP4 } from './state-headers.js';

const MAC_BYTES = 12;
/** Octets behind the addresses that l2-output prints. */
const DATA_BYTES = 12;
const OFFSET_MASK = 0x1fff;
const OFFSET_UNIT = 8;

export class ForkedPacket {
  /** The payload of its IPv4 header, and where it is in the whole datagram; null where the text does not show it. */
  private readonly payload: { readonly cells: readonly number[]; readonly offset: number } | null;
  private isOver = false;

  constructor(
    private readonly provenance: ByteProvenance,
    private readonly packet: PacketCells,
    private readonly node: string,
  ) {
    const { l4, l3 } = packet;
    const word = l4 < 0 ? null : provenance.number(packet.slice(l3 + 6, 2));
    this.payload = word === null ? null : { cells: packet.cells.slice(l4), offset: (word & OFFSET_MASK) * OFFSET_UNIT };
  }

  read(record: NodeRecord): void {
    // Behind NAT44 addresses, ports and checksums may be others.
    this.isOver ||= record.node?.startsWith('nat44-') === true;
    if (this.isOver) return;
    if (this.node === 'l2-flood') this.readCopy(record);
    else if (record.node === 'ip4-rewrite') this.readPiece(record);
  }

  /** A copy at a bridge's port, or at the interface of the bridge itself. */
  private readCopy(record: NodeRecord): void {
    const { provenance, packet } = this;
    if (record.node === 'arp-input') stateArpFrame(provenance, packet, record);
    if (record.node === 'ip4-input') {
      const block = ip4Block(record);
      this.isOver = true;
      if (block === null) return;
      provenance.stateNumber(packet.slice(MAC_BYTES, 2), TYPE_IP4, record.number);
      packet.l3 = ETHERNET_BYTES;
      packet.stateBlock(block);
    }
    if (record.node !== 'l2-output') return;
    for (const line of record.lines) {
      const addresses = ['destination', 'source'].flatMap((name) => octetsIn(textOf(line, name)));
      const isSame = addresses.length === MAC_BYTES && provenance.agrees(packet.slice(0, MAC_BYTES), addresses);
      if (isSame)
        provenance.stateBytes(packet.slice(MAC_BYTES, DATA_BYTES), octetsIn(textOf(line, 'data')), line.number);
    }
  }

  /** A fragment, or the datagram that fragments made, as ip4-rewrite dumps it: line by line, where nothing contradicts. */
  private readPiece(record: NodeRecord): void {
    const { provenance, payload } = this;
    const bytes = dumpOf(record);
    const block = blockOfDump(bytes, ETHERNET_BYTES);
    const fragment = block?.fragment ?? null;
    if (payload === null || block === null || fragment === null || !this.isOfDatagram(block)) return;
    const header = ETHERNET_BYTES + Math.max(((block.versionAndLength?.value ?? 0) & 0xf) * 4, IP4_BYTES);
    const end = ETHERNET_BYTES + (block.length?.value ?? 0);
    const first = (fragment.value & OFFSET_MASK) * OFFSET_UNIT - payload.offset;
    const known = bytes.flatMap((byte, at) => {
      const place = first + at - header;
      const isPayload = byte !== undefined && at >= header && at < end && place >= 0 && place < payload.cells.length;
      return isPayload ? [{ cell: payload.cells[place], ...byte }] : [];
    });
    stateDumpLines(provenance, known);
  }

  /** RFC 791: fragments belong together by identification, protocol and addresses. */
  private isOfDatagram({ id, protocol, source, destination }: NonNullable<ReturnType<typeof blockOfDump>>): boolean {
    const { provenance, packet } = this;
    const isSame = (at: number, bytes: number, value: number | undefined): boolean =>
      value !== undefined && provenance.number(packet.slice(packet.l3 + at, bytes)) === value;
    return (
      isSame(4, 2, id?.value) &&
      isSame(9, 1, protocol?.value) &&
      isSame(12, 4, source?.value) &&
      isSame(16, 4, destination?.value)
    );
  }
}
