/** Records of ethernet-input and of the nodes for what is not IP. */

import { ETHERNET, ethernetHeader, FRAME_LINES } from '../trace/headers.js';
import { TRUNCATED } from '../trace/header.js';
import { etherTypeName, LLC_PROTOCOLS, names, OSI_PROTOCOLS } from '../trace/names.js';
import { line, vagueLine } from '../trace/template.js';
import { hex } from '../trace/text.js';
import { traceRecord } from '../trace/wording.js';
import { lldpLines } from './lldp-wording.js';

/** The interface is there where all packets of the vector are of one. */
const FRAME = line(
  'frame',
  'frame: flags 0x{frameFlags:hex}[, hw-if-index {hwIfIndex:dec}, sw-if-index {swIfIndex:dec}]',
);
const FRAME_OF_ONE_INTERFACE = 1;

export const ETHERNET_INPUT = traceRecord(
  ['frameFlags', 'hwIfIndex', 'swIfIndex'],
  32,
  [FRAME, ETHERNET, TRUNCATED],
  ({ fields, data }, { wording }) => {
    const header = ethernetHeader(data, 0, 0, wording);
    const { frameFlags } = fields;
    if (frameFlags === 0 || !wording.ethernetHasFrame) return header;
    return [FRAME.print((frameFlags & FRAME_OF_ONE_INTERFACE) === 0 ? { frameFlags } : fields), ...header];
  },
);

/** VPP's node has no function for its trace and falls back to one that takes a length which nobody gives it. */
export const ETHERNET_INPUT_TYPE = traceRecord([], 32, FRAME_LINES, ({ data }, { wording }) =>
  wording.typeOnlyHeader === 'shown' ? ethernetHeader(data, 0, 0, wording) : [TRUNCATED.print({ header: 'ethernet' })],
);

const sapName = (sap: number): string => LLC_PROTOCOLS.get(sap) ?? `0x${hex(sap, 2)}`;

const UNNUMBERED = 3;
/** Control field of an unnumbered information frame, which is not printed. */
const PLAIN = 0x03;

function llcText(data: Uint8Array): string {
  const [destination, source, control, extended] = data;
  const text = `${sapName(source)} -> ${sapName(destination)}`;
  if (control === PLAIN) return text;
  const value = (control & UNNUMBERED) === UNNUMBERED ? control : control | (extended << 8);
  return `${text}, control 0x${value.toString(16)}`;
}

const OUI_CISCO = 0x00000c;
const CISCO_PROTOCOLS = names(
  '102:drip 104:port_aggregation_protocol 105:mls_hello 10b:per_vlan_spanning_tree 10c:vlan_bridge 111:unidirectional_link_detection ' +
    '2000:cdp 2001:cgmp 2003:vtp 2004:dtp 200a:stp_uplink_fast',
  16,
);

function snapText(data: Uint8Array): string {
  const oui = (data[0] << 16) | (data[1] << 8) | data[2];
  const protocol = (data[3] << 8) | data[4];
  // VPP hands on the type without swapping its bytes.
  if (oui === 0) return `ethernet ${etherTypeName((data[4] << 8) | data[3])}`;
  if (oui === OUI_CISCO) return `cisco ${CISCO_PROTOCOLS.get(protocol) ?? `0x${hex(protocol, 4)}`}`;
  return `oui 0x${hex(oui, 6)} 0x${hex(protocol, 4)}`;
}

const LLC = vagueLine('llc', 'LLC {rest:rest}');
export const LLC_INPUT = traceRecord([], 32, [LLC], ({ data }) => [LLC.print({ rest: llcText(data) })]);

const SNAP = vagueLine('snap', 'SNAP {rest:rest}');
export const SNAP_INPUT = traceRecord([], 32, [SNAP], ({ data }) => [SNAP.print({ rest: snapText(data) })]);

const OSI = vagueLine('osi', 'OSI {protocol:word}');
export const OSI_INPUT = traceRecord([], 32, [OSI], ({ data }) => [
  OSI.print({ protocol: OSI_PROTOCOLS.get(data[0]) ?? `0x${hex(data[0], 2)}` }),
]);

export const LLDP_INPUT = traceRecord([], 400, [], ({ data, dataLength }) => lldpLines(data, dataLength));

const MPLS = line('mpls-input', 'MPLS: next {next:word}  label {label:dec} ttl {ttl:dec} exp {exp:dec}');
export const MPLS_INPUT = traceRecord(['nextIndex', 'label'], 0, [MPLS], ({ fields: { nextIndex, label } }) => {
  const next = `${['error-drop', 'mpls-lookup'][nextIndex] ?? 'BUG!'}[${nextIndex}]`;
  return [MPLS.print({ next, label: label >>> 12, ttl: label & 0xff, exp: (label >>> 9) & 7 })];
});
export const MPLS_DROP = traceRecord([], 0, [], (_, { wording }) => [wording.mplsDrop]);
