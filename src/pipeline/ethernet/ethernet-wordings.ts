/** ethernet-input and the nodes for what is not IPv4. */

import {
  ARP_INPUT,
  ETHERNET_INPUT,
  ETHERNET_INPUT_TYPE,
  IP6_FORWARD_NEXT,
  IP6_INPUT,
  IP6_LOOKUP,
  LLC_INPUT,
  LLDP_INPUT,
  MPLS_DROP,
  MPLS_INPUT,
  OSI_INPUT,
  SNAP_INPUT,
} from '../trace/layouts.js';
import { arpHeader, etherTypeName, ethernetHeader, ip6Header } from '../trace/headers.js';
import { LLC_PROTOCOLS, OSI_PROTOCOLS } from '../trace/other-names.js';
import { lldpLines } from './lldp-wording.js';
import { hex, indented } from '../trace/text.js';
import { worded, type WordedLayout } from '../trace/wording.js';

const FRAME_OF_ONE_INTERFACE = 1;

const sapName = (sap: number): string => LLC_PROTOCOLS.get(sap) ?? `0x${hex(sap, 2)}`;

const UNNUMBERED = 3;
/** Control field of an unnumbered information frame, which is not told. */
const PLAIN = 0x03;

function llcText(data: Uint8Array): string {
  const [destination, source, control, extended] = data;
  const text = `LLC ${sapName(source)} -> ${sapName(destination)}`;
  if (control === PLAIN) return text;
  const value = (control & UNNUMBERED) === UNNUMBERED ? control : control | (extended << 8);
  return `${text}, control 0x${value.toString(16)}`;
}

const OUI_CISCO = 0x00000c;
const CISCO_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [0x0102, 'drip'],
  [0x0104, 'port_aggregation_protocol'],
  [0x0105, 'mls_hello'],
  [0x010b, 'per_vlan_spanning_tree'],
  [0x010c, 'vlan_bridge'],
  [0x0111, 'unidirectional_link_detection'],
  [0x2000, 'cdp'],
  [0x2001, 'cgmp'],
  [0x2003, 'vtp'],
  [0x2004, 'dtp'],
  [0x200a, 'stp_uplink_fast'],
]);

function snapText(data: Uint8Array): string {
  const oui = (data[0] << 16) | (data[1] << 8) | data[2];
  const protocol = (data[3] << 8) | data[4];
  // VPP hands on the type without swapping its bytes.
  if (oui === 0) return `SNAP ethernet ${etherTypeName((data[4] << 8) | data[3])}`;
  if (oui === OUI_CISCO) return `SNAP cisco ${CISCO_PROTOCOLS.get(protocol) ?? `0x${hex(protocol, 4)}`}`;
  return `SNAP oui 0x${hex(oui, 6)} 0x${hex(protocol, 4)}`;
}

export const ethernetWordings: readonly WordedLayout[] = [
  worded(ETHERNET_INPUT, ({ fields: { frameFlags, hwIfIndex, swIfIndex }, data }, { release }) => {
    const header = ethernetHeader(data, 0, 0);
    if (frameFlags === 0 || !release.ethernetHasFrame) return header;
    const isOfOne = (frameFlags & FRAME_OF_ONE_INTERFACE) !== 0;
    const interfaces = isOfOne ? `, hw-if-index ${hwIfIndex}, sw-if-index ${swIfIndex}` : '';
    return [`frame: flags 0x${frameFlags.toString(16)}${interfaces}`, ...header];
  }),
  // VPP's node has no function for its trace and falls back to one that takes a length which nobody gives it.
  worded(ETHERNET_INPUT_TYPE, () => ['ethernet header truncated']),
  worded(LLC_INPUT, ({ data }) => [llcText(data)]),
  worded(SNAP_INPUT, ({ data }) => [snapText(data)]),
  worded(OSI_INPUT, ({ data }) => [`OSI ${OSI_PROTOCOLS.get(data[0]) ?? `0x${hex(data[0], 2)}`}`]),
  worded(LLDP_INPUT, ({ data, dataLength }) => lldpLines(data, dataLength)),
  worded(MPLS_INPUT, ({ fields: { nextIndex, label } }) => {
    const next = ['error-drop', 'mpls-lookup'][nextIndex] ?? 'BUG!';
    const [ttl, experimental] = [label & 0xff, (label >>> 9) & 7];
    return [`MPLS: next ${next}[${nextIndex}]  label ${label >>> 12} ttl ${ttl} exp ${experimental}`];
  }),
  worded(MPLS_DROP, () => ['']),
  worded(ARP_INPUT, ({ data }) => arpHeader(data, 0, data.length)),
  worded(IP6_INPUT, ({ data }) => ip6Header(data, 0, data.length)),
  worded(IP6_FORWARD_NEXT, ({ data }) => indented(ip6Header(data, 0, data.length), 2)),
  worded(IP6_LOOKUP, ({ fields: { fibIndex, dpoIndex, flowHash }, data }) => [
    `fib ${fibIndex} dpo-idx ${dpoIndex} flow hash: 0x${hex(flowHash, 8)}`,
    ...ip6Header(data, 0, data.length),
  ]),
];
