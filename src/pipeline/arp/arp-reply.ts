/**
 * arp-reply (VPP 19.08 src/vnet/ethernet/arp.c): answers requests for the receiving interface's addresses and learns
 * neighbours, from requests that it answers and from replies to the node's own.
 *
 * A learned neighbour changes the FIB: frames behind it are forwarded where earlier ones made an ARP request.
 */

import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import { formatAddress } from '../../wire/address.js';
import { FibSource, FLAG_ATTACHED, FLAG_CONNECTED, FLAG_LOCAL, type FibEntry } from '../fib/fib-entry.js';
import type { Fib } from '../fib/fib.js';
import { errorSet } from '../engine/errors.js';
import { defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { ARP_TEXTS } from './arp-input.js';
import { ARP_INPUT } from './arp-trace.js';
import { replyMaker } from './make-reply.js';
import { packetTrace } from '../trace/writers.js';

const arpReplyErrors = errorSet('arp-reply', ARP_TEXTS);

/** How a sender's address relates to the interface: from one of the node's own, from an attached subnet, or neither. */
enum Sender {
  Local,
  Attached,
  Foreign,
}

/** What the searched address is to the node. */
enum Target {
  /** Nothing, as far as its subnets go. */
  None,
  /** A neighbour known already. */
  Neighbour,
  /** In a connected subnet. */
  Connected,
  /** An address of the node itself. */
  Local,
}

/** VRRP's virtual MACs, 00:00:5e:00:01:xx: their replies may come from another MAC (RFC 5798). */
const isVrrpMac = (high: number, low: number): boolean => high === 0 && low >>> 8 === 0x5e0001;

/**
 * Looks at every covering entry, longest first, for one that is attached or the node's own: more specific routes do not
 * influence whether the node is the sender's way to the address.
 */
function classifySender(
  { entries }: Fib,
  fibIndex: number,
  address: number,
): { sender: Sender; entry: FibEntry | null } {
  let entry = entries.lookup(fibIndex, address);
  while (entry) {
    for (const { flags } of entry.sources) {
      if ((flags & FLAG_LOCAL) !== 0) return { sender: Sender.Local, entry };
      if ((flags & (FLAG_ATTACHED | FLAG_CONNECTED)) !== 0) return { sender: Sender.Attached, entry };
    }
    if (entry.length === 0 || entry.sourced(FibSource.DEFAULT_ROUTE)) break;
    entry = entries.lookup(fibIndex, address, entry.length - 1);
  }
  return { sender: Sender.Foreign, entry };
}

/** arp_dst_fib_check */
function classifyTarget(entry: FibEntry | null): Target {
  if (!entry) return Target.None;
  if (entry.sourced(FibSource.ADJ)) return Target.Neighbour;
  const connected = entry.sources.find(({ flags }) => (flags & FLAG_CONNECTED) !== 0);
  if (!connected) return Target.None;
  return (connected.flags & FLAG_LOCAL) !== 0 ? Target.Local : Target.Connected;
}

const sender = (b: PacketBuffer): string => formatAddress(b.causeArg0);
const target = (b: PacketBuffer): string => formatAddress(b.causeArg1);

export const arpReply = defineNode({
  name: 'arp-reply',
  trace: packetTrace(ARP_INPUT, 'fork'),
  next: { DROP: 'error-drop', TX: 'interface-output' },
  errors: [arpReplyErrors],
  causes: {
    OWN_SENDER: (b) => `an ARP message from ${sender(b)}, an address of the node itself`,
    FOREIGN_SENDER: (b) => `an ARP message from ${sender(b)}, which is in no subnet attached to the interface's table`,
    NOT_OURS: (b) => `an ARP request for ${target(b)}, which is no address of the node`,
    KNOWN_NEIGHBOUR: (b) => `an ARP message about ${target(b)}, a neighbour that is known already`,
    MAC_MISMATCH: (b) => `the ARP sender's MAC is not the frame's (${sender(b)})`,
    LEARNED: (b) => `an ARP reply: ${sender(b)} was learned as a neighbour`,
    STRAY_REPLY: (b) => `an ARP reply to ${target(b)}, which is not the node`,
    OTHER_SUBNET: (b, { interfaces }) =>
      `${target(b)} is not an address of ${interfaces.all[b.swIfIndexRx].name} or of the interface it is unnumbered to`,
    ANNOUNCEMENT: (b) => `${sender(b)} announces itself with the node's own address`,
  },
  create: ({ next, cause, errors, arcs, tables }) => {
    const error = errors.ids(arpReplyErrors);
    const { ip4, interfaces, composition } = tables;
    const { fib } = ip4;
    const { arpReplyNamesReasons } = composition.behaviour;
    const makeReply = replyMaker(tables);

    /** On to the arc's next feature, which drops; 19.08 leaves the packet's error as it was. */
    const pass = (b: PacketBuffer, reason: number, why: number): number => {
      b.cause = why;
      if (arpReplyNamesReasons) b.error = reason;
      return arcs.next(b);
    };
    const learn = (b: PacketBuffer, address: number, high: number, low: number): void => {
      const learned = { isStatic: false, hasFibEntry: true, origin: 'learned by ARP' };
      ip4.setNeighbour({ address, swIfIndex: b.swIfIndexRx, mac: { high, low }, ...learned });
    };

    return (b) => {
      const { view, at, swIfIndexRx } = b;
      const senderAddress = arp.senderAddress(view, at);
      const targetAddress = arp.targetAddress(view, at);
      const senderHigh = arp.senderMacHigh(view, at);
      const senderLow = arp.senderMacLow(view, at);
      const operation = arp.operation(view, at);
      const on = interfaces.all[swIfIndexRx];
      b.causeArg0 = senderAddress;
      b.causeArg1 = targetAddress;

      const from = classifySender(fib, on.fibIndex, senderAddress);
      if (from.sender === Sender.Local) return pass(b, error.l3_src_address_is_local, cause.OWN_SENDER);
      const to = fib.entries.lookup(on.fibIndex, targetAddress);
      const connected = to === null ? -1 : fib.resolvingInterface(to);
      const isUnnumbered = on.unnumberedTo >= 0 && on.unnumberedTo === connected;
      if (from.sender === Sender.Foreign && !(arpReplyNamesReasons && isUnnumbered))
        return end(b, error.l3_src_address_not_local, cause.FOREIGN_SENDER, next.DROP);

      const what = classifyTarget(to);
      if (what === Target.Neighbour) {
        if (arpReplyNamesReasons && connected !== swIfIndexRx)
          return pass(b, error.l3_dst_address_not_local, cause.KNOWN_NEIGHBOUR);
        const isGratuitous = senderAddress === targetAddress;
        if (isGratuitous) learn(b, senderAddress, senderHigh, senderLow);
        return end(
          b,
          isGratuitous ? error.l3_src_address_learned : error.replies_sent,
          cause.KNOWN_NEIGHBOUR,
          next.DROP,
        );
      }
      if (what === Target.None || !to || !from.entry) return pass(b, error.l3_dst_address_not_local, cause.NOT_OURS);

      const isReply = operation === arp.OPERATION_REPLY;
      const isFrameMac = ethernet.sourceHigh(view, b.l2) === senderHigh && ethernet.sourceLow(view, b.l2) === senderLow;
      if (!isFrameMac && !(isReply && isVrrpMac(senderHigh, senderLow)))
        return end(b, error.l2_address_mismatch, cause.MAC_MISMATCH, next.DROP);

      if (isReply) {
        if (what !== Target.Local) return pass(b, error.l3_dst_address_not_local, cause.STRAY_REPLY);
        learn(b, senderAddress, senderHigh, senderLow);
        return pass(b, error.l3_src_address_learned, cause.LEARNED);
      }
      if (operation === arp.OPERATION_REQUEST && what !== Target.Local)
        return pass(b, error.replies_sent, cause.NOT_OURS);

      const isOnOwnInterface = swIfIndexRx === connected && swIfIndexRx === fib.resolvingInterface(from.entry);
      if (!isOnOwnInterface && !isUnnumbered) return end(b, error.unnumbered_mismatch, cause.OTHER_SUBNET, next.DROP);
      if (senderAddress === targetAddress) return end(b, error.gratuitous_arp, cause.ANNOUNCEMENT, next.DROP);

      learn(b, senderAddress, senderHigh, senderLow);
      errors.increment(error.replies_sent);
      // Operations other than request and reply get here for any address of the subnet, and are answered in the node's name.
      makeReply(b, to.givenAddress);
      return next.TX;
    };
  },
});
