/**
 * ethernet-input and ethernet-input-type (VPP 19.08 src/vnet/ethernet/node.c): strips the Ethernet header and chooses the
 * protocol's input node.
 *
 * There are two paths. Drivers hand over frames of one interface and take the fast one, which leaves the buffer's error alone and
 * compares no MACs in 19.08; in 26.06 it punts what is to another station. The generic path compares a unicast destination with the
 * interface's MAC and always writes an error, "no error" included.
 */

import * as ethernet from '../../wire/ethernet.js';
import { ETHERNET_HEADER, isCutBefore, VLAN_TAG } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { defineNode, end, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_VLAN_1_DEEP, type PacketBuffer } from '../engine/packet-buffer.js';
import { INPUT_NEXT, inputsOf, nextByType } from '../engine/next-by-type.js';
import type { Interface } from '../engine/state/interface-table.js';
import { ETHERNET_INPUT, ETHERNET_INPUT_TYPE } from './ethernet-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import { packetTrace, putPacket } from '../trace/writers.js';

const ethernetInputErrors = errorSet('ethernet-input', {
  NONE: 'no error',
  BAD_LLC_LENGTH: 'llc length > packet length',
  UNKNOWN_TYPE: 'unknown ethernet type',
  UNKNOWN_VLAN: 'unknown vlan',
  L3_MAC_MISMATCH: 'l3 mac mismatch',
  DOWN: 'subinterface down',
});

const MAC_BYTES = 6;
const VLAN_TAG_BYTES = 4;
const VLAN_ID = 0xfff;
/** Smaller values of the type field are 802.3 lengths. */
const FIRST_ETHERTYPE = 0x600;

const NEXT = {
  DROP: 'error-drop',
  PUNT: 'error-punt',
  LLC: 'llc-input',
  ...INPUT_NEXT,
} as const;

type Next = Readonly<Record<keyof typeof NEXT, number>>;

const CAUSES = {
  UNKNOWN_TYPE: (b: PacketBuffer) => `no node takes EtherType 0x${b.causeArg0.toString(16).padStart(4, '0')}`,
  UNKNOWN_VLAN: (b: PacketBuffer) => `VLAN ${b.causeArg0} has no sub-interface on the receiving interface`,
  MAC_MISMATCH: 'the destination MAC is not that of the receiving interface',
};

type Context = NodeContext<keyof typeof NEXT, keyof typeof CAUSES>;
type Cause = Readonly<Record<keyof typeof CAUSES, number>>;

/** The node registered for an EtherType; punt where there is none, the LLC node for 802.3 lengths. */
const nextOf = (type: number, next: Next): number =>
  nextByType(type, next, type < FIRST_ETHERTYPE ? next.LLC : next.PUNT);

/** True for a frame to one station that is not the interface (is_dmac_bad). */
const isForeign = ({ mac }: Interface, view: DataView, at: number): boolean =>
  !ethernet.isMulticast(view, at) &&
  (ethernet.destinationHigh(view, at) !== mac.high || ethernet.destinationLow(view, at) !== mac.low);

/** Tags that the fast path knows; to it, the others of ethernet.isTagType are unknown types. */
const isTagged = (type: number): boolean => type === ethernet.TYPE_VLAN || type === ethernet.TYPE_DOT1AD;

/** Bytes that stripTags reads of the tag at `at`, and of a second one behind it. */
const tagBytes = (view: DataView, at: number): number =>
  view.getUint16(at + 2) === ethernet.TYPE_VLAN ? 2 * VLAN_TAG_BYTES : VLAN_TAG_BYTES;

/** parse_header: strips up to two tags and passes over a third; only the outer one may be other than 802.1Q. */
function stripTags(b: PacketBuffer): number {
  let tags = 0;
  let type: number;
  do {
    type = b.view.getUint16(b.at + 2);
    b.advance(VLAN_TAG_BYTES);
    tags++;
  } while (type === ethernet.TYPE_VLAN && tags < 2);
  if (type === ethernet.TYPE_VLAN) b.advance(VLAN_TAG_BYTES);
  return tags;
}

/**
 * The fast path. A tag with VLAN id 0 is a priority tag and is stripped; two tags, or another id, need a
 * sub-interface, of which the model has none.
 */
function fastPath({ next: nodes, cause, errors, tables }: Context): NodeFunction {
  const error = errors.ids(ethernetInputErrors);
  const { checksMacOf } = tables.interfaces;
  const next = inputsOf(nodes, tables, nodes.PUNT);
  const interfaces = tables.interfaces.all;
  return (b) => {
    const { view, at } = b;
    if (isCutBefore(b, at + ethernet.HEADER_BYTES, ETHERNET_HEADER)) return next.DROP;
    b.l2 = at;
    b.l3 = at + ethernet.HEADER_BYTES;
    b.advance(ethernet.HEADER_BYTES);
    const type = ethernet.type(view, at);
    const isToOther = checksMacOf[b.swIfIndexRx] === 1 && isForeign(interfaces[b.swIfIndexRx], view, at);
    if (isToOther && !isTagged(type)) return end(b, error.L3_MAC_MISMATCH, cause.MAC_MISMATCH, next.PUNT);
    if (type === ethernet.TYPE_IP4) return next.IP4;
    if (!isTagged(type)) {
      const node = nextOf(type, next);
      if (node === next.PUNT) noteUnknownType(b, cause, type);
      return node;
    }
    if (isCutBefore(b, b.l3 + VLAN_TAG_BYTES, VLAN_TAG)) return next.DROP;
    const vlan = view.getUint16(b.l3) & VLAN_ID;
    const innerType = view.getUint16(b.l3 + 2);
    const tagsBytes = (innerType === ethernet.TYPE_VLAN ? 2 : 1) * VLAN_TAG_BYTES;
    b.advance(tagsBytes);
    b.l3 += tagsBytes;
    if (isToOther) return end(b, error.L3_MAC_MISMATCH, cause.MAC_MISMATCH, next.PUNT);
    if (vlan !== 0 || innerType === ethernet.TYPE_VLAN) {
      b.causeArg0 = vlan;
      return end(b, error.UNKNOWN_VLAN, cause.UNKNOWN_VLAN, next.DROP);
    }
    b.flags |= FLAG_VLAN_1_DEEP;
    const node = nextOf(innerType, next);
    if (node === next.PUNT) {
      b.error = error.UNKNOWN_TYPE;
      noteUnknownType(b, cause, innerType);
    }
    return node;
  };
}

/**
 * The generic path, for a whole Ethernet header or for the two bytes of type that follow a SNAP header. In the latter
 * case the "destination MAC" compared is whatever stands there, as in VPP.
 */
function genericPath(context: Context, isTypeOnly: boolean): NodeFunction {
  const { next: nodes, cause, tables } = context;
  const next = inputsOf(nodes, tables, nodes.PUNT);
  const error = context.errors.ids(ethernetInputErrors);
  const interfaces = tables.interfaces.all;
  return (b) => {
    const { view, at } = b;
    if (isCutBefore(b, at + (isTypeOnly ? MAC_BYTES : ethernet.HEADER_BYTES), ETHERNET_HEADER)) return next.DROP;
    b.l2 = at;
    let type = isTypeOnly ? view.getUint16(at) : ethernet.type(view, at);
    b.advance(isTypeOnly ? 2 : ethernet.HEADER_BYTES);
    let failure = error.NONE;
    let vlan = 0;
    let tags = 0;
    if (ethernet.isTagType(type)) {
      if (isCutBefore(b, b.at + tagBytes(view, b.at), VLAN_TAG)) return next.DROP;
      vlan = view.getUint16(b.at) & VLAN_ID;
      type = view.getUint16(b.at + 2);
      tags = stripTags(b);
      if (tags === 1) b.flags |= FLAG_VLAN_1_DEEP;
    }
    if (tags === 2 || vlan !== 0) {
      failure = error.UNKNOWN_VLAN;
      b.cause = cause.UNKNOWN_VLAN;
      b.causeArg0 = vlan;
    } else if (isForeign(interfaces[b.swIfIndexRx], view, at)) {
      failure = error.L3_MAC_MISMATCH;
      b.cause = cause.MAC_MISMATCH;
    }
    b.l3 = b.at;
    b.error = failure;
    if (failure !== error.NONE) return next.DROP;
    // Coming from LLC there is no way back into it: a length is then an unknown type.
    const node = isTypeOnly && type < FIRST_ETHERTYPE ? next.PUNT : nextOf(type, next);
    if (node === next.PUNT || node === next.LLC) b.error = error.UNKNOWN_TYPE;
    if (node === next.PUNT) noteUnknownType(b, cause, type);
    return node;
  };
}

function noteUnknownType(b: PacketBuffer, cause: Cause, type: number): void {
  b.cause = cause.UNKNOWN_TYPE;
  b.causeArg0 = type;
}

/** On the fast path the frame of packets says what it is: all of one interface (ETH_INPUT_FRAME_F_SINGLE_SW_IF_IDX). */
const FRAME_OF_ONE_INTERFACE = 1;

const ethernetTrace: NodeTrace = {
  role: 'ethernet',
  layout: ETHERNET_INPUT,
  when: 'before',
  writer:
    ({ tables }) =>
    (b, records) => {
      records.write(ETHERNET_INPUT, tables.ethernetInputGeneric ? 0 : FRAME_OF_ONE_INTERFACE);
      records.put(b.swIfIndexRx); // every interface is a hardware interface of its own
      records.put(b.swIfIndexRx);
      putPacket(b, records);
    },
};

export const ethernetInput = defineNode({
  name: 'ethernet-input',
  trace: ethernetTrace,
  next: NEXT,
  errors: [ethernetInputErrors],
  causes: CAUSES,
  create: (context) => (context.tables.ethernetInputGeneric ? genericPath(context, false) : fastPath(context)),
});

/** Where snap-input sends what an Ethernet type follows; VPP always takes the generic path here. */
export const ethernetInputType = defineNode({
  name: 'ethernet-input-type',
  trace: packetTrace(ETHERNET_INPUT_TYPE),
  next: NEXT,
  errors: [ethernetInputErrors],
  causes: CAUSES,
  create: (context) => genericPath(context, true),
});
