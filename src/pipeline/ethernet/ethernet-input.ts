/**
 * ethernet-input and ethernet-input-type (VPP 19.08 src/vnet/ethernet/node.c): strips the Ethernet header with its tags, finds the
 * sub-interface that they name, and chooses the protocol's input node, or the bridge.
 *
 * There are two paths. Drivers hand over frames of one interface and take the fast one, which leaves the buffer's error alone and
 * compares MACs where mac-check.ts says so; what is to another station it punts. The generic path compares a unicast destination with
 * the port's MAC and always writes an error, "no error" included.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { ETHERNET_HEADER, isCutBefore, VLAN_TAG } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { SAME_FOR_A_FLOW } from '../engine/flow-part.js';
import { defineNode, end, type NodeContext, type NodeFunction } from '../engine/node.js';
import { setL2Length, setVlanCount } from '../engine/l2-opaque.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { INPUT_NEXT, inputsOf, nextByType } from '../engine/next-by-type.js';
import type { Interface } from '../engine/state/interface-table.js';
import type { Steps } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { tagsText } from './ethernet-remedies.js';
import { SUB_INTERFACE } from './ethernet-steps.js';
import { ETHERNET_INPUT, ETHERNET_INPUT_TYPE } from './ethernet-trace.js';
import { comparesMacs, isFilteredByCard } from './mac-check.js';
import { MATCH_0_TAG, MATCH_1_TAG, MATCH_2_TAG, MATCH_3_TAG, NO_SUBINT, SUBINT_VALID, VLAN_ID } from './vlan-tables.js';
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
/** What stripTags says of three or more. */
const MANY_TAGS = 3;
const MATCH_BY_TAGS = [MATCH_0_TAG, MATCH_1_TAG, MATCH_2_TAG, MATCH_3_TAG];
/** Smaller values of the type field are 802.3 lengths. */
const FIRST_ETHERTYPE = 0x600;

const NEXT = {
  DROP: 'error-drop',
  PUNT: 'error-punt',
  LLC: 'llc-input',
  L2: 'l2-input',
  ...INPUT_NEXT,
} as const;

type Next = Readonly<Record<keyof typeof NEXT, number>>;

const CAUSES = {
  UNKNOWN_TYPE: (b: PacketBuffer) => `no node takes EtherType 0x${b.causeArg0.toString(16).padStart(4, '0')}`,
  UNKNOWN_VLAN: (b: PacketBuffer) => `${tagsText(b)} has no sub-interface on the receiving interface`,
  MAC_MISMATCH: 'the destination MAC is not that of the receiving interface',
  DOWN: (b: PacketBuffer, { interfaces }: Tables) => `${interfaces.all[b.causeArg0].name} is down and receives nothing`,
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

/** Bytes that stripTags reads of the tag at `at`, and of a second one behind it. */
const tagBytes = (view: DataView, at: number): number =>
  vlan.type(view, at) === ethernet.TYPE_VLAN ? 2 * vlan.TAG_BYTES : vlan.TAG_BYTES;

/** parse_header: strips up to two tags and passes over a third; only the outer one may be other than 802.1Q. Returns how many. */
function stripTags(b: PacketBuffer): number {
  let tags = 0;
  let type: number;
  do {
    type = vlan.type(b.view, b.at);
    b.advance(vlan.TAG_BYTES);
    tags++;
  } while (type === ethernet.TYPE_VLAN && tags < 2);
  if (type !== ethernet.TYPE_VLAN) return tags;
  b.advance(vlan.TAG_BYTES);
  return MANY_TAGS;
}

/** Notes which tags no sub-interface is for: the outer id, and the inner one above it. */
function noteTags(b: PacketBuffer, outerId: number, innerId: number): void {
  b.causeArg0 = outerId;
  b.causeArg1 = innerId;
}

/** The fast path (eth_input_process_frame, eth_input_tag_lookup). */
function fastPath({ next: nodes, cause, errors, tables, steps, node }: Context): NodeFunction {
  const error = errors.ids(ethernetInputErrors);
  const { checksMacEverywhere } = tables.composition.behaviour;
  const next = inputsOf(nodes, tables, nodes.PUNT);
  const { vlans, interfaces } = tables;
  const { isUpOf, isL2Of, receivedOf } = interfaces;
  const takes = noteSubInterface(steps, node);

  const untagged = (b: PacketBuffer, type: number, isToOther: boolean): number => {
    const isQuick = type === ethernet.TYPE_IP4 || type === ethernet.TYPE_IP6 || type === ethernet.TYPE_MPLS;
    if (isToOther && (checksMacEverywhere || !isQuick))
      return end(b, error.L3_MAC_MISMATCH, cause.MAC_MISMATCH, next.PUNT);
    const onward = nextOf(type, next);
    if (onward === next.PUNT) noteUnknownType(b, cause, type);
    return onward;
  };

  return (b) => {
    const { view, at, swIfIndexRx: port } = b;
    if (isCutBefore(b, at + ethernet.HEADER_BYTES, ETHERNET_HEADER)) return next.DROP;
    b.l2 = at;
    b.l3 = at + ethernet.HEADER_BYTES;
    const type = ethernet.type(view, at);
    const isPortL2 = isL2Of[port] === 1;
    if (isPortL2 && !ethernet.isTakenTagType(type)) {
      setL2Length(b, ethernet.HEADER_BYTES);
      return next.L2;
    }
    if (type === ethernet.TYPE_IP4 && !checksMacEverywhere) {
      b.advance(ethernet.HEADER_BYTES);
      return next.IP4;
    }
    const isToOther = isForeign(interfaces.all[port], view, at) && comparesMacs(tables, port);
    if (!ethernet.isTakenTagType(type)) {
      b.advance(ethernet.HEADER_BYTES);
      return untagged(b, type, isToOther);
    }

    if (isCutBefore(b, b.l3 + vlan.TAG_BYTES, VLAN_TAG)) return next.DROP;
    if (isCutBefore(b, b.l3 + tagBytes(view, b.l3), VLAN_TAG)) return next.DROP;
    const tag = b.l3;
    const innerType = vlan.type(view, tag);
    const isTwice = innerType === ethernet.TYPE_VLAN;
    const l3Type = isTwice ? vlan.type(view, tag + vlan.TAG_BYTES) : innerType;
    const headerBytes = ethernet.HEADER_BYTES + (isTwice ? 2 : 1) * vlan.TAG_BYTES;
    const found = vlans.identifyTagged(port, type === ethernet.TYPE_DOT1AD, view, tag);
    const isL2 = found !== NO_SUBINT && vlans.isL2(found);
    if (isUpOf[found] === 1) receivedOf[found]++;
    b.l3 = at + headerBytes;
    setL2Length(b, headerBytes);
    if (!isL2) b.advance(headerBytes);
    if (!isL2 && isToOther) return end(b, error.L3_MAC_MISMATCH, cause.MAC_MISMATCH, next.PUNT);
    if (found === NO_SUBINT) {
      const innerId = isTwice ? vlan.control(view, tag + vlan.TAG_BYTES) & VLAN_ID : -1;
      noteTags(b, vlan.control(view, tag) & VLAN_ID, innerId);
      return end(b, error.UNKNOWN_VLAN, cause.UNKNOWN_VLAN, next.DROP);
    }
    if (isUpOf[found] === 0) {
      b.causeArg0 = found;
      return end(b, error.DOWN, cause.DOWN, next.DROP);
    }
    const onward = isL2 ? next.L2 : nextOf(l3Type, next);
    if (onward === next.PUNT) {
      noteUnknownType(b, cause, l3Type);
      b.error = error.UNKNOWN_TYPE;
      return onward;
    }
    takes(b, found);
    setVlanCount(b, isTwice ? 2 : 1);
    return onward;
  };
}

/**
 * The generic path (ethernet_input_inline), for a whole Ethernet header or for the two bytes of type that follow a SNAP header. In the
 * latter case the "destination MAC" compared is whatever stands there, as in VPP.
 */
function genericPath(context: Context, isTypeOnly: boolean): NodeFunction {
  const { next: nodes, cause, tables, steps, node } = context;
  const next = inputsOf(nodes, tables, nodes.PUNT);
  const error = context.errors.ids(ethernetInputErrors);
  const { vlans, interfaces } = tables;
  const { portOf, isUpOf, receivedOf } = interfaces;
  const takes = noteSubInterface(steps, node);
  return (b) => {
    const { view, at } = b;
    const port = portOf[b.swIfIndexRx];
    if (isCutBefore(b, at + (isTypeOnly ? MAC_BYTES : ethernet.HEADER_BYTES), ETHERNET_HEADER)) return next.DROP;
    b.l2 = at;
    const outerType = isTypeOnly ? view.getUint16(at) : ethernet.type(view, at);
    let type = outerType;
    b.advance(isTypeOnly ? 2 : ethernet.HEADER_BYTES);
    let match = SUBINT_VALID | MATCH_0_TAG;
    let outerId = 0;
    let innerId = 0;
    let tags = 0;
    if (ethernet.isTagType(type)) {
      if (isCutBefore(b, b.at + tagBytes(view, b.at), VLAN_TAG)) return next.DROP;
      outerId = vlan.control(view, b.at) & VLAN_ID;
      innerId = tagBytes(view, b.at) > vlan.TAG_BYTES ? vlan.control(view, b.at + vlan.TAG_BYTES) & VLAN_ID : 0;
      tags = stripTags(b);
      type = view.getUint16(b.at - 2);
      // VLAN 0 in a single tag: any entry will do.
      match = SUBINT_VALID | (tags > 1 ? MATCH_BY_TAGS[tags] : outerId === 0 ? 0 : MATCH_1_TAG);
    }
    if (tags > 0 || isTypeOnly) setVlanCount(b, tags);
    const found = vlans.identify(port, outerType === ethernet.TYPE_DOT1AD, outerId, innerId, match);
    const isL2 = found !== NO_SUBINT && vlans.isL2(found);
    if (isUpOf[found] === 1) receivedOf[found]++;
    b.l3 = b.at;
    b.error = error.NONE;
    if (found === NO_SUBINT) {
      noteTags(b, outerId, tags > 1 ? innerId : -1);
      return end(b, error.UNKNOWN_VLAN, cause.UNKNOWN_VLAN, next.DROP);
    }
    if (isUpOf[found] === 0) {
      b.causeArg0 = found;
      return end(b, error.DOWN, cause.DOWN, next.DROP);
    }
    if (!isL2 && isForeign(interfaces.all[port], view, at) && !isFilteredByCard(tables, port))
      return end(b, error.L3_MAC_MISMATCH, cause.MAC_MISMATCH, next.DROP);
    takes(b, found);
    if (isL2) {
      setL2Length(b, b.at - at);
      b.advance(at - b.at);
      return next.L2;
    }
    // Coming from LLC there is no way back into it: a length is then an unknown type.
    const onward = isTypeOnly && type < FIRST_ETHERTYPE ? next.PUNT : nextOf(type, next);
    if (onward === next.PUNT || onward === next.LLC) b.error = error.UNKNOWN_TYPE;
    if (onward === next.PUNT) noteUnknownType(b, cause, type);
    return onward;
  };
}

/** Makes a sub-interface, or the port, the one that the packet came by. */
const noteSubInterface =
  (steps: Steps, node: number) =>
  (b: PacketBuffer, found: number): void => {
    if (found === b.swIfIndexRx) return;
    b.swIfIndexRx = found;
    if (steps.isOn) steps.words[steps.add(SUB_INTERFACE, node, b) + SUB_INTERFACE.at.swIfIndex] = found;
  };

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
      records.put(tables.interfaces.all[b.swIfIndexRx].hwIfIndex);
      records.put(b.swIfIndexRx);
      putPacket(b, records);
    },
};

export const ethernetInput = defineNode({
  name: 'ethernet-input',
  flow: () => SAME_FOR_A_FLOW,
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
