/**
 * The first pass over a batch: which flow each frame belongs to. It reads frames and the flow table and changes nothing, so it
 * may run ahead of the frames' turn, and on any thread; what it missed is looked at again when a frame's turn has come.
 */

import { DIRECTION_OUTBOUND, type FrameBatch } from '../../capture/frame-batch.js';
import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import * as ethernet from '../../wire/ethernet.js';
import * as words from '../../wire/header-loads.js';
import * as icmp6 from '../../wire/icmp6.js';
import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import * as ip6Words from '../../wire/ip6-header-loads.js';
import * as tcp from '../../wire/tcp.js';
import * as vlan from '../../wire/vlan.js';
import { NO_SUBINT, type VlanTables } from '../ethernet/vlan-tables.js';
import * as field from './flow-record.js';
import { FLOW_IS_IP6, FLOW_WORDS, IP6_WORDS, RX_SHIFT, TAGS_SHIFT } from './flow-record.js';
import { MISSING, type FlowKey, type FlowTable } from './flow-table.js';

/** A TTL that every check on the way lets pass: NAT refuses 1 before and after ip4-rewrite takes one off. */
const SAFE_TTL = 3;
/** Larger frames are not worth a quick way; a pcap record of them might have to be cut. */
const LARGEST = 65535;
const TCP_BYTES = ip4.HEADER_BYTES + tcp.HEADER_BYTES;
const UDP_BYTES = 8;

/** Instead of a flow: a packet that no flow can be known for. */
export const NOT_FOR_FLOWS = -2;
/** Instead of a flow: one is known, but the packet needs the graph; `found` is the flow. */
export const NOT_THIS_PACKET = -3;

/** Instead of an interface: the frame's destination MAC decides. */
export const BY_MAC = -1;
/** Instead of an interface: frames that the pass has nothing to do with. */
export const NO_INTERFACE = -2;

/** An interface that receives, and its MAC. */
export interface InterfaceMac {
  readonly high: number;
  readonly low: number;
  readonly swIfIndex: number;
  /** True where no other interface has it: frames are placed by it. */
  readonly places: boolean;
  /** ethernet-input compares the destination MACs of its frames. */
  readonly isChecked: boolean;
}

/** Interfaces by the index of a capture's; further ones are left to the graph. */
export const BINDING_LIMIT = 256;

export class FlowMatcher implements FlowKey {
  /** The packet looked at last, unless it was NOT_FOR_FLOWS: its key, and its flow or MISSING. */
  source = 0;
  destination = 0;
  ports = 0;
  protocolRx = 0;
  readonly addresses = new Int32Array(IP6_WORDS);
  found = MISSING;
  private readonly byMac = new FlowHashTable2();
  /** MACs by sw_if_index. */
  private readonly macHigh: Int32Array;
  private readonly macLow: Int32Array;
  /** 1 by sw_if_index where frames to other MACs are left to the graph. */
  private readonly isChecked: Uint8Array;
  /** What `takeTags` found: the interface that takes the frame. */
  private taker = NO_SUBINT;

  /** @param macs of interfaces that are up */
  constructor(
    private readonly table: FlowTable,
    macs: readonly InterfaceMac[],
    private readonly vlans: VlanTables,
  ) {
    const count = Math.max(0, ...macs.map(({ swIfIndex }) => swIfIndex + 1));
    this.macHigh = new Int32Array(count);
    this.macLow = new Int32Array(count);
    this.isChecked = new Uint8Array(count);
    for (const { high, low, swIfIndex, places, isChecked } of macs) {
      this.isChecked[swIfIndex] = isChecked ? 1 : 0;
      this.macHigh[swIfIndex] = high;
      this.macLow[swIfIndex] = low;
      if (places) this.byMac.set(high, low | 0, swIfIndex);
    }
  }

  /**
   * Writes the flows of frames [first, end) to `batch.flow`; negative where there is none.
   * @param bindings by capture interface: the sw_if_index, BY_MAC or NO_INTERFACE
   * @param size and
   * @param limit as FlowTable.find takes them
   */
  match(batch: FrameBatch, first: number, end: number, bindings: Int32Array, size: number, limit: number): void {
    const { flow } = batch;
    for (let i = first; i < end; i++) flow[i] = this.matchOne(batch, i, bindings, size, limit);
  }

  /** The flow of frame `i`, MISSING, NOT_FOR_FLOWS or NOT_THIS_PACKET. */
  matchOne(batch: FrameBatch, i: number, bindings: Int32Array, size: number, limit: number): number {
    const { view } = batch;
    const at = batch.offset[i];
    const length = batch.capturedLength[i];
    if (length < words.SHORTEST || length > LARGEST || batch.originalLength[i] > length) return NOT_FOR_FLOWS;
    const rx = this.interfaceOf(batch, i, bindings);
    if (rx < 0) return NOT_FOR_FLOWS;
    if (batch.hasDirections && batch.direction[i] === DIRECTION_OUTBOUND) return NOT_FOR_FLOWS;
    return this.matchFrame(view, at, length, rx, size, limit);
  }

  /** As matchOne, of a frame that is none of IPv4 without options. One with tags is looked at as if it began so much later. */
  private matchOther(view: DataView, at: number, length: number, rx: number, size: number, limit: number): number {
    if (ip6Words.isIp6(words.typeAndVersion(view, at))) return this.matchIp6(view, at, length, rx, size, limit);
    const tags = rx >>> TAGS_SHIFT === 0 ? this.takeTags(view, at, rx) : 0;
    if (tags === 0) return NOT_FOR_FLOWS;
    const bytes = tags * vlan.TAG_BYTES;
    return this.matchFrame(view, at + bytes, length - bytes, this.taker | (tags << TAGS_SHIFT), size, limit);
  }

  /**
   * As matchOne, of a frame without tags, or behind them. Where V8 inlines the look-up here and the rest of matchOne in `match`, a frame
   * takes one call.
   * @param rx interface, and above TAGS_SHIFT how many tags were taken
   */
  private matchFrame(view: DataView, at: number, length: number, rx: number, size: number, limit: number): number {
    const typeAndVersion = words.typeAndVersion(view, at);
    if (!words.isPlainIp4(typeAndVersion)) return this.matchOther(view, at, length, rx, size, limit);
    const lengthAndId = words.lengthAndId(view, at);
    const fragmentAndTtl = words.fragmentAndTtl(view, at);
    const totalLength = words.totalLengthOf(lengthAndId);
    const protocol = words.protocolOf(fragmentAndTtl);
    if (
      totalLength > length - ethernet.HEADER_BYTES ||
      words.isFragmentWord(fragmentAndTtl) ||
      words.ttlOf(fragmentAndTtl) < SAFE_TTL
    )
      return NOT_FOR_FLOWS;
    let tcpFlags = 0;
    if (protocol === ip4.PROTOCOL_TCP) {
      if (totalLength < TCP_BYTES) return NOT_FOR_FLOWS;
      tcpFlags = words.tcpFlags(view, at);
      if ((tcpFlags & tcp.SYN) !== 0) return NOT_FOR_FLOWS; // opens a flow, or has its MSS lowered
    } else if (protocol !== ip4.PROTOCOL_UDP || totalLength < words.SHORTEST - ethernet.HEADER_BYTES)
      return NOT_FOR_FLOWS;
    const source = (this.source = words.source(view, at));
    const destination = (this.destination = words.destination(view, at));
    const checksum = words.checksum(view, at);
    const headerSum = words.headerSum(typeAndVersion, lengthAndId, fragmentAndTtl);
    if (!words.hasGoodChecksum(headerSum, checksum, source, destination)) return NOT_FOR_FLOWS;
    const ports = (this.ports = words.ports(view, at));
    const protocolRx = (this.protocolRx = protocol | (rx << RX_SHIFT));
    const flow = (this.found = this.table.find(source, destination, ports, protocolRx, size, limit));
    if (flow < 0) return MISSING;
    const record = flow * FLOW_WORDS;
    const { words: records } = this.table;
    if (totalLength > records[record + field.MTU] || (tcpFlags & records[record + field.REFUSED_TCP_FLAGS]) !== 0)
      return NOT_THIS_PACKET;
    return flow;
  }

  /** As matchOne, of a frame of IPv6 that is whole. */
  private matchIp6(view: DataView, at: number, length: number, rx: number, size: number, limit: number): number {
    const payloadLength = ip6Words.payloadLength(view, at);
    const totalLength = payloadLength + ip6.HEADER_BYTES;
    if (
      payloadLength < UDP_BYTES ||
      totalLength > length - ethernet.HEADER_BYTES ||
      ip6Words.hopLimit(view, at) < SAFE_TTL
    )
      return NOT_FOR_FLOWS;
    const protocol = ip6Words.nextHeader(view, at);
    let ports = ip6Words.ports(view, at);
    let tcpFlags = 0;
    if (protocol === ip4.PROTOCOL_TCP) {
      if (payloadLength < tcp.HEADER_BYTES) return NOT_FOR_FLOWS;
      tcpFlags = ip6Words.tcpFlags(view, at);
      if ((tcpFlags & tcp.SYN) !== 0) return NOT_FOR_FLOWS;
    } else if (protocol === ip6.PROTOCOL_ICMP6) {
      const type = ports >>> 24;
      if (type !== icmp6.ECHO_REQUEST && type !== icmp6.ECHO_REPLY) return NOT_FOR_FLOWS;
      ports = (type << 16) | ((ports >>> 16) & 0xff);
    } else if (protocol !== ip4.PROTOCOL_UDP) return NOT_FOR_FLOWS;
    const { addresses, table } = this;
    ip6Words.readAddresses(view, at, addresses);
    if (ip6Words.isLinkLocalOrMulticast(addresses[0]) || ip6Words.isLinkLocalOrMulticast(addresses[4]))
      return NOT_FOR_FLOWS;
    this.ports = ports;
    const protocolRx = (this.protocolRx = protocol | FLOW_IS_IP6 | (rx << RX_SHIFT));
    const flow = (this.found = table.findIp6(addresses, ports, protocolRx, size, limit));
    if (flow < 0) return MISSING;
    const record = flow * FLOW_WORDS;
    const { words: records } = table;
    const refused = records[record + field.REFUSED_TCP_FLAGS];
    if (totalLength > records[record + field.MTU] || (tcpFlags & refused) !== 0) return NOT_THIS_PACKET;
    const isOtherLabel = ((refused >>> field.LABEL_SHIFT) & field.LABEL_MASK) !== ip6Words.flowLabel(view, at);
    if ((refused & field.FLOW_HAS_LABEL) !== 0 && isOtherLabel) return NOT_THIS_PACKET;
    return flow;
  }

  /** The interface that a frame came by, or NO_INTERFACE: also for one that the interface sent, or that is to another MAC than it takes. */
  interfaceOf(batch: FrameBatch, i: number, bindings: Int32Array): number {
    const binding = batch.interfaceIndex[i];
    const rx = binding < BINDING_LIMIT ? bindings[binding] : NO_INTERFACE;
    const { view } = batch;
    const at = batch.offset[i];
    if (rx === BY_MAC) return this.place(view, at);
    return rx < 0 || this.isSentOn(rx, view, at) || this.isToOther(rx, view, at) ? NO_INTERFACE : rx;
  }

  /** How many VLAN tags a frame has whose taker routes it, and is found; 0 where no flow can be known for it. */
  private takeTags(view: DataView, at: number, port: number): number {
    const type = ethernet.type(view, at);
    if (type !== ethernet.TYPE_VLAN && type !== ethernet.TYPE_DOT1AD) return 0;
    if (!this.isToOwnMac(port, view, at)) return 0; // ethernet-input may compare MACs of tagged frames alone
    const tag = at + ethernet.HEADER_BYTES;
    this.taker = this.vlans.identifyTagged(port, type === ethernet.TYPE_DOT1AD, view, tag);
    if (this.taker === NO_SUBINT || this.vlans.isL2(this.taker)) return 0;
    return vlan.type(view, tag) === ethernet.TYPE_VLAN ? 2 : 1;
  }

  /** True where the interface's own MAC is the source: such frames are no input. */
  private isSentOn(rx: number, view: DataView, at: number): boolean {
    return (ethernet.sourceLow(view, at) | 0) === this.macLow[rx] && ethernet.sourceHigh(view, at) === this.macHigh[rx];
  }

  /** True where only frames to the interface's own MAC take the quick way, and this is none. */
  private isToOther(rx: number, view: DataView, at: number): boolean {
    return this.isChecked[rx] === 1 && !this.isToOwnMac(rx, view, at);
  }

  private isToOwnMac(rx: number, view: DataView, at: number): boolean {
    return (
      (ethernet.destinationLow(view, at) | 0) === this.macLow[rx] &&
      ethernet.destinationHigh(view, at) === this.macHigh[rx]
    );
  }

  private place(view: DataView, at: number): number {
    const found = this.byMac.get(ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at) | 0);
    return found < 0 ? NO_INTERFACE : found;
  }
}
