/** Whether two IPv4 packets may be one and the same, by what NAT, routing and the TTL leave alone and was captured of both. */

import { isIcmpError } from '../pipeline/nat-common/icmp-error.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';

/** Bytes of payload that are looked at. */
export const PAYLOAD_BYTES = 32;

/** Where a packet's IPv4 header is, and where what was captured of it ends. */
export interface Place {
  readonly view: DataView;
  readonly l3: number;
  readonly end: number;
}

/** Bytes behind the IP header: of TCP up to its window, of UDP the length, of ICMP the sequence number. */
const KEPT: Readonly<Record<number, readonly [from: number, to: number] | undefined>> = {
  [ip4.PROTOCOL_TCP]: [4, 16],
  [ip4.PROTOCOL_UDP]: [4, udp.CHECKSUM],
  [ip4.PROTOCOL_ICMP]: [6, icmp4.HEADER_BYTES],
};
/** Of an ICMP error: total length and IP id of what it quotes. */
const QUOTED = [icmp4.HEADER_BYTES + 2, icmp4.HEADER_BYTES + 6] as const;

/** An ICMP error and the packet that it is about may be alike in anything. */
export const haveSameHeaders = (a: Place, b: Place): boolean => {
  if (isError(a) !== isError(b)) return true;
  const [from, to] = isError(a) ? QUOTED : (KEPT[ip4.protocol(a.view, a.l3)] ?? [0, 0]);
  return isLaterFragment(a) || areEqual(a, l4Of(a) + from, b, l4Of(b) + from, to - from);
};

export const haveSamePayload = (a: Place, b: Place): boolean =>
  isError(a) || isError(b) || areEqual(a, payloadOf(a), b, payloadOf(b), PAYLOAD_BYTES);

/** False where the TTL is not what a node leaves of it; what a node answers has its own. */
export const isOneHopFrom = (a: Place, b: Place): boolean => {
  const hops = ip4.ttl(b.view, b.l3) - ip4.ttl(a.view, a.l3);
  return icmpType(a) !== icmpType(b) || (hops >= 0 && hops <= 2);
};

const isLaterFragment = ({ view, l3 }: Place): boolean => ip4.fragmentOffset(view, l3) !== 0;
const l4Of = ({ view, l3 }: Place): number => l3 + ip4.headerLength(view, l3);

/** -1 for what is no ICMP, or was cut off before. */
function icmpType(place: Place): number {
  const { view, l3, end } = place;
  const isIcmp = ip4.protocol(view, l3) === ip4.PROTOCOL_ICMP && !isLaterFragment(place) && l4Of(place) < end;
  return isIcmp ? icmp4.type(view, l4Of(place)) : -1;
}

const isError = (place: Place): boolean => isIcmpError(icmpType(place));

function payloadOf(place: Place): number {
  const { view, l3, end } = place;
  const l4 = l4Of(place);
  if (isLaterFragment(place)) return l4;
  switch (ip4.protocol(view, l3)) {
    case ip4.PROTOCOL_TCP:
      return l4 + tcp.HEADER_BYTES <= end ? l4 + tcp.headerLength(view, l4) : end;
    case ip4.PROTOCOL_UDP:
    case ip4.PROTOCOL_ICMP:
      return l4 + udp.HEADER_BYTES;
    default:
      return l4;
  }
}

function areEqual(a: Place, aFrom: number, b: Place, bFrom: number, length: number): boolean {
  const both = Math.min(length, a.end - aFrom, b.end - bFrom);
  for (let i = 0; i < both; i++) if (a.view.getUint8(aFrom + i) !== b.view.getUint8(bFrom + i)) return false;
  return true;
}
