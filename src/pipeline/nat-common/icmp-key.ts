/**
 * What NAT44 looks an ICMP message up by: the echo identifier, or for an error the address and port of the packet it
 * quotes (VPP 19.08 src/plugins/nat/in2out.c and out2in.c icmp_get_key).
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_UNKNOWN, natProtocolOf } from './state/session-key.js';
import type { Side } from './rewrite.js';

/** Deprecated by RFC 6918; VPP counts it as an error. */
const ALTERNATE_HOST_ADDRESS = 6;

/** icmp_is_error_message */
export function isIcmpError(type: number): boolean {
  return (
    type === icmp4.DESTINATION_UNREACHABLE ||
    type === icmp4.TIME_EXCEEDED ||
    type === icmp4.PARAMETER_PROBLEM ||
    type === icmp4.SOURCE_QUENCH ||
    type === icmp4.REDIRECT ||
    type === ALTERNATE_HOST_ADDRESS
  );
}

/** Position of the IP header that an ICMP error quotes. */
export const quotedHeader = (l4: number): number => l4 + icmp4.HEADER_BYTES;

/** NAT protocol of the key: ICMP, or for an error that of the quoted packet. */
export function icmpKeyProtocol(view: DataView, l4: number): number {
  if (!isIcmpError(icmp4.type(view, l4))) return NAT_ICMP;
  return natProtocolOf(ip4.protocol(view, quotedHeader(l4)));
}

/** Address of the key: of `side`, or for an error of the quoted packet's `quotedSide`. */
export function icmpKeyAddress(view: DataView, l3: number, l4: number, side: Side, quotedSide: Side): number {
  if (!isIcmpError(icmp4.type(view, l4))) return view.getInt32(l3 + side.address);
  return view.getInt32(quotedHeader(l4) + quotedSide.address);
}

/** Port of the key: the identifier, of the quoted packet for an error about a query; else the quoted packet's port. */
export function icmpKeyPort(view: DataView, l4: number, quotedSide: Side): number {
  if (!isIcmpError(icmp4.type(view, l4))) return icmp4.identifier(view, l4);
  const inner = quotedHeader(l4);
  const innerL4 = inner + ip4.headerLength(view, inner);
  const protocol = natProtocolOf(ip4.protocol(view, inner));
  if (protocol === NAT_UNKNOWN) return 0;
  return protocol === NAT_ICMP ? icmp4.identifier(view, innerL4) : view.getUint16(innerL4 + quotedSide.port);
}
