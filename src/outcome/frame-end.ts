/**
 * How frames end: why the frame itself did not leave, and what it gave rise to in vain: ICMP errors, ARP requests, fragments, copies of
 * flooded frames. VPP's trace shows most of these nowhere, and yet they are often the answer: a sender whom no "fragmentation needed"
 * reaches hangs.
 */

import { formatAddress } from '../wire/address.js';
import * as arp from '../wire/arp.js';
import { ip4At } from '../wire/decode.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import type { Dataplane } from '../dataplane/dataplane.js';
import { isIcmpError } from '../pipeline/nat-common/icmp-error.js';
import { FLAG_ORIGINATED, FLAG_TRACED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';

/** True for the received frame itself, whose end is told otherwise. */
export const isFrameItself = (b: PacketBuffer, { frame }: Dataplane): boolean =>
  b === frame && (b.flags & FLAG_ORIGINATED) === 0;

/** Where the IPv4 header of a packet that ended is: IPv4 nodes drop it there, others at its Ethernet header. -1 for no IPv4. */
export function endedIp4At({ view, at, length }: PacketBuffer): number {
  if (isHeader(view, at, length)) return at;
  const l3 = ip4At(view, at, length);
  return l3 >= 0 && isHeader(view, l3, length - (l3 - at)) ? l3 : -1;
}

const isHeader = (view: DataView, at: number, length: number): boolean =>
  length >= ip4.HEADER_BYTES && ip4.versionIhl(view, at) === 0x45 && ip4.hasGoodChecksum(view, at);

export function isMadeError(b: PacketBuffer, l3: number): boolean {
  if ((b.flags & (FLAG_ORIGINATED | FLAG_TRACED)) !== FLAG_ORIGINATED || l3 < 0) return false;
  return ip4.protocol(b.view, l3) === ip4.PROTOCOL_ICMP && isIcmpError(icmp4.type(b.view, l3 + ip4.HEADER_BYTES));
}

/** The sentence for what decided a packet's end; falls back to the error it carries. */
export function causeOf(b: PacketBuffer, dataplane: Dataplane): string {
  const { causes, errors } = dataplane.graph;
  if (b.cause === 0) return errors.names[b.error];
  const text = causes[b.cause];
  return typeof text === 'string' ? text : text(b, dataplane.tables);
}

/** 'file:line' of the command behind it, where it hangs on one setting; '' for none. */
export const causeOriginOf = (b: PacketBuffer, { graph, tables }: Dataplane): string =>
  graph.causeOrigins[b.cause]?.(b, tables) ?? '';

/** True for a cause that says that the model does not know what VPP did. */
export const isNotModelled = (cause: string): boolean => cause.startsWith('not modelled');

/** 'ICMP error', 'ARP request', 'fragment', 'copy'. */
export function lostKind(b: PacketBuffer): string {
  const l3 = endedIp4At(b);
  if (isMadeError(b, l3)) return 'ICMP error';
  if (l3 < 0 && b.length >= ethernet.HEADER_BYTES && ethernet.type(b.view, b.at) === ethernet.TYPE_ARP)
    return arp.operation(b.view, b.at + ethernet.HEADER_BYTES) === arp.OPERATION_REQUEST ? 'ARP request' : 'ARP reply';
  if (l3 >= 0 && ip4.isFragment(b.view, l3)) return 'fragment';
  return (b.flags & FLAG_ORIGINATED) !== 0 ? 'packet' : 'copy';
}

/** 'ICMP error to 20.0.1.1 dropped: the source 20.0.0.1 is an address of the node itself' */
function lostText(b: PacketBuffer, isPunt: boolean, cause: string): string {
  const l3 = endedIp4At(b);
  const to = l3 < 0 ? '' : ` to ${formatAddress(ip4.destination(b.view, l3))}`;
  return `${lostKind(b)}${to} ${isPunt ? 'punted' : 'dropped'}: ${cause}`;
}

/** How the frame that runs ended, for a person, and what it gave rise to in vain. */
export class EndRecorder {
  /** Empty for a frame that left. */
  cause = '';
  lost: string[] = [];
  /** Of all packets that ended, in order. */
  causes: string[] = [];

  discard(b: PacketBuffer, dataplane: Dataplane, isPunt: boolean): void {
    const cause = causeOf(b, dataplane);
    this.causes.push(cause);
    if (isFrameItself(b, dataplane)) this.cause = cause;
    else this.lost.push(lostText(b, isPunt, cause));
  }

  clear(): void {
    this.cause = '';
    this.lost = [];
    this.causes = [];
  }
}
