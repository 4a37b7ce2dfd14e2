/** Numbers the flows: frames of one direction of a connection, by interface. What became of a flow's last frames stands beside its number. */

import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as ip6 from '../wire/ip6.js';
import { FlowHashTable2, mix } from '../pipeline/engine/state/flow-hash-table.js';
import { grown } from '../pipeline/engine/state/grown.js';
import { isIcmpError } from '../pipeline/nat-common/icmp-error.js';
import type { PacketCopy } from './packet-copy.js';

const TAG_TYPES: readonly number[] = [0x8100, 0x88a8];
const TAG_BYTES = 4;

export class FlowNumbers {
  count = 0;
  /** By number: 1 + the group that its last frame is of; 0 for none. */
  groups = new Int32Array(1024);
  /** By number: how it differed (signOf). */
  signs = new Int32Array(1024);
  private readonly table = new FlowHashTable2();
  private first = 0;
  private second = 0;

  /** The number of an Ethernet frame's flow. */
  of(frame: PacketCopy, swIfIndex: number): number {
    this.first = swIfIndex;
    this.second = 0x5bd1e995;
    this.read(frame);
    const known = this.table.get(this.first, this.second);
    if (known >= 0) return known;
    const number = this.count++;
    this.table.set(this.first, this.second, number);
    if (number >= this.groups.length) {
      this.groups = grown(this.groups, 2 * number);
      this.signs = grown(this.signs, 2 * number);
    }
    return number;
  }

  private read({ view, length }: PacketCopy): void {
    if (length < ethernet.HEADER_BYTES) return;
    let at = ethernet.HEADER_BYTES - 2;
    while (at + TAG_BYTES + 2 <= length && TAG_TYPES.includes(view.getUint16(at))) {
      this.add(view.getUint16(at + 2));
      at += TAG_BYTES;
    }
    const type = view.getUint16(at);
    const l3 = at + 2;
    if (type === ethernet.TYPE_IP4 && l3 + ip4.HEADER_BYTES <= length) this.readIp4(view, l3, length);
    else if (type === ethernet.TYPE_IP6 && l3 + ip6.HEADER_BYTES <= length) this.readIp6(view, l3, length);
    else for (let word = 0; word + 4 <= ethernet.HEADER_BYTES; word += 4) this.add(view.getInt32(word));
  }

  private readIp4(view: DataView, l3: number, length: number): void {
    const protocol = ip4.protocol(view, l3);
    this.add(ip4.source(view, l3));
    this.add(ip4.destination(view, l3));
    this.add(protocol);
    if (ip4.fragmentOffset(view, l3) === 0) this.readL4(view, l3 + ip4.headerLength(view, l3), protocol, length);
  }

  private readIp6(view: DataView, l3: number, length: number): void {
    for (let at = l3 + ip6.SOURCE; at < l3 + ip6.HEADER_BYTES; at += 4) this.add(view.getInt32(at));
    const protocol = view.getUint8(l3 + ip6.NEXT_HEADER);
    this.add(protocol);
    this.readL4(view, l3 + ip6.HEADER_BYTES, protocol, length);
  }

  private readL4(view: DataView, l4: number, protocol: number, length: number): void {
    if (l4 + 8 > length) return;
    if (protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP) this.add(view.getInt32(l4));
    else if (protocol === ip4.PROTOCOL_ICMP)
      this.add(isIcmpError(icmp4.type(view, l4)) ? -1 : icmp4.identifier(view, l4));
  }

  private add(word: number): void {
    this.first = mix(this.first, word);
    this.second = mix(Math.imul(this.second, 0x2c1b3c6d), word);
  }
}
