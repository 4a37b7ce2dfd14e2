/**
 * VPP's names for the numbers of headers, as its formatters print them and the trace parser reads them (VPP 19.08
 * src/vnet/ip/protocols.def, src/vnet/ethernet/types.def, src/vnet/ip/icmp46_packet.h). A number without a name prints as
 * `unknown 7` (IP protocol), `0x88b5` (Ethernet type) or `unknown 0x2` (ICMP type).
 */

/* prettier-ignore */
export const IP_PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'IP6_HOP_BY_HOP_OPTIONS'], [1, 'ICMP'], [2, 'IGMP'], [3, 'GGP'], [4, 'IP_IN_IP'], [5, 'ST'], [6, 'TCP'],
  [7, 'CBT'], [8, 'EGP'], [9, 'IGP'], [10, 'BBN_RCC_MON'], [11, 'NVP_II'], [12, 'PUP'], [13, 'ARGUS'], [14, 'EMCON'],
  [15, 'XNET'], [16, 'CHAOS'], [17, 'UDP'], [18, 'MUX'], [19, 'DCN_MEAS'], [20, 'HMP'], [21, 'PRM'], [22, 'XNS_IDP'],
  [23, 'TRUNK_1'], [24, 'TRUNK_2'], [25, 'LEAF_1'], [26, 'LEAF_2'], [27, 'RDP'], [28, 'IRTP'], [29, 'ISO_TP4'],
  [30, 'NETBLT'], [31, 'MFE_NSP'], [32, 'MERIT_INP'], [33, 'SEP'], [34, '3PC'], [35, 'IDPR'], [36, 'XTP'],
  [37, 'DDP'], [38, 'IDPR_CMTP'], [39, 'TP'], [40, 'IL'], [41, 'IPV6'], [42, 'SDRP'], [43, 'IPV6_ROUTE'],
  [44, 'IPV6_FRAGMENTATION'], [45, 'IDRP'], [46, 'RSVP'], [47, 'GRE'], [48, 'MHRP'], [49, 'BNA'], [50, 'IPSEC_ESP'],
  [51, 'IPSEC_AH'], [52, 'I_NLSP'], [53, 'SWIPE'], [54, 'NARP'], [55, 'MOBILE'], [56, 'TLSP'], [57, 'SKIP'],
  [58, 'ICMP6'], [59, 'IP6_NONXT'], [60, 'IP6_DESTINATION_OPTIONS'], [62, 'CFTP'], [64, 'SAT_EXPAK'],
  [65, 'KRYPTOLAN'], [66, 'RVD'], [67, 'IPPC'], [69, 'SAT_MON'], [70, 'VISA'], [71, 'IPCV'], [72, 'CPNX'],
  [73, 'CPHB'], [74, 'WSN'], [75, 'PVP'], [76, 'BR_SAT_MON'], [77, 'SUN_ND'], [78, 'WB_MON'], [79, 'WB_EXPAK'],
  [80, 'ISO_IP'], [81, 'VMTP'], [82, 'SECURE_VMTP'], [83, 'VINES'], [84, 'TTP'], [85, 'NSFNET_IGP'], [86, 'DGP'],
  [87, 'TCF'], [88, 'EIGRP'], [89, 'OSPF'], [90, 'SPRITE_RPC'], [91, 'LARP'], [92, 'MTP'], [93, 'AX'], [94, 'IPIP'],
  [95, 'MICP'], [96, 'SCC_SP'], [97, 'ETHERIP'], [98, 'ENCAP'], [100, 'GMTP'], [101, 'IFMP'], [102, 'PNNI'],
  [103, 'PIM'], [104, 'ARIS'], [105, 'SCPS'], [106, 'QNX'], [107, 'A'], [108, 'IPCOMP'], [109, 'SNP'],
  [110, 'COMPAQ_PEER'], [111, 'IPX_IN_IP'], [112, 'VRRP'], [113, 'PGM'], [115, 'L2TP'], [116, 'DDX'], [117, 'IATP'],
  [118, 'STP'], [119, 'SRP'], [120, 'UTI'], [121, 'SMP'], [122, 'SM'], [123, 'PTP'], [124, 'ISIS'], [125, 'FIRE'],
  [126, 'CRTP'], [127, 'CRUDP'], [128, 'SSCOPMCE'], [129, 'IPLT'], [130, 'SPS'], [131, 'PIPE'], [132, 'SCTP'],
  [133, 'FC'], [134, 'RSVP_E2E_IGNORE'], [135, 'MOBILITY'], [136, 'UDP_LITE'], [137, 'MPLS_IN_IP'], [138, 'MANET'],
  [139, 'HIP'], [140, 'SHIM6'], [141, 'WESP'], [142, 'ROHC'], [253, 'EXP1'], [254, 'EXP2'], [255, 'RESERVED'],
]);

/* prettier-ignore */
export const ETHERNET_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0x600, 'XNS_IDP'], [0x800, 'IP4'], [0x806, 'ARP'], [0x0bad, 'VINES_IP'], [0x0bae, 'VINES_LOOPBACK'],
  [0x0baf, 'VINES_ECHO'], [0x1984, 'TRAIN'], [0x2000, 'CDP'], [0x2001, 'CGMP'], [0x2007, 'SRP_CONTROL'],
  [0x2452, 'CENTRINO_PROMISC'], [0x6000, 'DECNET'], [0x6001, 'DECNET_DUMP_LOAD'], [0x6002, 'DECNET_REMOTE_CONSOLE'],
  [0x6003, 'DECNET_ROUTE'], [0x6004, 'DEC_LAT'], [0x6005, 'DEC_DIAGNOSTIC'], [0x6006, 'DEC_CUSTOMER'],
  [0x6007, 'DEC_SCA'], [0x6558, 'TRANSPARENT_BRIDGING'], [0x6559, 'RAW_FRAME_RELAY'], [0x8035, 'REVERSE_ARP'],
  [0x8038, 'DEC_LAN_BRIDGE'], [0x803d, 'DEC_ETHERNET_ENCRYPTION'], [0x803f, 'DEC_LAN_TRAFFIC_MONITOR'],
  [0x8041, 'DEC_LAST'], [0x809b, 'APPLETALK'], [0x80d5, 'IBM_SNA'], [0x80f3, 'APPLETALK_AARP'],
  [0x80ff, 'WELLFLEET_COMPRESSION'], [0x8100, 'VLAN'], [0x8137, 'IPX'], [0x814c, 'SNMP'], [0x81fd, 'CABLETRON_ISMP'],
  [0x81ff, 'CABLETRON_ISMP_TBFLOOD'], [0x86dd, 'IP6'], [0x86df, 'ATOMIC'], [0x876b, 'TCP_IP_COMPRESSION'],
  [0x876c, 'IP_AUTONOMOUS_SYSTEMS'], [0x876d, 'SECURE_DATA'], [0x8808, 'MAC_CONTROL'], [0x8809, 'SLOW_PROTOCOLS'],
  [0x880b, 'PPP'], [0x8847, 'MPLS'], [0x8848, 'MPLS_UPSTREAM_ASSIGNED'], [0x8863, 'PPPOE_DISCOVERY'],
  [0x8864, 'PPPOE_SESSION'], [0x886d, 'INTEL_ANS'], [0x886f, 'MICROSOFT_NLB_HEARTBEAT'], [0x8881, 'CDMA_2000'],
  [0x888e, '802_1X_AUTHENTICATION'], [0x8892, 'PROFINET'], [0x889a, 'HYPERSCSI'], [0x88a2, 'AOE'],
  [0x88a8, 'DOT1AD'], [0x88ae, 'BRDWALK'], [0x88b7, '802_OUI_EXTENDED'], [0x88c7, '802_11I_PRE_AUTHENTICATION'],
  [0x88cc, '802_1_LLDP'], [0x88e7, 'DOT1AH'], [0x894f, 'NSH'], [0x9000, 'LOOPBACK'], [0x9021, 'RTNET_MAC'],
  [0x9022, 'RTNET_CONFIG'], [0x9100, 'VLAN_9100'], [0x9200, 'VLAN_9200'], [0x9999, 'PGLAN'], [0xfefe, 'SRP_ISIS'],
  [0xffff, 'RESERVED'],
]);

/* prettier-ignore */
export const ICMP4_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'echo_reply'], [3, 'destination_unreachable'], [4, 'source_quench'], [5, 'redirect'],
  [6, 'alternate_host_address'], [8, 'echo_request'], [9, 'router_advertisement'], [10, 'router_solicitation'],
  [11, 'time_exceeded'], [12, 'parameter_problem'], [13, 'timestamp_request'], [14, 'timestamp_reply'],
  [15, 'information_request'], [16, 'information_reply'], [17, 'address_mask_request'], [18, 'address_mask_reply'],
  [30, 'traceroute'], [31, 'datagram_conversion_error'], [32, 'mobile_host_redirect'], [33, 'ip6_where_are_you'],
  [34, 'ip6_i_am_here'], [35, 'mobile_registration_request'], [36, 'mobile_registration_reply'],
  [37, 'domain_name_request'], [38, 'domain_name_reply'], [39, 'skip'], [40, 'photuris'],
]);

/** By type << 8 | code; most codes of most types have no name and do not show. */
/* prettier-ignore */
export const ICMP4_CODE_NAMES: ReadonlyMap<number, string> = new Map([
  [0x0300, 'destination_unreachable_net'],
  [0x0301, 'destination_unreachable_host'],
  [0x0302, 'protocol_unreachable'],
  [0x0303, 'port_unreachable'],
  [0x0304, 'fragmentation_needed_and_dont_fragment_set'],
  [0x0305, 'source_route_failed'],
  [0x0306, 'destination_network_unknown'],
  [0x0307, 'destination_host_unknown'],
  [0x0308, 'source_host_isolated'],
  [0x0309, 'network_administratively_prohibited'],
  [0x030a, 'host_administratively_prohibited'],
  [0x030b, 'network_unreachable_for_type_of_service'],
  [0x030c, 'host_unreachable_for_type_of_service'],
  [0x030d, 'communication_administratively_prohibited'],
  [0x030e, 'host_precedence_violation'],
  [0x030f, 'precedence_cutoff_in_effect'],
  [0x0500, 'network_redirect'],
  [0x0501, 'host_redirect'],
  [0x0502, 'type_of_service_and_network_redirect'],
  [0x0503, 'type_of_service_and_host_redirect'],
  [0x0900, 'normal_router_advertisement'],
  [0x0910, 'does_not_route_common_traffic'],
  [0x0b00, 'ttl_exceeded_in_transit'],
  [0x0b01, 'fragment_reassembly_time_exceeded'],
  [0x0c00, 'pointer_indicates_error'],
  [0x0c01, 'missing_required_option'],
  [0x0c02, 'bad_length'],
]);
