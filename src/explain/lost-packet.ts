/** A packet that a frame gave rise to and that did not leave, for an explanation. */

import type { Dataplane } from '../dataplane/dataplane.js';
import { causeOf, endedIp4At, isMadeError, lostKind } from '../outcome/frame-end.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { formatAddress } from '../wire/address.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import { ip4PacketWords, packetWords } from './packet-words.js';
import type { Advice } from '../pipeline/remedy.js';
import { adviceFor } from './remedies.js';

export interface LostPacket {
  /** 'ICMP error', 'ARP request', 'fragment', 'copy'. */
  readonly kind: string;
  readonly packet: string;
  readonly outcome: 'dropped' | 'punted';
  readonly cause: string;
  /** What VPP counts it under. */
  readonly vppReason: string;
  readonly advice: Advice | null;
  /** Of an ICMP error: what it means that it is lost. */
  readonly consequence: string | null;
}

/** @param sender source address of the received packet; null where it is not IPv4 */
export function lostPacket(b: PacketBuffer, isPunt: boolean, dataplane: Dataplane, sender: number | null): LostPacket {
  const { view, at, length, cutBytes } = b;
  const l3 = endedIp4At(b);
  const errorTo = isMadeError(b, l3) && sender !== null ? ip4.destination(view, l3) : null;
  const isTooLarge = errorTo !== null && isFragmentationNeeded(view, l3);
  return {
    kind: lostKind(b),
    packet:
      l3 === at
        ? ip4PacketWords(view, at, length, length + cutBytes)
        : packetWords(view, at, length, length + cutBytes),
    outcome: isPunt ? 'punted' : 'dropped',
    cause: causeOf(b, dataplane),
    vppReason: dataplane.graph.errors.names[b.error],
    advice:
      errorTo === null || errorTo === sender ? adviceFor(b, dataplane) : TRANSLATED[isTooLarge ? 'large' : 'other'],
    consequence: errorTo === null || sender === null ? null : consequenceOf(sender, errorTo, isTooLarge),
  };
}

/** Errors about a packet whose source NAT44 had translated already go to the outside address, which is the node's own. */
const TRANSLATED: Readonly<Record<'large' | 'other', Advice>> = {
  large: {
    never:
      'VPP sends it to the source as NAT44 had translated it before; for TCP, "nat mss-clamping" keeps packets small, others have ' +
      'to be sent smaller, or without "don\'t fragment"',
  },
  other: { never: 'VPP sends it to the source as NAT44 had translated it before' },
};

function isFragmentationNeeded(view: DataView, l3: number): boolean {
  const l4 = l3 + ip4.headerLength(view, l3);
  return (
    icmp4.type(view, l4) === icmp4.DESTINATION_UNREACHABLE && icmp4.code(view, l4) === icmp4.CODE_FRAGMENTATION_NEEDED
  );
}

function consequenceOf(sender: number, errorTo: number, isTooLarge: boolean): string {
  const hangs = isTooLarge ? ' that its packets are too large, and its path MTU discovery hangs' : '';
  const why = errorTo === sender ? '' : `: the error is to ${formatAddress(errorTo)}`;
  return `${formatAddress(sender)} is not told${hangs}${why}`;
}
