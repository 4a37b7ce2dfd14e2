/**
 * The key of a packet's form, by which packets wait and are found: a hash of its bytes, of its length and of how many ports were taken out.
 * Of plain packets, which have at most one port to be taken out and nothing ignored, it is made from their bytes as they lie in the
 * capture, in half the time that making their form takes.
 */

import * as ip4 from '../../wire/ip4.js';
import type { ByteRule } from './field-rules.js';
import { Layer, VXLAN_PORT } from './layers.js';
import { TCP, UDP } from '../ports/nat-pool.js';
import { adjusted } from './ones-complement.js';
import type { PacketColumns } from './packet-columns.js';
import { PacketForm, unknownChecksumAt, type FormOptions } from './packet-form.js';
import { wordOf, type PortSlots } from '../ports/port-slots.js';

const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;
const NOWHERE = -1;

export class PacketKey {
  high = 0;
  low = 0;
  /** Bytes there would be to compare, had the capture not cut the packet. */
  contentLength = 0;
  /** True where at most one port was taken out, of the packet's own TCP or UDP header, and nothing is ignored. */
  isPlain = true;
  /** Ports that were taken out; of the only one of a plain packet its address, and NAT protocol and port in a word. */
  portCount = 0;
  portAddress = 0;
  boundPort = 0;
  /** Words that are not hashed as they stand, those with the port and with its checksum, by their places. */
  private portWordAt = NOWHERE;
  private portWord = 0;
  private portMask = 0;
  private checksumAt = 0;
  private checksumWordAt = NOWHERE;
  private checksumWord = 0;
  private readonly form: PacketForm;

  constructor(private readonly options: FormOptions) {
    this.form = new PacketForm(options);
  }

  /** The ports in the packet at hand, unless it is plain. */
  get slots(): PortSlots {
    return this.form.slots;
  }

  /** Makes the key of packet i, of which at most `limit` bytes are looked at. */
  make(packets: PacketColumns, i: number, rules: readonly ByteRule[], limit: number): void {
    const captured = Math.min(packets.capturedLength[i], limit);
    this.portWordAt = NOWHERE;
    this.checksumWordAt = NOWHERE;
    this.portCount = 0;
    this.isPlain = rules.length === 0 && this.findPort(packets, i, captured);
    if (this.isPlain) {
      this.hash(packets.view, packets.offset[i], Math.min(captured, this.contentLength), packets.linkType[i]);
      return;
    }
    const { form } = this;
    form.make(packets, i, rules, limit);
    this.portCount = form.slots.count;
    this.contentLength = form.contentLength;
    this.hash(form.view, 0, form.length, form.linkType);
  }

  /** The same for a packet with as many bytes and the same headers, addresses and ports as the one before. */
  makeLike(packets: PacketColumns, i: number, rules: readonly ByteRule[], limit: number): void {
    if (!this.isPlain) {
      this.make(packets, i, rules, limit);
      return;
    }
    const { view } = packets;
    const base = packets.offset[i];
    if (this.portWordAt !== NOWHERE) this.takePortOut(view, base);
    const captured = Math.min(packets.capturedLength[i], limit);
    this.hash(view, base, Math.min(captured, this.contentLength), packets.linkType[i]);
  }

  /** Whether the packet at hand, which was cut, has an ICMP checksum that is not known. */
  hasUnknownChecksum({ view, offset }: PacketColumns, i: number): boolean {
    return unknownChecksumAt(this.form.layers, view, offset[i]) >= 0;
  }

  /** Finds what there is to take out of the packet; false where that has to be left to its form. */
  private findPort({ view, offset, originalLength, linkType }: PacketColumns, i: number, captured: number): boolean {
    const { layers } = this.form;
    const { endpoints } = this.options;
    const base = offset[i];
    layers.find(view, base, base + captured, originalLength[i], linkType[i]);
    this.contentLength = this.options.comparesPadding ? originalLength[i] : layers.contentLength;
    if (endpoints.isEmpty) return true;
    const { kind, at, context, count } = layers;
    if (count < 2) return true;
    const isTcp = kind[count - 1] === (Layer.Tcp as number);
    if (context[count - 1] !== 0 || !(isTcp || kind[count - 1] === (Layer.Udp as number))) {
      const { slots } = this.form;
      slots.clear();
      slots.find(layers, view, base, endpoints);
      return slots.count === 0;
    }
    const l4 = at[count - 1];
    const l3 = at[count - 2];
    const protocol = isTcp ? TCP : UDP;
    const source = ip4.source(view, base + l3);
    const destination = ip4.destination(view, base + l3);
    const sourcePort = view.getUint16(base + l4);
    const destinationPort = view.getUint16(base + l4 + 2);
    const isSource = (isTcp || destinationPort !== VXLAN_PORT) && endpoints.has(source, protocol, sourcePort);
    const isDestination = endpoints.has(destination, protocol, destinationPort);
    if (isSource === isDestination) return !isSource;
    // A port that the IP packet is too short for is under no checksum.
    const portAt = isSource ? l4 : l4 + 2;
    if (portAt >= l3 + ip4.totalLength(view, base + l3)) return false;
    const port = isSource ? sourcePort : destinationPort;
    this.portCount = 1;
    this.portAddress = isSource ? source : destination;
    this.boundPort = wordOf(protocol, port);
    this.portWordAt = portAt & ~3;
    this.portMask = (portAt & 2) === 0 ? 0xffff : ~0xffff;
    this.checksumAt = l4 + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
    this.takePortOut(view, base);
    return true;
  }

  private takePortOut(view: DataView, base: number): void {
    const { checksumAt, portWordAt, boundPort } = this;
    const checksumWordAt = checksumAt & ~3;
    this.portWord = view.getInt32(base + portWordAt) & this.portMask;
    const checksum = view.getUint16(base + checksumAt);
    this.checksumWordAt = NOWHERE;
    if (checksum === 0 && boundPort >> 16 === UDP) return; // none (RFC 768)
    const word = view.getInt32(base + checksumWordAt);
    const without = adjusted(checksum, boundPort & 0xffff, 0);
    this.checksumWordAt = checksumWordAt;
    this.checksumWord = (checksumAt & 2) === 0 ? (word & 0xffff) | (without << 16) : (word & ~0xffff) | without;
  }

  /** Two words in a step: either goes into both halves, which do not wait for each other. */
  private hash(view: DataView, base: number, length: number, linkType: number): void {
    const portAt = base + this.portWordAt;
    const checksumAt = base + this.checksumWordAt;
    const { portWord, checksumWord } = this;
    let high = Math.imul(this.contentLength ^ 0x9e3779b9, 0x85ebca6b) ^ linkType;
    let low = this.portCount ^ 0x27d4eb2f;
    const end = base + length;
    let at = base;
    for (; at + 8 <= end; at += 8) {
      let first = view.getInt32(at);
      let second = view.getInt32(at + 4);
      if (at === portAt) first = portWord;
      else if (at + 4 === portAt) second = portWord;
      if (at === checksumAt) first = checksumWord;
      else if (at + 4 === checksumAt) second = checksumWord;
      high = Math.imul(high ^ first, 0x9e3779b1);
      high = ((high ^ (high >>> 15)) + second) | 0;
      low = Math.imul(low ^ second, 0x85ebca77);
      low = ((low << 13) | (low >>> 19)) ^ ((first << 16) | (first >>> 16)); // where no difference in the other half undoes it
    }
    // The last word counts as if zeros followed.
    for (; at < end; at += 4) {
      const word = at === portAt ? portWord : at === checksumAt ? checksumWord : view.getInt32(at);
      const within = at + 4 > end ? word & (-1 << (8 * (at + 4 - end))) : word;
      high = Math.imul(high ^ within, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low ^ within, 0x85ebca77);
      low = (low << 13) | (low >>> 19);
    }
    const mixed = Math.imul(high ^ (low >>> 16), 0x9e3779b1);
    const other = Math.imul(low ^ (high >>> 15), 0xc2b2ae3d);
    this.high = mixed ^ (mixed >>> 16);
    this.low = other ^ (other >>> 15);
  }
}
