/** What the slow paths of both directions ask of a packet. */

import * as ip4 from '../../wire/ip4.js';
import { isIcmpChecksumGood, noteIcmpChecksum } from '../nat-common/icmp-rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { EdWork } from './ed-work.js';

const PROTOCOL_ICMP6 = 58;

/** nat44_ed_is_unk_proto */
export const isUnknownProtocol = (protocol: number): boolean =>
  protocol !== ip4.PROTOCOL_TCP &&
  protocol !== ip4.PROTOCOL_UDP &&
  protocol !== ip4.PROTOCOL_ICMP &&
  protocol !== PROTOCOL_ICMP6;

/** False for an ICMP message whose checksum is wrong, with the cause left in it. */
export function isIcmpSumGood({ nat, cause, isIn2out }: EdWork, b: PacketBuffer, l3: number): boolean {
  const p = nat.packet;
  p.begin(b, l3, 0, isIn2out, true);
  if (isIcmpChecksumGood(p)) return true;
  noteIcmpChecksum(p, cause.BAD_ICMP_CHECKSUM);
  return false;
}
