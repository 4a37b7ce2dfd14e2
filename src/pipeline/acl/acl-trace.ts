/** Records of the ACL plugin's nodes (VPP 19.08 src/plugins/acl/dataplane_node.c, format_acl_plugin_trace and format_fa_5tuple). */

import type { NodeTrace, TraceContext } from '../engine/trace/node-trace.js';
import type { TraceRecords } from '../engine/trace/trace-records.js';
import { formatIp6Bytes } from '../../wire/ip6-address.js';
import { line } from '../trace/template.js';
import { hex, ip4Address } from '../trace/text.js';
import { traceRecord, type NamedRecord } from '../trace/wording.js';

const MATCH = line(
  'acl',
  'acl-plugin:[ lc_index: {lcIndex:dec},] sw_if_index {swIfIndex:dec=interface}, next index {nextIndex:dec}, ' +
    'action: {action:dec=}, match: acl {aclIndex:dec=ACL} rule {ruleIndex:dec= "rule"} ' +
    'trace_bits {traceBits:hex8= "trace_bits"}',
);
/** The words of the plugin's record in memory, as 18.04 and later print them. */
const WORDS = line('acl-words', 'pkt info {w0:hex16} {w1:hex16} {w2:hex16} {w3:hex16} {w4:hex16} {w5:hex16}');

const L3 = 'l3 {family:ip4|ip6=}[ {fragment:|non-initial fragment=}] {source:ip~} -> {destination:ip~}';
const PORTS =
  'port {sourcePort:u16~ "source port"} -> {destinationPort:u16~ "destination port"} ' +
  'tcp flags ({tcpFlagsValid:invalid|valid}) {tcpFlags:hex2= "TCP flags"} rsvd {reserved:hex}';
/** 19.08: direction and path as flags of the L4 word. */
const TUPLE = line(
  'acl-tuple',
  ` lc_index {lcIndex:dec} ${L3} l4 lsb_of_sw_if_index {lsb:dec} proto {protocol:u8=} l4_is_input {isInput:dec} ` +
    `l4_slow_path {isSlow:dec} l4_flags 0x{l4Flags:hex2} ${PORTS}`,
);
/** 18.01, and in Contiv's guide: interface and direction beside the key. */
const TUPLE_OF_INTERFACE = line(
  'acl-tuple',
  ` {direction:output|input} sw_if_index {swIfIndex:dec} (lsb16 {lsb:dec}) ${L3} l4 proto {protocol:u8=} ` +
    `l4_valid {l4Valid:dec} ${PORTS}`,
);
/** 18.04 between the two. */
const TUPLE_OF_CONTEXT = line(
  'acl-tuple',
  ` lc_index {lcIndex:dec} (lsb16 of sw_if_index {lsb:dec}) ${L3} l4 proto {protocol:u8=} l4_valid {l4Valid:dec} ${PORTS}`,
);
/** Lines that VPPs older than 19.08 print. */
export const OLD_TUPLES: readonly unknown[] = [TUPLE_OF_INTERFACE, TUPLE_OF_CONTEXT];

// The five-tuple (fa_5tuple_t) as its words in memory: 0 to 5 are IPv6 or zero, 6 and 7 the IPv4 addresses.
/* prettier-ignore */
const FIELDS = [
  'nextIndex', 'swIfIndex', 'lcIndex', 'aclIndex', 'ruleIndex', 'action', 'traceBits',
  'key0', 'key1', 'key2', 'key3', 'key4', 'key5', 'key6', 'key7', 'ports', 'l4', 'packetLcIndex', 'packetFlags',
] as const;
type AclFields = NamedRecord<(typeof FIELDS)[number]>['fields'];

/** Its data is the octet of TCP flags. */
export const ACL_FA = traceRecord(
  FIELDS,
  1,
  [MATCH, WORDS, TUPLE, TUPLE_OF_CONTEXT, TUPLE_OF_INTERFACE],
  ({ fields, data: [tcpFlags] }, { wording }) =>
    wording.aclTuple === 'interface' ? withInterface(fields, tcpFlags) : withLookupContext(fields, tcpFlags),
);

/** Two words as VPP prints 64 bits: the one further up in memory first. */
const pair = (low: number, high: number): string => hex(high, 8) + hex(low, 8);

const printWords = ([w0, w1, w2, w3, w4, w5]: readonly string[]): string => WORDS.print({ w0, w1, w2, w3, w4, w5 });

const FLAG_INPUT = 1;
const FLAG_SLOW_PATH = 2;

/** The five-tuple as all releases print it. */
function tupleValues(f: AclFields, flagsOctet: number) {
  const bytes = new Uint8Array(Int32Array.of(f.key0, f.key1, f.key2, f.key3, f.key4, f.key5, f.key6, f.key7).buffer);
  const bits = f.packetFlags >>> 24;
  const family = (bits >>> 3) & 1;
  const [source, destination] =
    family === 1
      ? [formatIp6Bytes(bytes, 0), formatIp6Bytes(bytes, 16)]
      : [ip4Address(bytes, 24), ip4Address(bytes, 28)];
  const l4Flags = (f.l4 >>> 8) & 0xff;
  return {
    family,
    fragment: (bits >>> 2) & 1,
    source,
    destination,
    protocol: f.l4 & 0xff,
    l4Flags,
    isInput: (l4Flags & FLAG_INPUT) !== 0 ? 1 : 0,
    lsb: f.l4 >>> 16,
    sourcePort: f.ports & 0xffff,
    destinationPort: f.ports >>> 16,
    tcpFlagsValid: bits & 1,
    tcpFlags: (bits & 1) === 1 ? flagsOctet : 0,
    l4Valid: (bits >>> 1) & 1,
    reserved: 0,
  };
}

/** 19.08: IPv4 addresses behind each other at the end of the key. */
function withLookupContext(f: AclFields, flagsOctet: number): string[] {
  const t = tupleValues(f, flagsOctet);
  const words = [
    pair(f.key0, f.key1),
    pair(f.key2, f.key3),
    pair(f.key4, f.key5),
    pair(f.key6, f.key7),
    pair(f.ports, f.l4),
    pair(f.packetLcIndex, f.packetFlags | (t.tcpFlags << 16)),
  ];
  const isSlow = (t.l4Flags & FLAG_SLOW_PATH) !== 0 ? 1 : 0;
  return [MATCH.print(f), printWords(words), TUPLE.print({ ...t, lcIndex: f.packetLcIndex, isSlow })];
}

/** 18.01: each address in 16 bytes of its own. */
function withInterface(f: AclFields, flagsOctet: number): string[] {
  const t = tupleValues(f, flagsOctet);
  const bits = t.tcpFlagsValid | (t.isInput << 1) | (t.l4Valid << 2) | (t.fragment << 3) | (t.family << 4);
  const addresses =
    t.family === 1
      ? [pair(f.key0, f.key1), pair(f.key2, f.key3), pair(f.key4, f.key5), pair(f.key6, f.key7)]
      : [pair(0, 0), pair(0, f.key6), pair(0, 0), pair(0, f.key7)];
  const words = [
    ...addresses,
    pair(f.ports, t.protocol | (t.lsb << 16)),
    pair(f.swIfIndex, (f.packetFlags & 0xffff) | (t.tcpFlags << 16) | (bits << 24)),
  ];
  const tuple = TUPLE_OF_INTERFACE.print({ ...t, direction: t.isInput, swIfIndex: f.swIfIndex });
  return [MATCH.print({ ...f, lcIndex: undefined }), printWords(words), tuple];
}

/** A word as it stands in memory, read as VPP's little-endian machine reads it. */
const swap = (word: number): number => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/** mask_type_index_lsb of a packet. */
const NO_MASK_TYPE = 0xffff;

/** fa_packet_info_t's second word without its octet of TCP flags: mask type, and bits that say what is valid. */
const packetFlags = (tcpFlagsValid: number, l4Valid: number, isNonFirstFragment: number, isIp6: number): number =>
  NO_MASK_TYPE | ((tcpFlagsValid | (l4Valid << 1) | (isNonFirstFragment << 2) | (isIp6 << 3)) << 24);

/** VPP's next index of the node that the packet goes to. */
const nextIndexOf = ({ name, names, nextSlots }: TraceContext, { next }: TraceRecords): number =>
  nextSlots.of(name, names[next]);

/** The record of a packet: written from what the node left in `acl.last`. */
export const aclTrace: NodeTrace = {
  role: 'acl',
  layout: ACL_FA,
  when: 'after',
  writer: (context) => {
    const { last } = context.tables.acl;
    const { tuple } = last;
    const tcpFlags = new Uint8Array(1);
    return (_, records) => {
      records.write(
        ACL_FA,
        nextIndexOf(context, records),
        tuple.swIfIndex,
        last.lcIndex,
        last.aclIndex,
        last.tracedRule,
        last.action,
        last.traceBits,
      );
      const { isIp6, addresses } = tuple;
      for (let word = 0; word < 6; word++) records.put(isIp6 ? swap(addresses[word]) : 0);
      records.put(swap(isIp6 ? addresses[6] : tuple.source));
      records.put(swap(isIp6 ? addresses[7] : tuple.destination));
      records.put(tuple.ports);
      records.put(tuple.l4);
      records.put(Math.max(last.lcIndex, 0)); // the match writes it; a packet of a session has none
      records.put(packetFlags(tuple.tcpFlagsValid, tuple.l4Valid, tuple.isNonFirstFragment, isIp6 ? 1 : 0));
      tcpFlags[0] = tuple.tcpFlags;
      records.putBytes(tcpFlags, 0, tuple.tcpFlagsPresent);
    };
  },
};
