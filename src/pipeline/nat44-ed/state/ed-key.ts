/**
 * nat_ed_ses_key_t as four words for FlowHashTable4 (VPP 19.08 src/plugins/nat/nat.h): local address, remote address,
 * and the two words below. "Local" is the translated side: inside in in2out, outside in out2in.
 *
 *     31                        8 7           0     31          16 15           0
 *     +--------------------------+-------------+    +-------------+-------------+
 *     |         FIB index        | IP protocol |    | remote port |  local port |
 *     +--------------------------+-------------+    +-------------+-------------+
 */

import { keyProtocol, packKey } from '../../nat-common/state/session-key.js';

const FIB_SHIFT = 8;

export const edProtocolWord = (ipProtocol: number, fibIndex: number): number => ipProtocol | (fibIndex << FIB_SHIFT);

export const edPortsWord = (localPort: number, remotePort: number): number => localPort | (remotePort << 16);

/**
 * The key word (session-key.ts) of an end of a session of a protocol without ports: the protocol is kept as port, NAT's protocol number
 * as it was in the word before.
 */
export const unknownWord = (ipProtocol: number, before: number, fibIndex: number): number =>
  packKey(ipProtocol, keyProtocol(before), fibIndex);
