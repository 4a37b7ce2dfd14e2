/**
 * On which VPP interface a captured frame arrived, where the capture does not say: by its destination MAC, which is the MAC of
 * the interface it was sent to; for group addresses by who sent it. A frame that fits none or several is not replayed, and
 * the reason is named.
 */

import type { Interface } from '../tables/interface-table.js';
import type { Tables } from '../tables/tables.js';
import * as arp from '../wire/arp.js';
import { formatMac, maskOf } from '../wire/address.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { FlowHashTable2 } from '../tables/flow-hash-table.js';
import type { MacAssignment } from './flow-cache/flow-match.js';

/** Placed on no interface. */
export const UNPLACED = -1;
/** In the tables: two interfaces have a claim. */
const AMBIGUOUS = 0x7fffffff;

/** So many reasons are kept, a power of two: as many pairs of hosts as talk at once where other hosts' frames are captured. */
const KEPT_REASONS = 256;

export class InterfaceAssignment {
  /** sw_if_index by own MAC, by a neighbour's MAC, and by a neighbour's address. */
  private readonly byMac = new FlowHashTable2();
  private readonly byNeighborMac = new FlowHashTable2();
  private readonly byNeighborAddress = new FlowHashTable2();
  /** What `explain` said last, by a hash of the MACs, and the MACs it said it for: making the words takes longer than a replay. */
  private readonly reasons = new Array<string>(KEPT_REASONS).fill('');
  private readonly reasonMacs = new Int32Array(KEPT_REASONS * 4);

  constructor(private readonly tables: Tables) {
    for (const { swIfIndex, mac, device } of tables.interfaces.all) {
      if (device === 'local' || device === 'loopback' || device === 'vxlan') continue; // nothing is captured on them
      claim(this.byMac, mac.high, mac.low | 0, swIfIndex);
    }
    for (const { swIfIndex, address, mac } of tables.ip4.neighbours.all()) {
      claim(this.byNeighborMac, mac.high, mac.low | 0, swIfIndex);
      claim(this.byNeighborAddress, address, 0, swIfIndex);
    }
  }

  /** The unicast MACs by which frames are placed, where one interface alone has them. */
  macs(): MacAssignment[] {
    const { all } = this.tables.interfaces;
    const isUnicast = ({ mac }: Interface): boolean => (mac.high & 0x0100) === 0;
    const isPlaced = ({ mac, swIfIndex }: Interface): boolean => this.byMac.get(mac.high, mac.low | 0) === swIfIndex;
    return all
      .filter((entry) => isUnicast(entry) && isPlaced(entry))
      .map(({ mac, swIfIndex }) => ({ high: mac.high, low: mac.low, swIfIndex }));
  }

  /** The sw_if_index for the Ethernet frame at [at, at + length), or UNPLACED. */
  place(view: DataView, at: number, length: number): number {
    if (length < ethernet.HEADER_BYTES) return UNPLACED;
    const found = ethernet.isMulticast(view, at)
      ? this.placeBySender(view, at, length)
      : this.byMac.get(ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at) | 0);
    return found === AMBIGUOUS ? UNPLACED : found;
  }

  /** The sw_if_index a sender's IPv4 address belongs to, for frames that came without MACs, or UNPLACED. */
  placeByAddress(address: number): number {
    const neighbor = this.byNeighborAddress.get(address, 0);
    if (neighbor !== UNPLACED) return neighbor === AMBIGUOUS ? UNPLACED : neighbor;
    const attached = this.tables.interfaces.all.filter(({ addresses }) =>
      addresses.some((own) => ((own.address ^ address) & maskOf(own.prefixLength)) === 0),
    );
    return attached.length === 1 ? attached[0].swIfIndex : UNPLACED;
  }

  /** Why `place` found nothing, in words for the summary. */
  explain(view: DataView, at: number, length: number): string {
    if (length < ethernet.HEADER_BYTES) return 'shorter than an Ethernet header';
    const { reasons, reasonMacs } = this;
    const destinationHigh = ethernet.destinationHigh(view, at);
    const destinationLow = ethernet.destinationLow(view, at) | 0;
    const sourceHigh = ethernet.sourceHigh(view, at);
    const sourceLow = ethernet.sourceLow(view, at) | 0;
    const slot = (destinationHigh ^ destinationLow ^ Math.imul(sourceHigh ^ sourceLow, 5)) & (KEPT_REASONS - 1);
    const at4 = slot * 4;
    if (
      reasons[slot] !== '' &&
      reasonMacs[at4] === destinationHigh &&
      reasonMacs[at4 + 1] === destinationLow &&
      reasonMacs[at4 + 2] === sourceHigh &&
      reasonMacs[at4 + 3] === sourceLow
    )
      return reasons[slot];
    reasonMacs[at4] = destinationHigh;
    reasonMacs[at4 + 1] = destinationLow;
    reasonMacs[at4 + 2] = sourceHigh;
    reasonMacs[at4 + 3] = sourceLow;
    reasons[slot] = this.reasonFor(view, at);
    return reasons[slot];
  }

  private reasonFor(view: DataView, at: number): string {
    const destination = formatMac({ high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) });
    const source = { high: ethernet.sourceHigh(view, at), low: ethernet.sourceLow(view, at) };
    const sender = this.byMac.get(source.high, source.low | 0);
    if (sender !== UNPLACED && sender !== AMBIGUOUS)
      return `sent by the node itself (source MAC is that of ${this.tables.interfaces.all[sender].name})`;
    if (ethernet.isMulticast(view, at))
      return `group address ${destination} from an unknown sender ${formatMac(source)}`;
    return this.byMac.get(ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at) | 0) === AMBIGUOUS
      ? `destination MAC ${destination} belongs to several interfaces; name one with INTERFACE=FILE`
      : `destination MAC ${destination} is that of no interface`;
  }

  private placeBySender(view: DataView, at: number, length: number): number {
    const byMac = this.byNeighborMac.get(ethernet.sourceHigh(view, at), ethernet.sourceLow(view, at) | 0);
    if (byMac !== UNPLACED && byMac !== AMBIGUOUS) return byMac;
    const l3 = at + ethernet.HEADER_BYTES;
    const type = ethernet.type(view, at);
    if (type === ethernet.TYPE_ARP && length >= ethernet.HEADER_BYTES + arp.MESSAGE_BYTES)
      return this.placeByAddress(arp.senderAddress(view, l3));
    if (type === ethernet.TYPE_IP4 && length >= ethernet.HEADER_BYTES + ip4.HEADER_BYTES)
      return this.placeByAddress(ip4.source(view, l3));
    return UNPLACED;
  }
}

function claim(table: FlowHashTable2, k0: number, k1: number, swIfIndex: number): void {
  const claimed = table.get(k0, k1);
  table.set(k0, k1, claimed === UNPLACED || claimed === swIfIndex ? swIfIndex : AMBIGUOUS);
}
