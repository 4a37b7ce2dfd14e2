/**
 * Every line of a packet trace that is understood, as VPP 18.04 to 19.08 print it (the format functions of each node; the
 * forms before 18.04 from the packet traces of Contiv's guide; of later releases what they added to a line). A line of a known
 * node that has none of these forms is counted; what follows a form on its line is an addition and left alone.
 */

import { LineForm } from './line-form.js';

const IP_PAIR = '{source:ip} -> {destination:ip}';
const TAG = '[ 802.1q vlan {vlan:dec}[ priority {priority:dec}][ {cfi:word}]]';
const TCP_FLAGS = 'tcp flags ({tcpFlagsValid:name}) {tcpFlags:hex2} rsvd {reserved:hex}';
const MACS = 'dst {destination:mac} src {source:mac}';

/** Templates by name. A name is unique; one form may belong to several nodes. */
const TEMPLATES = {
  // Headers: format_ethernet_header, format_ip4_header and what it calls
  ethernet: `{type:ethertype}: {source:mac} -> {destination:mac}${TAG}`,
  'ip4-addresses': '{protocol:protocol}: {source:ip4} -> {destination:ip4}',
  'ip4-version': 'version {version:dec}, header length {headerBytes:dec}',
  'ip4-fields':
    'tos 0x{tos:hex2}, ttl {ttl:dec}, length {length:dec}, checksum 0x{checksum:hex4}[ (should be 0x{computed:hex4})]' +
    '[ dscp {dscp:word} ecn {ecn:word}]',
  'ip4-fragment': 'fragment id 0x{id:hex4}[ offset {offset:dec}][, flags[ {flags:fragmentFlags}]]',
  'tcp-ports': 'TCP: {source:dec} -> {destination:dec}',
  'tcp-sequence': 'seq. 0x{sequence:hex8} ack 0x{acknowledgment:hex8}',
  'tcp-flags': 'flags 0x{flags:hex2}[ {names:flags}], tcp header: {headerBytes:dec} bytes',
  'tcp-window': 'window {window:dec}, checksum 0x{checksum:hex4}',
  'udp-ports': 'UDP: {source:dec} -> {destination:dec}',
  'udp-fields': 'length {length:dec}, checksum 0x{checksum:hex4}',
  'tcp-options': 'options:',
  'tcp-option-list': '{options:tcpOptions}',
  icmp4: 'ICMP {type:icmp} checksum 0x{checksum:hex}',
  'ip6-addresses': '{protocol:protocol}: {source:ip6} -> {destination:ip6}',
  'ip6-fields': 'tos 0x{tos:hex2}, flow label 0x{flow:hex}, hop limit {hopLimit:dec}, payload length {length:dec}',
  'arp-fields': '{operation:word}, type ethernet/IP4, address size 6/4',
  'arp-addresses': '{senderMac:mac}/{sender:ip4} -> {targetMac:mac}/{target:ip4}',
  gre: 'GRE {rest:rest}',
  mpls: 'label {label:dec} exp {exp:dec}, s {s:dec}, ttl {ttl:dec}',
  truncated: '{header:interface} header truncated',

  // Input and output devices
  pg: 'stream {stream:word}, {length:dec} bytes, sw_if_index {swIfIndex:dec}',
  buffer: '[buffer 0x{buffer:hex}: ]current data {currentData:dec}, length {length:dec}, {rest:rest}',
  /** Flags, offsets and what else a state of the buffer adds, each on a condition of its own (format_vnet_buffer). */
  'buffer-words': '{words:bufferWords}',
  virtio: 'virtio: hw_if_index {hwIfIndex:dec} next-index {next:dec} vring {vring:dec} len {length:dec}',
  'virtio-header':
    'hdr: flags 0x{flags:hex2} gso_type 0x{gsoType:hex2} hdr_len {headerLength:dec} gso_size {gsoSize:dec} ' +
    'csum_start {checksumStart:dec} csum_offset {checksumOffset:dec} num_buffers {buffers:dec}',
  'af-packet': 'af_packet: hw_if_index {hwIfIndex:dec} [rx-queue {queue:dec} ]next-index {next:dec}',
  'af-packet-header': 'status 0x{status:hex} len {length:dec} snaplen {captured:dec} mac {mac:dec} net {net:dec}',
  memif: 'memif: hw_if_index {hwIfIndex:dec} next-index {next:dec}',
  /** avf, rdma, vmxnet3 and those made after them. */
  driver: '{driver:name}: {interface:word} ({hwIfIndex:dec}) [qid {queue:dec} ]next-node {next:word}',
  'driver-descriptor':
    'desc {descriptor:dec}: status 0x{status:hex} error 0x{error:hex} ptype 0x{type:hex} len {length:dec}',
  'vhost-queue': '{interface:interface} queue {queue:dec}',
  'rx-interface': '{interface:interface}',
  'worker-handoff': 'worker-handoff: sw_if_index {swIfIndex:dec}, next_worker {worker:dec}, buffer 0x{buffer:hex}',
  'handed-off': 'HANDED-OFF: from thread {thread:dec} trace index {index:dec}',
  bond: 'src {source:mac}, dst {destination:mac}, {member:interface} -> {interface:interface}',
  span: 'SPAN: mirrored {interface:interface} -> {mirror:interface}',
  'rx-queue': '{interface:interface} rx queue {queue:dec}',
  'tx-queue': '{interface:interface} tx queue {queue:dec}',
  mbuf: 'PKT MBUF: port {port:dec}, nb_segs {segments:dec}, pkt_len {length:dec}',
  'mbuf-data': 'buf_len {bufferLength:dec}, data_len {dataLength:dec}, {rest:rest}',
  'mbuf-type': 'packet_type 0x{type:hex} {rest:rest}',
  interface: '{interface:interface}[ {flags:rest}]',

  // Nodes
  /** The interface is there where all packets of the vector are of one. */
  frame: 'frame: flags 0x{flags:hex}[, hw-if-index {hwIfIndex:dec}, sw-if-index {swIfIndex:dec}]',
  /** 22.02 and later, where another node than ip4-lookup prints the same. */
  forward: 'fib:{fib:dec} adj:{adjacency:dec} flow:0x{flowHash:hex8}',
  lookup: 'fib {fib:dec} dpo-idx {adjacency:dec} flow hash: 0x{flowHash:hex8}',
  rewrite:
    'tx_sw_if_index {swIfIndex:dec} dpo-idx {adjacency:dec} : ipv4 via {nextHop:ip4} {interface:interface}: ' +
    '[mtu:{mtu:dec} ][next:{next:dec} ][flags:{flags:brackets} ]{rewrite:pairs} flow hash: 0x{flowHash:hex8}',
  'other-rewrite': 'tx_sw_if_index {swIfIndex:dec} dpo-idx {adjacency:dec} : {rest:rest}',
  dump: '{offset:hex8}: {bytes:pairs}',
  acl:
    'acl-plugin: [lc_index: {lcIndex:dec}, ]sw_if_index {swIfIndex:dec}, next index {next:dec}, action: {action:dec}, ' +
    'match: acl {acl:dec} rule {rule:dec} trace_bits {traceBits:hex8}',
  'acl-words': 'pkt info {w0:hex16} {w1:hex16} {w2:hex16} {w3:hex16} {w4:hex16} {w5:hex16}',
  /** 18.01 and before. */
  'acl-tuple-1801':
    `{direction:name} sw_if_index {swIfIndex:dec} (lsb16 {lsb:dec}) l3 {family:name}[ {fragment:nonInitial}] ${IP_PAIR} ` +
    `l4 proto {protocol:dec} l4_valid {l4Valid:dec} port {sourcePort:dec} -> {destinationPort:dec} ${TCP_FLAGS}`,
  'acl-tuple-1804':
    `lc_index {lcIndex:dec} (lsb16 of sw_if_index {lsb:dec}) l3 {family:name}[ {fragment:nonInitial}] ${IP_PAIR} ` +
    `l4 proto {protocol:dec} l4_valid {l4Valid:dec} port {sourcePort:dec} -> {destinationPort:dec} ${TCP_FLAGS}`,
  'acl-tuple':
    `lc_index {lcIndex:dec} l3 {family:name}[ {fragment:nonInitial}] ${IP_PAIR} l4 lsb_of_sw_if_index {lsb:dec} ` +
    'proto {protocol:dec} l4_is_input {isInput:dec} l4_slow_path {isSlow:dec} l4_flags 0x{l4Flags:hex2} ' +
    `port {sourcePort:dec} -> {destinationPort:dec} ${TCP_FLAGS}`,
  nat: '{what:interface}: sw_if_index {swIfIndex:dec}, next index {next:dec}[, session[ index] {session:dec}]',
  'nat-reassembly': 'NAT44_REASS: sw_if_index {swIfIndex:dec}, next index {next:dec}, status {status:word}',
  'nat-classify': 'nat44-classify: {status:rest}',
  'udp-lookup': 'UDP: src-port {source:dec} dst-port {destination:dec}[ {listener:noListener}]',
  'icmp-echo': 'ICMP4 echo id {id:dec} seq {sequence:dec} {rest:rest}',
  'ip4-option': 'option:{options:rest}',
  reassembly: 'reass id: {rest:rest}',
  'reassembly-range': 'new range: {rest:rest}',
  'reassembly-end': 'finalize reassembly',
  /** 18.07 and before have an offset, 19.08 has the next node. */
  fragmentation: 'IPv4 [offset: {offset:dec} ]mtu: {mtu:dec} fragments: {fragments:dec}[ next: {next:dec}]',
  'fragmentation-2001': 'mtu: {mtu:dec} pkt-size: {length:dec} fragments: {fragments:dec} next: {next:dec}',
  'mfib-lookup': 'fib {fib:dec} entry {entry:dec}',
  'mfib-rpf': 'entry {entry:dec} itf {interface:dec} flags{rest:rest}',
  'vxlan-decap': 'VXLAN decap from {tunnel:word} vni {vni:dec} next {next:dec} error {error:dec}',
  'vxlan-decap-error': 'VXLAN decap error - tunnel for vni {vni:dec} does not exist',
  'vxlan-encap': 'VXLAN encap to {tunnel:word} vni {vni:dec}',
  'l2-input': `l2-input: sw_if_index {swIfIndex:dec} ${MACS}`,
  'l2-learn': `l2-learn: sw_if_index {swIfIndex:dec} ${MACS} bd_index {bridge:dec}`,
  'l2-fwd': `l2-fwd: sw_if_index {swIfIndex:dec} ${MACS} bd_index {bridge:dec}[ result {result:rest}]`,
  'l2-flood': `l2-flood: sw_if_index {swIfIndex:dec} ${MACS} bd_index {bridge:dec}`,
  'l2-output': `l2-output: sw_if_index {swIfIndex:dec} ${MACS} data {data:octets}`,
  'l2-classify': 'l2-classify: sw_if_index {swIfIndex:dec}, table {table:dec}, offset {offset:dec}, next {next:dec}',
  'l2-features': '{what:word} head {head:dec} feature_bitmap {rest:rest}',
  llc: 'LLC {rest:rest}',
  snap: 'SNAP {rest:rest}',
  'mpls-input': 'MPLS: next {rest:rest}',
  'drop-rx': 'rx:{interface:interface}',
  'drop-reason': '{node:interface}: {reason:rest}',
} as const;

export type FormName = keyof typeof TEMPLATES;

export const FORMS: ReadonlyMap<FormName, LineForm> = new Map(
  Object.entries(TEMPLATES).map(([name, template]) => [name as FormName, new LineForm(name, template)]),
);
