/** The keys of packets, in their columns: made once somebody asks, of as many bytes as all packets have that were seen. */

import { exactKey, keyInLane, withPort } from './exact-key.js';
import type { Lane } from '../match/lanes.js';
import { Key, type PacketColumns } from './packet-columns.js';
import { WHOLE, type FormOptions } from './packet-form.js';
import { PacketKey } from './packet-key.js';

/** Packets that were cut to less than this are found by their place, not by their hash. */
const SHORTEST_PREFIX = 64;
/** See PacketColumns. */
const PORTS_ELSEWHERE = 2;

export class PacketKeys {
  /** Bytes of a packet that keys are made of: as few as the shortest packet that was cut. */
  prefix = WHOLE;
  private readonly key: PacketKey;

  constructor(options: FormOptions) {
    this.key = new PacketKey(options);
  }

  /** Makes the keys of a packet. True where it turned out to be cut shorter than keys allow for: then all keys are void. */
  make(packets: PacketColumns, i: number, lane: Lane): boolean {
    this.key.make(packets, i, lane.rules, this.prefix);
    return this.take(packets, i, lane);
  }

  /** The same for a packet with the headers, addresses and ports of the one before: half the work. */
  makeLike(packets: PacketColumns, i: number, lane: Lane): boolean {
    this.key.makeLike(packets, i, lane.rules, this.prefix);
    return this.take(packets, i, lane);
  }

  private take(packets: PacketColumns, i: number, { index }: Lane): boolean {
    const { key } = this;
    const captured = packets.capturedLength[i];
    const isCutShort = captured < key.contentLength && captured < this.prefix;
    const prefix = isCutShort ? Math.max(SHORTEST_PREFIX, captured) : this.prefix;
    const isShorter = prefix < this.prefix;
    this.prefix = prefix;
    const isStub =
      (isCutShort && captured < prefix) || (captured < key.contentLength && key.hasUnknownChecksum(packets, i));
    packets.hasKey[i] = isStub ? Key.OfStub : Key.Decisive;
    packets.keyHigh[i] = key.high;
    packets.keyLow[i] = key.low;
    packets.exactKey[i] = this.exactKeyOf(key, index);
    packets.portCount[i] = key.portCount > 0 && !key.isPlain ? PORTS_ELSEWHERE : key.portCount;
    packets.boundAddress[i] = key.portAddress;
    packets.boundPort[i] = key.boundPort;
    return isShorter;
  }

  /** A hash of all that is compared of a packet, ports included, below 2^53. */
  ofAll(packets: PacketColumns, i: number, { index, rules }: Lane): number {
    const { key } = this;
    key.make(packets, i, rules, WHOLE);
    return (key.high >>> 0) * 0x200000 + (this.exactKeyOf(key, index) >>> 11);
  }

  private exactKeyOf({ high, low, isPlain, portCount, boundPort, slots }: PacketKey, lane: number): number {
    if (!isPlain) return exactKey(high, low, lane, slots, slots.port);
    const key = keyInLane(high, low, lane);
    return portCount === 0 ? key : withPort(key, boundPort & 0xffff);
  }
}
