/**
 * On which VPP interface a captured frame arrived, where the capture does not say: by its destination MAC, which is the MAC of
 * the interface it was sent to; for group addresses, and where there is no destination MAC, by who sent it. A frame that the
 * node itself sent has not arrived anywhere. A frame that fits no interface or several is not replayed, and the reason is named.
 */

import type { Interface, InterfaceTable } from '../pipeline/engine/state/interface-table.js';
import type { Tables } from '../pipeline/engine/tables.js';
import * as arp from '../wire/arp.js';
import { formatAddress, formatMac, maskOf, type MacAddress } from '../wire/address.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import * as vlan from '../wire/vlan.js';
import { FlowHashTable2, FlowHashTable4 } from '../pipeline/engine/state/flow-hash-table.js';
import { comparesIp4Macs } from '../pipeline/ethernet/mac-check.js';
import type { InterfaceMac } from '../pipeline/flow-cache/flow-match.js';
import { SENT_BY_NODE, type Reason } from './not-replayed.js';

export const UNPLACED = -1;

/** So many reasons are kept: as many pairs of hosts as talk at once where other hosts' frames are captured. */
const KEPT_REASONS = 256;

const TOO_SHORT: Reason = { kind: 'unreadable', text: 'shorter than an Ethernet header' };

/** The interface that receives what is captured on the named one: of a bond's members, the bond (bond-input). */
export function receivingInterface(interfaces: InterfaceTable, name: string): Interface | undefined {
  const named = interfaces.byName(name);
  return named === undefined || named.bondedTo < 0 ? named : interfaces.all[named.bondedTo];
}

export class InterfaceAssignment {
  /** Interfaces that frames may be captured on: nothing is captured on others. */
  private readonly captured: readonly Interface[];
  /** In the tables below, instead of a sw_if_index: several interfaces have a claim. No interface has that index. */
  private readonly several: number;
  /** sw_if_index by own MAC, by a neighbour's MAC, and by a neighbour's address. */
  private readonly byMac = new FlowHashTable2();
  private readonly byNeighborMac = new FlowHashTable2();
  private readonly byNeighborAddress = new FlowHashTable2();
  /** Whose the node's own addresses are, for people. */
  private readonly ownAddresses = new Map<number, string>();
  /** By sw_if_index: that the source MAC is the interface's own. */
  private readonly ownMacReasons: readonly Reason[];
  /** What `explain` said, and where by the MACs: making the words takes longer than a replay. */
  private reasons: Reason[] = [];
  private reasonByMacs = new FlowHashTable4();

  constructor(private readonly tables: Tables) {
    const { all, portOf } = tables.interfaces;
    this.several = all.length;
    this.captured = all.filter(mayBeCaptured);
    this.ownMacReasons = all.map(({ name }) => sent(`source MAC is that of ${name}`));
    for (const { swIfIndex, mac } of this.captured) this.claim(this.byMac, mac.high, mac.low | 0, swIfIndex);
    for (const { swIfIndex, address, mac } of tables.ip4.neighbours.all()) {
      const port = portOf[swIfIndex];
      if (!mayBeCaptured(all[port])) continue;
      this.claim(this.byNeighborMac, mac.high, mac.low | 0, port);
      this.claim(this.byNeighborAddress, address, 0, port);
    }
    const { pool, twicePool, mappings } = tables.nat44;
    const external = mappings.pool.values().filter(({ isIdentity }) => !isIdentity);
    for (const { externalAddress } of external) this.ownAddresses.set(externalAddress, 'NAT44');
    for (const { address } of [...pool.addresses, ...twicePool.addresses]) this.ownAddresses.set(address, 'NAT44');
    for (const { name, addresses } of all) for (const { address } of addresses) this.ownAddresses.set(address, name);
  }

  /** The MACs of interfaces; frames are placed by those that one interface alone has. */
  macs(): InterfaceMac[] {
    return this.captured.map(({ mac, swIfIndex }) => ({
      high: mac.high,
      low: mac.low,
      swIfIndex,
      places: this.byMac.get(mac.high, mac.low | 0) === swIfIndex,
      isChecked: comparesIp4Macs(this.tables, swIfIndex),
    }));
  }

  /**
   * The sw_if_index for the Ethernet frame at [at, at + length), or UNPLACED.
   * @param isInbound the capture says that it arrived: who sent it cannot have been the node
   */
  place(view: DataView, at: number, length: number, isInbound: boolean): number {
    if (length < ethernet.HEADER_BYTES) return UNPLACED;
    const byDestination = this.byMac.get(ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at) | 0);
    if (byDestination === this.several) return this.placeAmongSharers(view, at, length);
    if (byDestination !== UNPLACED || !ethernet.isMulticast(view, at)) return byDestination;
    return isInbound || this.senderItself(view, at, length) === null ? this.placeBySender(view, at, length) : UNPLACED;
  }

  /**
   * The sw_if_index that the frame's sender is behind, or UNPLACED: by its MAC where one interface alone has a neighbour with
   * it, else by its IPv4 or ARP address. A source MAC of 0 stands for none.
   */
  placeBySender(view: DataView, at: number, length: number): number {
    const byMac = this.neighborOf(view, at);
    if (byMac !== UNPLACED && byMac !== this.several) return byMac;
    const address = senderAddress(view, at, length);
    const byAddress = address === null ? UNPLACED : this.interfaceOf(address);
    return byAddress === this.several ? UNPLACED : byAddress;
  }

  /** The interface that the node sent the frame by, as far as its source MAC or, where there is none, its address tells; or UNPLACED. */
  sentBy(view: DataView, at: number, length: number): number {
    const byMac = this.ownerOfSource(view, at);
    if (byMac !== UNPLACED) return byMac === this.several ? UNPLACED : byMac;
    const address = senderAddress(view, at, length);
    if (address === null) return UNPLACED;
    const own = this.portsWith(({ addresses }) => addresses.some((each) => each.address === address));
    return own.length === 1 ? own[0] : UNPLACED;
  }

  /** True for the MAC of an interface on which nothing is captured: a BVI's. */
  isInside(high: number, low: number): boolean {
    return this.tables.interfaces.all.some(
      ({ device, mac }) => device === 'loopback' && mac.high === high && mac.low === low,
    );
  }

  /** Why the frame was sent by the node itself: its source MAC or, where that tells nothing, its sender's address; null where it was not. */
  senderItself(view: DataView, at: number, length: number): Reason | null {
    if (this.ownerOfSource(view, at) !== UNPLACED) return this.ownSource(view, at);
    if (this.neighborOf(view, at) !== UNPLACED) return null;
    const address = senderAddress(view, at, length);
    const owner = address === null ? undefined : this.ownAddresses.get(address);
    return owner === undefined ? null : sent(`source address ${formatAddress(address ?? 0)} is that of ${owner}`);
  }

  /** Why a frame that was captured on this interface was sent by it: the source MAC is its own; null where it is not. */
  sentOn(swIfIndex: number, view: DataView, at: number, length: number): Reason | null {
    if (length < ethernet.HEADER_BYTES) return null;
    return ethernet.isFrom(view, at, this.tables.interfaces.all[swIfIndex].mac) ? this.ownMacReasons[swIfIndex] : null;
  }

  /** Why `place` found nothing. */
  explain(view: DataView, at: number, length: number, isInbound: boolean): Reason {
    if (length < ethernet.HEADER_BYTES) return TOO_SHORT;
    // For group addresses more than the MACs decides; such frames are few.
    if (ethernet.isMulticast(view, at)) return this.explainGroup(view, at, length, isInbound);
    // Above its 16 bits: what is marked inbound has reasons of its own.
    const destinationHigh = ethernet.destinationHigh(view, at) | (isInbound ? 0x10000 : 0);
    const destinationLow = ethernet.destinationLow(view, at) | 0;
    const sourceHigh = ethernet.sourceHigh(view, at);
    const sourceLow = ethernet.sourceLow(view, at) | 0;
    const known = this.reasonByMacs.get(destinationHigh, destinationLow, sourceHigh, sourceLow);
    if (known >= 0) return this.reasons[known];
    if (this.reasons.length === KEPT_REASONS) {
      this.reasons = [];
      this.reasonByMacs = new FlowHashTable4();
    }
    const reason = this.explainUnicast(view, at, isInbound);
    this.reasonByMacs.set(destinationHigh, destinationLow, sourceHigh, sourceLow, this.reasons.push(reason) - 1);
    return reason;
  }

  /** Why `placeBySender` found nothing. */
  explainSender(view: DataView, at: number, length: number): Reason {
    const source = sourceMac(view, at);
    const hasMac = source.high !== 0 || source.low !== 0;
    const address = senderAddress(view, at, length);
    const shared =
      address !== null && this.interfaceOf(address) === this.several
        ? formatAddress(address)
        : this.neighborOf(view, at) === this.several
          ? formatMac(source)
          : null;
    if (shared !== null)
      return {
        kind: 'several',
        text: `no destination MAC, and the sender ${shared} belongs to several interfaces; name one with INTERFACE=FILE`,
      };
    const who = hasMac ? `no destination MAC and an unknown sender ${formatMac(source)}` : NO_MAC;
    return { kind: 'unknown', text: `${who}; name the interface with INTERFACE=FILE` };
  }

  private explainUnicast(view: DataView, at: number, isInbound: boolean): Reason {
    if (!isInbound && this.ownerOfSource(view, at) !== UNPLACED) return this.ownSource(view, at);
    const destination = { high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) };
    return this.byMac.get(destination.high, destination.low | 0) === this.several
      ? severalReason(`destination MAC ${formatMac(destination)} belongs`)
      : { kind: 'otherHost', text: `destination MAC ${formatMac(destination)} is that of no interface` };
  }

  private explainGroup(view: DataView, at: number, length: number, isInbound: boolean): Reason {
    const own = isInbound ? null : this.senderItself(view, at, length);
    if (own !== null) return own;
    const destination = formatMac({ high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) });
    const source = formatMac(sourceMac(view, at));
    const address = senderAddress(view, at, length);
    if (this.neighborOf(view, at) === this.several)
      return severalReason(`group address ${destination} from ${source}, which belongs`);
    if (address !== null && this.interfaceOf(address) === this.several)
      return severalReason(
        `group address ${destination} from ${source}, whose address ${formatAddress(address)} belongs`,
      );
    return { kind: 'otherHost', text: `group address ${destination} from an unknown sender ${source}` };
  }

  /**
   * A frame for a MAC that several interfaces share: its sender's MAC decides, or the sender's address of an ARP message, which
   * no router passes on. The source address of an IPv4 packet does not: it may have come from anywhere through a router.
   */
  private placeAmongSharers(view: DataView, at: number, length: number): number {
    const high = ethernet.destinationHigh(view, at);
    const low = ethernet.destinationLow(view, at);
    const address = ethernet.type(view, at) === ethernet.TYPE_ARP ? senderAddress(view, at, length) : null;
    const byMac = this.neighborOf(view, at);
    const isUnique = byMac !== UNPLACED && byMac !== this.several;
    const found = isUnique || address === null ? byMac : this.interfaceOf(address);
    const isSharer = this.captured.some(
      ({ swIfIndex, mac }) => swIfIndex === found && mac.high === high && mac.low === low,
    );
    return isSharer ? found : UNPLACED;
  }

  /** The interface that has a neighbour with the frame's source MAC; `several`, or UNPLACED. */
  private neighborOf(view: DataView, at: number): number {
    return this.byNeighborMac.get(ethernet.sourceHigh(view, at), ethernet.sourceLow(view, at) | 0);
  }

  /** The interface that an IPv4 address is behind, as a neighbour or else in an attached prefix; `several`, or UNPLACED. */
  private interfaceOf(address: number): number {
    const neighbor = this.byNeighborAddress.get(address, 0);
    if (neighbor !== UNPLACED) return neighbor;
    const attached = this.portsWith((entry) =>
      this.addressesOf(entry).some((own) => ((own.address ^ address) & maskOf(own.prefixLength)) === 0),
    );
    return attached.length > 1 ? this.several : (attached.at(0) ?? UNPLACED);
  }

  /** sw_if_indices of interfaces that frames may be captured on, with such addresses as they or their sub-interfaces have. */
  private portsWith(isSuch: (entry: Interface) => boolean): number[] {
    const { all, portOf } = this.tables.interfaces;
    const ports = new Set(all.filter(isSuch).map(({ swIfIndex }) => portOf[swIfIndex]));
    return this.captured.map(({ swIfIndex }) => swIfIndex).filter((port) => ports.has(port));
  }

  /** Its own, or those that it borrows. */
  private addressesOf({ addresses, unnumberedTo }: Interface): Interface['addresses'] {
    return unnumberedTo === -1 ? addresses : this.tables.interfaces.all[unnumberedTo].addresses;
  }

  /** The interface that has the frame's source MAC itself; `several`, or UNPLACED. */
  private ownerOfSource(view: DataView, at: number): number {
    return this.byMac.get(ethernet.sourceHigh(view, at), ethernet.sourceLow(view, at) | 0);
  }

  /** That the source MAC is that of these interfaces. */
  private ownSource(view: DataView, at: number): Reason {
    const { high, low } = sourceMac(view, at);
    const owners = this.captured.filter(({ mac }) => mac.high === high && mac.low === low);
    return owners.length === 1
      ? this.ownMacReasons[owners[0].swIfIndex]
      : sent(`source MAC is that of ${owners.map(({ name }) => name).join(' and ')}`);
  }

  private claim(table: FlowHashTable2, k0: number, k1: number, swIfIndex: number): void {
    const claimed = table.get(k0, k1);
    table.set(k0, k1, claimed === UNPLACED || claimed === swIfIndex ? swIfIndex : this.several);
  }
}

/** Devices that nothing is captured on: frames of sub-interfaces are on their port. */
const NOT_CAPTURED: ReadonlySet<string> = new Set(['local', 'loopback', 'vxlan', 'sub-interface']);

export const mayBeCaptured = ({ device, bondedTo }: Interface): boolean => bondedTo < 0 && !NOT_CAPTURED.has(device);

const NO_MAC = 'no MAC address and an unknown sender';

const sent = (how: string): Reason => ({ kind: 'sent', text: `${SENT_BY_NODE} (${how})` });

const severalReason = (whatBelongs: string): Reason => ({
  kind: 'several',
  text: `${whatBelongs} to several interfaces; name one with INTERFACE=FILE`,
});

const sourceMac = (view: DataView, at: number): MacAddress => ({
  high: ethernet.sourceHigh(view, at),
  low: ethernet.sourceLow(view, at),
});

/** The IPv4 address of the frame's sender, from an ARP message or an IPv4 header behind any tags; null where it has neither. */
function senderAddress(view: DataView, at: number, length: number): number | null {
  const headerBytes = length < LONGEST_HEADER ? ethernet.HEADER_BYTES : ethernet.taggedHeaderLength(view, at);
  const type = view.getUint16(at + headerBytes - 2);
  if (type === ethernet.TYPE_ARP && length >= headerBytes + arp.MESSAGE_BYTES)
    return arp.senderAddress(view, at + headerBytes);
  if (type !== ethernet.TYPE_IP4 || length < headerBytes + ip4.HEADER_BYTES) return null;
  return ip4.source(view, at + headerBytes);
}

/** With two tags. */
const LONGEST_HEADER = ethernet.HEADER_BYTES + 2 * vlan.TAG_BYTES;
