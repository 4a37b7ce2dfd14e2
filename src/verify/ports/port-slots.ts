/** The ports and ICMP identifiers in one packet that a NAT may have drawn. */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { CONTEXT_QUOTED, Layer, type Layers } from '../../wire/decode.js';
import { UDP_PORT as VXLAN_PORT } from '../../wire/vxlan.js';
import { ICMP, TCP, UDP, type NatEndpoints } from './nat-pool.js';
import { fold } from '../../wire/checksum.js';

/** Both ends of a packet and of the one it quotes, twice. */
export const MAXIMUM_SLOTS = 8;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const IDENTIFIER = 4;
const UDP_CHECKSUM = 6;
const TCP_CHECKSUM = 16;

/** NAT protocol and port in a word: protocol · 2^16 + port. */
export const wordOf = (protocol: number, port: number): number => (protocol << 16) | port;

export class PortSlots {
  count = 0;
  /** Offset of the port, the address it belongs to, and the NAT protocol. */
  readonly at = new Int32Array(MAXIMUM_SLOTS);
  readonly address = new Int32Array(MAXIMUM_SLOTS);
  readonly protocol = new Uint8Array(MAXIMUM_SLOTS);
  readonly port = new Int32Array(MAXIMUM_SLOTS);
  private readonly context = new Uint8Array(MAXIMUM_SLOTS);
  /** UDP source port of a VXLAN packet that carries such a port, else -1: it is a hash of the inner flow (RFC 7348 section 5). */
  vxlanPort = -1;
  vxlanPortAt = -1;
  /**
   * Checksum of a quoted TCP or UDP header with such a port, else -1. Some NATs adjust it and some do not (VPP 19.08 does not), and
   * the message's own checksum covers it.
   */
  quotedChecksum = -1;
  quotedChecksumAt = -1;

  clear(): void {
    this.count = 0;
    this.vxlanPort = -1;
    this.quotedChecksum = -1;
  }

  /** Finds them in a packet that starts at `base` and whose headers are known. */
  find(layers: Layers, view: DataView, base: number, endpoints: NatEndpoints): void {
    for (let i = 1; i < layers.count; i++) {
      const kind = layers.kind[i];
      if (layers.kind[i - 1] !== (Layer.Ip4 as number)) continue;
      if (kind === (Layer.Icmp as number)) this.findIdentifier(layers, i, view, base, endpoints);
      else if (kind === (Layer.Tcp as number) || kind === (Layer.Udp as number))
        this.findPorts(layers, i, view, base, endpoints);
    }
  }

  private findIdentifier(
    { at, context }: Layers,
    i: number,
    view: DataView,
    base: number,
    endpoints: NatEndpoints,
  ): void {
    const l4 = base + at[i];
    if (!icmp4.hasIdentifier(icmp4.type(view, l4))) return;
    const l3 = base + at[i - 1];
    const id = icmp4.identifier(view, l4);
    const source = ip4.source(view, l3);
    const destination = ip4.destination(view, l3);
    const place = at[i] + IDENTIFIER;
    if (endpoints.has(source, ICMP, id)) this.add(place, source, ICMP, id, context[i]);
    else if (endpoints.has(destination, ICMP, id)) this.add(place, destination, ICMP, id, context[i]);
  }

  private findPorts(layers: Layers, i: number, view: DataView, base: number, endpoints: NatEndpoints): void {
    const at = layers.at[i];
    const context = layers.context[i];
    const isTcp = layers.kind[i] === (Layer.Tcp as number);
    const protocol = isTcp ? TCP : UDP;
    const l3 = base + layers.at[i - 1];
    const sourcePort = view.getUint16(base + at + SOURCE_PORT);
    const destinationPort = view.getUint16(base + at + DESTINATION_PORT);
    const source = ip4.source(view, l3);
    const destination = ip4.destination(view, l3);
    const before = this.count;
    if ((isTcp || destinationPort !== VXLAN_PORT) && endpoints.has(source, protocol, sourcePort))
      this.add(at + SOURCE_PORT, source, protocol, sourcePort, context);
    if (endpoints.has(destination, protocol, destinationPort))
      this.add(at + DESTINATION_PORT, destination, protocol, destinationPort, context);
    if (this.count === before || (context & CONTEXT_QUOTED) === 0) return;
    const checksumAt = at + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
    if (checksumAt + 2 > layers.headerEnd[i]) return;
    this.quotedChecksum = view.getUint16(base + checksumAt);
    this.quotedChecksumAt = checksumAt;
  }

  private add(at: number, address: number, protocol: number, port: number, context: number): void {
    const slot = this.count++;
    this.at[slot] = at;
    this.address[slot] = address;
    this.protocol[slot] = protocol;
    this.port[slot] = port;
    this.context[slot] = context;
  }

  /** NAT protocol and port of one, in a word. */
  boundPort(slot: number): number {
    return wordOf(this.protocol[slot], this.port[slot]);
  }

  /** True where one of them is in that context. */
  isIn(context: number): boolean {
    for (let slot = 0; slot < this.count; slot++) if ((this.context[slot] & context) !== 0) return true;
    return false;
  }

  /** True where both packets have ports of the same addresses and protocols in the same places, and what follows from the ports fits. */
  fits(other: PortSlots): boolean {
    if (this.count !== other.count) return false;
    for (let slot = 0; slot < this.count; slot++) {
      if (this.at[slot] !== other.at[slot] || this.address[slot] !== other.address[slot]) return false;
      if (this.protocol[slot] !== other.protocol[slot]) return false;
    }
    return this.vxlanPortFits(other) && this.quotedChecksumFits(other);
  }

  /** Whether something that was taken out of bytes [from, to) speaks against the two packets being the same. */
  differsIn(other: PortSlots, from: number, to: number): boolean {
    for (let slot = 0; slot < this.count; slot++)
      if (this.at[slot] >= from && this.at[slot] < to && this.port[slot] !== other.port[slot]) return true;
    if (this.vxlanPortAt >= from && this.vxlanPortAt < to && !this.vxlanPortFits(other)) return true;
    return this.quotedChecksumAt >= from && this.quotedChecksumAt < to && !this.quotedChecksumFits(other);
  }

  /** Whether all ports are the same ones. */
  equals(other: PortSlots): boolean {
    for (let slot = 0; slot < this.count; slot++) if (this.port[slot] !== other.port[slot]) return false;
    return true;
  }

  private vxlanPortFits(other: PortSlots): boolean {
    if (this.vxlanPort === other.vxlanPort) return true;
    return this.vxlanPort >= 0 && other.vxlanPort >= 0 && !this.equals(other);
  }

  private quotedChecksumFits(other: PortSlots): boolean {
    const [a, b] = [this.quotedChecksum, other.quotedChecksum];
    if (a === b) return true;
    if (a <= 0 || b <= 0) return false;
    return fold(a + this.quotedPorts()) % 0xffff === fold(b + other.quotedPorts()) % 0xffff;
  }

  private quotedPorts(): number {
    let sum = 0;
    for (let slot = 0; slot < this.count; slot++)
      if ((this.context[slot] & CONTEXT_QUOTED) !== 0) sum += this.port[slot];
    return sum;
  }
}
