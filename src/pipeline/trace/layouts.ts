/**
 * The trace structs of VPP 19.08, by the function that makes text of each. Fields have the order of the structs and the
 * units of VPP's: indices with -1 for ~0, lengths in bytes.
 */

import { traceLayout } from '../engine/trace-layout.js';

/** What a driver's record and an interface's tx record show of the buffer (vlib_buffer_t). */
const BUFFER = ['currentData', 'length', 'flags', 'l2Offset', 'l3Offset'] as const;
/** VLIB_BUFFER_PRE_DATA_SIZE: the drivers' and the packet generator's records keep so much of the frame. */
const PRE_DATA_BYTES = 128;

export const PG_INPUT = traceLayout('format_pg_input_trace', ['stream', 'swIfIndex', ...BUFFER], PRE_DATA_BYTES);
export const PG_OUTPUT = traceLayout('format_pg_output_trace', BUFFER, PRE_DATA_BYTES);
export const VIRTIO_INPUT = traceLayout('format_virtio_input_trace', ['hwIfIndex', 'length']);
export const AF_PACKET_INPUT = traceLayout('format_af_packet_input_trace', ['hwIfIndex', 'length']);
export const DPDK_RX = traceLayout('format_dpdk_rx_trace', ['swIfIndex', ...BUFFER], PRE_DATA_BYTES);
export const DPDK_TX = traceLayout('format_dpdk_tx_trace', ['swIfIndex', ...BUFFER], PRE_DATA_BYTES);
export const INTERFACE_OUTPUT = traceLayout('format_vnet_interface_output_trace', ['swIfIndex', 'flags'], 116);

export const ETHERNET_INPUT = traceLayout('format_ethernet_input_trace', ['frameFlags', 'hwIfIndex', 'swIfIndex'], 32);
export const ETHERNET_INPUT_TYPE = traceLayout('format_ethernet_header_with_length', [], 32);
export const LLC_INPUT = traceLayout('format_llc_input_trace', [], 32);
export const SNAP_INPUT = traceLayout('format_snap_input_trace', [], 32);
export const LLDP_INPUT = traceLayout('lldp_input_format_trace', [], 400);
export const OSI_INPUT = traceLayout('format_osi_input_trace', [], 32);
export const MPLS_INPUT = traceLayout('format_mpls_input_trace', ['nextIndex', 'label']);
export const MPLS_DROP = traceLayout('format_mpls_drop_trace', []);
export const ARP_INPUT = traceLayout('format_ethernet_arp_input_trace', [], 64);
export const IP6_INPUT = traceLayout('format_ip6_input_trace', [], 64);
export const IP6_FORWARD_NEXT = traceLayout('format_ip6_forward_next_trace', [], 64);
export const IP6_LOOKUP = traceLayout('format_ip6_lookup_trace', ['fibIndex', 'dpoIndex', 'flowHash'], 64);

export const IP4_INPUT = traceLayout('format_ip4_input_trace', [], 64);
const FORWARD = ['dpoIndex', 'flowHash', 'fibIndex'] as const;
export const IP4_LOOKUP = traceLayout('format_ip4_lookup_trace', FORWARD, 60);
export const LOOKUP_DPO = traceLayout('format_lookup_trace', ['fibIndex', 'loadBalance', 'address']);
export const IP4_REWRITE = traceLayout('format_ip4_rewrite_trace', FORWARD, 60);
export const IP4_FORWARD_NEXT = traceLayout('format_ip4_forward_next_trace', [], 60);
export const IP4_OPTIONS = traceLayout('format_ip4_options_trace', [], 4);
export const IP_NULL = traceLayout('format_ip_null_dpo_trace', ['action']);
export const IP4_FRAG = traceLayout('format_ip_frag_trace', ['mtu', 'next', 'fragments']);
export const IP4_FULL_REASS = traceLayout('format_ip4_full_reass_trace', [
  'action',
  'reassemblyId',
  'operationId',
  'rangeFirst',
  'rangeLast',
  'dataOffset',
  'dataLength',
  'sizeDifference',
  'fragmentFirst',
  'fragmentLast',
  'totalLength',
]);
export const ICMP_INPUT = traceLayout('format_icmp_input_trace', [], 64);
export const ICMP_ECHO = traceLayout('format_icmp_echo_trace', ['id', 'sequence']);
export const MFIB_LOOKUP = traceLayout('format_mfib_forward_lookup_trace', ['entryIndex', 'fibIndex']);
export const MFIB_RPF = traceLayout('format_mfib_forward_rpf_trace', ['entryIndex', 'swIfIndex', 'flags']);
export const UDP_RX = traceLayout('format_udp_rx_trace', ['sourcePort', 'destinationPort', 'isBound']);
export const IPSEC_IF_INPUT = traceLayout('format_ipsec_if_input_trace', ['remote', 'spi', 'sequence']);
/** Punt reasons of IPsec, by our own numbers. */
export const PUNT_SPI_0 = 0;
export const PUNT_NO_TUNNEL = 1;
export const PUNT_DISPATCH = traceLayout('format_punt_trace', ['reason']);

/** Its data is the octet of TCP flags. */
export const ACL_FA = traceLayout(
  'format_acl_plugin_trace',
  [
    'nextIndex',
    'swIfIndex',
    'lcIndex',
    'aclIndex',
    'ruleIndex',
    'action',
    'traceBits',
    // The five-tuple (fa_5tuple_t) as its words in memory: 0 to 5 are IPv6 or zero, 6 and 7 the IPv4 addresses.
    'key0',
    'key1',
    'key2',
    'key3',
    'key4',
    'key5',
    'key6',
    'key7',
    'ports',
    'l4',
    'packetLcIndex',
    'packetFlags',
  ],
  1,
);

const NAT = ['swIfIndex', 'nextIndex', 'session', 'isSlowPath'] as const;
export const NAT_IN2OUT = traceLayout('format_snat_in2out_trace', NAT);
export const NAT_OUT2IN = traceLayout('format_snat_out2in_trace', NAT);
export const NAT_ED_IN2OUT = traceLayout('format_nat_in2out_ed_trace', NAT);
export const NAT_ED_OUT2IN = traceLayout('format_nat44_ed_out2in_trace', NAT);
export const NAT_REASS = traceLayout('format_nat44_reass_trace', ['swIfIndex', 'nextIndex', 'isCached']);
export const NAT_CLASSIFY = traceLayout('format_nat44_classify_trace', ['isIn2out', 'isCached']);

export const VXLAN_RX = traceLayout('format_vxlan_rx_trace', ['nextIndex', 'tunnelIndex', 'error', 'vni']);
export const VXLAN_ENCAP = traceLayout('format_vxlan_encap_trace', ['tunnelIndex', 'vni']);
export const L2_INPUT = traceLayout('format_l2input_trace', ['swIfIndex'], 12);
export const L2_LEARN = traceLayout('format_l2learn_trace', ['swIfIndex', 'bdIndex'], 12);
const L2_RESULT = ['resultPort', 'resultFlags', 'resultMinute'] as const;
export const L2_FWD = traceLayout('format_l2fwd_trace', ['swIfIndex', 'bdIndex', ...L2_RESULT], 12);
export const L2_FLOOD = traceLayout('format_l2flood_trace', ['swIfIndex', 'bdIndex'], 12);
export const L2_OUTPUT = traceLayout('format_l2output_trace', ['swIfIndex'], 24);
const FEATURE_ARC = ['swIfIndex', 'nextIndex', 'featureBitmap', 'etherType', 'isHead'] as const;
export const L2_IN_FEAT_ARC = traceLayout('format_l2_in_feat_arc_trace', FEATURE_ARC);
export const L2_OUT_FEAT_ARC = traceLayout('format_l2_out_feat_arc_trace', FEATURE_ARC);

export const VNET_ERROR = traceLayout('format_vnet_error_trace', ['swIfIndex']);
export const ERROR = traceLayout('format_error_trace', ['error']);
