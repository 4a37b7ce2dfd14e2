/** Which ICMP messages quote a packet, and where (RFC 792). */

import * as icmp4 from '../../wire/icmp4.js';

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

/** Echo, and what quotes a packet: the messages that can belong to a session. */
export const hasSession = (type: number): boolean =>
  type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY || isIcmpError(type);

/** Position of the IP header that an ICMP error quotes. */
export const quotedHeader = (l4: number): number => l4 + icmp4.HEADER_BYTES;
