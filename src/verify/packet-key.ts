/**
 * The key of a packet's form, by which packets wait and are found: a hash of its bytes, of its length and of how many ports were taken out.
 * Of plain packets, which have at most one port to be taken out and nothing ignored, it is made from their bytes as they lie in the
 * capture, in half the time that making their form takes.
 */

import * as ip4 from '../wire/ip4.js';
import type { ByteRule } from './field-rules.js';
import { Layer } from './layers.js';
import { adjusted } from './ones-complement.js';
import type { PacketColumns } from './packet-columns.js';
import { PacketForm, type FormOptions } from './packet-form.js';
import type { PortSlots } from './port-slots.js';

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
  /** Words that are not hashed as they stand, those with the port and with its checksum, by their places. */
  private portWordAt = NOWHERE;
  private portMask = 0;
  private checksumWordAt = NOWHERE;
  private checksumWord = 0;
  private readonly form: PacketForm;

  constructor(private readonly options: FormOptions) {
    this.form = new PacketForm(options);
  }

  /** The ports in the packet at hand. */
  get slots(): PortSlots {
    return this.form.slots;
  }

  /** Makes the key of packet i, of which at most `limit` bytes are looked at. */
  make(packets: PacketColumns, i: number, rules: readonly ByteRule[], limit: number): void {
    const captured = Math.min(packets.capturedLength[i], limit);
    this.isPlain = rules.length === 0 && this.findPort(packets, i, captured);
    if (!this.isPlain) {
      this.form.make(packets, i, rules, limit);
      const { view, length, contentLength, linkType, slots } = this.form;
      view.setInt32(length, 0);
      this.portWordAt = NOWHERE;
      this.checksumWordAt = NOWHERE;
      this.contentLength = contentLength;
      this.hash(view, 0, length, linkType, slots.count);
      return;
    }
    const length = Math.min(captured, this.contentLength);
    this.hash(packets.view, packets.offset[i], length, packets.linkType[i], this.slots.count);
  }

  /** Finds what there is to take out of the packet; false where that has to be left to its form. */
  private findPort({ view, offset, originalLength, linkType }: PacketColumns, i: number, captured: number): boolean {
    const { layers, slots } = this.form;
    const base = offset[i];
    layers.find(view, base, base + captured, originalLength[i], linkType[i]);
    this.contentLength = this.options.comparesPadding ? originalLength[i] : layers.contentLength;
    this.portWordAt = NOWHERE;
    this.checksumWordAt = NOWHERE;
    slots.clear();
    if (this.options.endpoints.isEmpty) return true;
    slots.find(layers, view, base, this.options.endpoints);
    if (slots.count === 0) return true;
    const last = layers.count - 1;
    const isTcp = layers.kind[last] === (Layer.Tcp as number);
    if (slots.count > 1 || layers.context[last] !== 0 || slots.at[0] < layers.at[last]) return false;
    const l3 = layers.at[last - 1];
    // A port that the IP packet is too short for is under no checksum.
    if (slots.at[0] >= l3 + ip4.totalLength(view, base + l3)) return false;
    if (!isTcp && layers.kind[last] !== (Layer.Udp as number)) return false;
    const portAt = slots.at[0];
    this.portWordAt = portAt & ~3;
    this.portMask = (portAt & 2) === 0 ? 0xffff : ~0xffff;
    const checksumAt = layers.at[last] + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
    const checksum = view.getUint16(base + checksumAt);
    if (!isTcp && checksum === 0) return true; // none (RFC 768)
    this.checksumWordAt = checksumAt & ~3;
    const word = view.getInt32(base + this.checksumWordAt);
    const without = adjusted(checksum, slots.port[0], 0);
    this.checksumWord = (checksumAt & 2) === 0 ? (word & 0xffff) | (without << 16) : (word & ~0xffff) | without;
    return true;
  }

  /** The last word counts as if zeros followed. */
  private hash(view: DataView, base: number, length: number, linkType: number, ports: number): void {
    const { portWordAt, portMask, checksumWordAt, checksumWord } = this;
    let high = Math.imul(this.contentLength ^ 0x9e3779b9, 0x85ebca6b) ^ linkType;
    let low = ports ^ 0x27d4eb2f;
    for (let at = 0; at < length; at += 4) {
      let word = view.getInt32(base + at);
      if (at === portWordAt) word &= portMask;
      else if (at === checksumWordAt) word = checksumWord;
      if (at + 4 > length) word &= -1 << (8 * (at + 4 - length));
      high = Math.imul(high ^ word, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low ^ word, 0x85ebca77) + 0x165667b1;
      low = (low << 13) | (low >>> 19);
    }
    this.high = high ^ (high >>> 16);
    this.low = Math.imul(low ^ (low >>> 15), 0xc2b2ae3d);
  }
}
