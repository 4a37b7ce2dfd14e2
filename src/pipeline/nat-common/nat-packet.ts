/**
 * The packet that a NAT node has, read once: one record for all nodes of a dataplane, since a node has one packet at a time. What
 * the node decides about the packet is in it as well, until the next node has one.
 *
 * A session is found by its ends as the inside and the outside host see it: `local` is the end that NAT44 translates, the source
 * of what goes out and the destination of what comes in.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import { PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from './icmp-error.js';
import { DESTINATION, SOURCE, type Side } from './rewrite.js';
import { NAT_ICMP, NAT_UDP, NAT_UNKNOWN, natProtocolOf } from './state/session-key.js';

const NO_BYTES = new Uint8Array(0);
const NOBODY = new PacketBuffer(NO_BYTES, new DataView(NO_BYTES.buffer));

/** Where an IPv4 header names its protocol (RFC 791 §3.1). */
const QUOTED_PROTOCOL = 9;

/** tcp_is_init: the segment opens a connection. */
export const opensConnection = (view: DataView, l4: number): boolean =>
  (tcp.flags(view, l4) & (tcp.SYN | tcp.ACK)) === tcp.SYN;

export class NatPacket {
  b = NOBODY;
  view = NOBODY.view;
  /** Where the IPv4 header and the one behind it are in the chunk. */
  l3 = 0;
  l4 = 0;
  /** FIB of the receiving interface. */
  fib = 0;
  /** As the packet came to the node. */
  source = 0;
  destination = 0;
  /** IP's and NAT's number of the protocol; for an ICMP error, once its key is read, of the packet that it quotes. */
  ipProtocol = 0;
  protocol = NAT_UNKNOWN;
  /** The key's ends. Ports are an ICMP query's identifier and 0, and 0 for protocols without. */
  local = 0;
  remote = 0;
  localPort = 0;
  remotePort = 0;

  /** What the node decides: the packet's session, -1 for none; whether it made it; whether NAT44 found nothing to translate it by. */
  session = -1;
  isNew = false;
  isMissed = false;

  /** A fragment behind the first one, whose ports are known: it has none of its own. */
  isLaterFragment = false;
  /** ICMP messages only; of a later fragment, the first one's. */
  icmpType = 0;
  /** Protocol and ports were read before, by shallow virtual reassembly. */
  private isReassembled = false;

  /**
   * Reads a packet of an inside host (`isIn2out`), or to an outside address. What a capture cut off reads as anything.
   * @param isReassembled ports and ICMP type are in the buffer
   */
  begin(b: PacketBuffer, l3: number, fib: number, isIn2out: boolean, isReassembled: boolean): void {
    const { view } = b;
    const l4 = l3 + ip4.headerLength(view, l3);
    const ipProtocol = ip4.protocol(view, l3);
    const source = ip4.source(view, l3);
    const destination = ip4.destination(view, l3);
    const sourcePort = isReassembled ? b.l4SourcePort : view.getUint16(l4);
    const destinationPort = isReassembled ? b.l4DestinationPort : view.getUint16(l4 + DESTINATION.port);
    this.b = b;
    this.view = view;
    this.l3 = l3;
    this.l4 = l4;
    this.fib = fib;
    this.ipProtocol = ipProtocol;
    this.protocol = natProtocolOf(ipProtocol);
    this.source = source;
    this.destination = destination;
    this.local = isIn2out ? source : destination;
    this.remote = isIn2out ? destination : source;
    this.localPort = isIn2out ? sourcePort : destinationPort;
    this.remotePort = isIn2out ? destinationPort : sourcePort;
    this.isReassembled = isReassembled;
    this.isLaterFragment = isReassembled && b.isNonFirstFragment;
    this.icmpType = isReassembled ? b.icmpTypeOrTcpFlags : icmp4.type(view, l4);
    this.session = -1;
    this.isNew = false;
    this.isMissed = false;
  }

  /** What is in the place of a port, now. */
  portAt(side: Side): number {
    return this.view.getUint16(this.l4 + side.port);
  }

  /** Where a port was not read because its header is cut short, VPP takes it for what it remembers. */
  assumePort(side: Side): void {
    const at = this.l4 + side.port;
    if (this.isReassembled && this.view.getUint16(at) !== this.localPort) this.view.setUint16(at, this.localPort);
  }

  /** True for a first fragment: offset 0 and more to come (ip4_is_first_fragment). */
  get isFirstFragment(): boolean {
    const bits = ip4.flagsAndFragment(this.view, this.l3) & (ip4.MORE_FRAGMENTS | ip4.FRAGMENT_OFFSET);
    return bits === ip4.MORE_FRAGMENTS;
  }

  /**
   * Makes the key that of an ICMP message: addresses and identifier, or for an error those of the packet that it quotes, which went
   * the other way (VPP 19.08 src/plugins/nat/nat_inlines.h get_icmp_i2o_ed_key, get_icmp_o2i_ed_key). False for an error that
   * quotes a protocol without ports; the key is all zero then.
   */
  readIcmpKey(isIn2out: boolean): boolean {
    const { view, l4 } = this;
    this.remotePort = 0;
    if (!isIcmpError(this.icmpType)) {
      this.ipProtocol = ip4.PROTOCOL_ICMP;
      this.localPort = this.isReassembled ? this.b.l4SourcePort : icmp4.identifier(view, l4);
      return true;
    }
    const inner = quotedHeader(l4);
    if (this.isLaterFragment && inner + QUOTED_PROTOCOL >= this.b.at + this.b.length) return this.takeNobodysKey();
    const innerL4 = inner + ip4.headerLength(view, inner);
    this.ipProtocol = ip4.protocol(view, inner);
    this.protocol = natProtocolOf(this.ipProtocol);
    this.local = isIn2out ? ip4.destination(view, inner) : ip4.source(view, inner);
    this.remote = isIn2out ? ip4.source(view, inner) : ip4.destination(view, inner);
    if (this.protocol === NAT_ICMP) this.localPort = icmp4.identifier(view, innerL4);
    else if (this.protocol === NAT_UNKNOWN) {
      this.local = 0;
      this.remote = 0;
      this.ipProtocol = 0;
      this.localPort = 0;
      return false;
    } else {
      this.localPort = view.getUint16(innerL4 + (isIn2out ? DESTINATION.port : SOURCE.port));
      this.remotePort = view.getUint16(innerL4 + (isIn2out ? SOURCE.port : DESTINATION.port));
    }
    return true;
  }

  /**
   * A later fragment of an error that ends where a quoted header would name its protocol: VPP reads on in what a packet before left in the buffer. That
   * nearly always is the first fragment, translated, whose ends no session has.
   */
  private takeNobodysKey(): boolean {
    this.local = 0;
    this.remote = 0;
    this.localPort = 0;
    this.protocol = NAT_UDP;
    this.ipProtocol = ip4.PROTOCOL_UDP;
    return true;
  }
}
