/**
 * VPP's names for the numbers of headers, as its formatters print them and the trace parser reads them (VPP 19.08
 * src/vnet/ip/protocols.def, src/vnet/ethernet/types.def, src/vnet/ip/icmp46_packet.h). A number without a name prints as
 * `unknown 7` (IP protocol), `0x88b5` (Ethernet type) or `unknown 0x2` (ICMP type).
 */

/** Names by number; the text that they are in is read when the first one is asked for. */
export class Names {
  private byNumber: ReadonlyMap<number, string> | null = null;

  constructor(
    private readonly text: string,
    private readonly radix: number,
  ) {}

  get(number: number): string | undefined {
    return this.all.get(number);
  }

  get all(): ReadonlyMap<number, string> {
    this.byNumber ??= new Map(
      this.text
        .trim()
        .split(/\s+/)
        .map((pair) => pair.split(':'))
        .map(([number, name]) => [parseInt(number, this.radix), name]),
    );
    return this.byNumber;
  }
}

/** Names by number from a text of number:name pairs, which is how long tables stay readable. */
export const names = (text: string, radix = 10): Names => new Names(text, radix);

export const IP_PROTOCOL_NAMES = names(`
  0:IP6_HOP_BY_HOP_OPTIONS 1:ICMP 2:IGMP 3:GGP 4:IP_IN_IP 5:ST 6:TCP 7:CBT 8:EGP 9:IGP 10:BBN_RCC_MON 11:NVP_II
  12:PUP 13:ARGUS 14:EMCON 15:XNET 16:CHAOS 17:UDP 18:MUX 19:DCN_MEAS 20:HMP 21:PRM 22:XNS_IDP 23:TRUNK_1 24:TRUNK_2
  25:LEAF_1 26:LEAF_2 27:RDP 28:IRTP 29:ISO_TP4 30:NETBLT 31:MFE_NSP 32:MERIT_INP 33:SEP 34:3PC 35:IDPR 36:XTP 37:DDP
  38:IDPR_CMTP 39:TP 40:IL 41:IPV6 42:SDRP 43:IPV6_ROUTE 44:IPV6_FRAGMENTATION 45:IDRP 46:RSVP 47:GRE 48:MHRP 49:BNA
  50:IPSEC_ESP 51:IPSEC_AH 52:I_NLSP 53:SWIPE 54:NARP 55:MOBILE 56:TLSP 57:SKIP 58:ICMP6 59:IP6_NONXT
  60:IP6_DESTINATION_OPTIONS 62:CFTP 64:SAT_EXPAK 65:KRYPTOLAN 66:RVD 67:IPPC 69:SAT_MON 70:VISA 71:IPCV 72:CPNX
  73:CPHB 74:WSN 75:PVP 76:BR_SAT_MON 77:SUN_ND 78:WB_MON 79:WB_EXPAK 80:ISO_IP 81:VMTP 82:SECURE_VMTP 83:VINES
  84:TTP 85:NSFNET_IGP 86:DGP 87:TCF 88:EIGRP 89:OSPF 90:SPRITE_RPC 91:LARP 92:MTP 93:AX 94:IPIP 95:MICP 96:SCC_SP
  97:ETHERIP 98:ENCAP 100:GMTP 101:IFMP 102:PNNI 103:PIM 104:ARIS 105:SCPS 106:QNX 107:A 108:IPCOMP 109:SNP
  110:COMPAQ_PEER 111:IPX_IN_IP 112:VRRP 113:PGM 115:L2TP 116:DDX 117:IATP 118:STP 119:SRP 120:UTI 121:SMP 122:SM
  123:PTP 124:ISIS 125:FIRE 126:CRTP 127:CRUDP 128:SSCOPMCE 129:IPLT 130:SPS 131:PIPE 132:SCTP 133:FC
  134:RSVP_E2E_IGNORE 135:MOBILITY 136:UDP_LITE 137:MPLS_IN_IP 138:MANET 139:HIP 140:SHIM6 141:WESP 142:ROHC 253:EXP1
  254:EXP2 255:RESERVED`);

/** Differentiated services (src/vnet/ip/ip_packet.h foreach_ip_dscp); others are unknown. */
export const DSCP_NAMES = names(`
  0:CS0 8:CS1 10:AF11 12:AF12 14:AF13 16:CS2 18:AF21 20:AF22 22:AF23 24:CS3 26:AF31 28:AF32 30:AF33 32:CS4 34:AF41
  36:AF42 38:AF43 40:CS5 46:EF 48:CS6 50:CS7`);
/** Explicit congestion notification. */
export const ECN_NAMES = ['NON_ECN', 'ECT_0', 'ECT_1', 'CE'] as const;

export const ETHERNET_TYPE_NAMES = names(
  `
  600:XNS_IDP 800:IP4 806:ARP bad:VINES_IP bae:VINES_LOOPBACK baf:VINES_ECHO 1984:TRAIN 2000:CDP 2001:CGMP
  2007:SRP_CONTROL 2452:CENTRINO_PROMISC 6000:DECNET 6001:DECNET_DUMP_LOAD 6002:DECNET_REMOTE_CONSOLE
  6003:DECNET_ROUTE 6004:DEC_LAT 6005:DEC_DIAGNOSTIC 6006:DEC_CUSTOMER 6007:DEC_SCA 6558:TRANSPARENT_BRIDGING
  6559:RAW_FRAME_RELAY 8035:REVERSE_ARP 8038:DEC_LAN_BRIDGE 803d:DEC_ETHERNET_ENCRYPTION 803f:DEC_LAN_TRAFFIC_MONITOR
  8041:DEC_LAST 809b:APPLETALK 80d5:IBM_SNA 80f3:APPLETALK_AARP 80ff:WELLFLEET_COMPRESSION 8100:VLAN 8137:IPX
  814c:SNMP 81fd:CABLETRON_ISMP 81ff:CABLETRON_ISMP_TBFLOOD 86dd:IP6 86df:ATOMIC 876b:TCP_IP_COMPRESSION
  876c:IP_AUTONOMOUS_SYSTEMS 876d:SECURE_DATA 8808:MAC_CONTROL 8809:SLOW_PROTOCOLS 880b:PPP 8847:MPLS
  8848:MPLS_UPSTREAM_ASSIGNED 8863:PPPOE_DISCOVERY 8864:PPPOE_SESSION 886d:INTEL_ANS 886f:MICROSOFT_NLB_HEARTBEAT
  8881:CDMA_2000 888e:802_1X_AUTHENTICATION 8892:PROFINET 889a:HYPERSCSI 88a2:AOE 88a8:DOT1AD 88ae:BRDWALK
  88b7:802_OUI_EXTENDED 88c7:802_11I_PRE_AUTHENTICATION 88cc:802_1_LLDP 88e7:DOT1AH 894f:NSH 9000:LOOPBACK
  9021:RTNET_MAC 9022:RTNET_CONFIG 9100:VLAN_9100 9200:VLAN_9200 9999:PGLAN fefe:SRP_ISIS ffff:RESERVED`,
  16,
);

/** format_ethernet_type */
export const etherTypeName = (type: number): string =>
  ETHERNET_TYPE_NAMES.get(type) ?? `0x${type.toString(16).padStart(4, '0')}`;

export const ICMP4_TYPE_NAMES = names(`
  0:echo_reply 3:destination_unreachable 4:source_quench 5:redirect 6:alternate_host_address 8:echo_request
  9:router_advertisement 10:router_solicitation 11:time_exceeded 12:parameter_problem 13:timestamp_request
  14:timestamp_reply 15:information_request 16:information_reply 17:address_mask_request 18:address_mask_reply
  30:traceroute 31:datagram_conversion_error 32:mobile_host_redirect 33:ip6_where_are_you 34:ip6_i_am_here
  35:mobile_registration_request 36:mobile_registration_reply 37:domain_name_request 38:domain_name_reply 39:skip
  40:photuris`);

/** By type << 8 | code; most codes of most types have no name and do not show. */
export const ICMP4_CODE_NAMES = names(
  `
  300:destination_unreachable_net 301:destination_unreachable_host 302:protocol_unreachable 303:port_unreachable
  304:fragmentation_needed_and_dont_fragment_set 305:source_route_failed 306:destination_network_unknown
  307:destination_host_unknown 308:source_host_isolated 309:network_administratively_prohibited
  30a:host_administratively_prohibited 30b:network_unreachable_for_type_of_service
  30c:host_unreachable_for_type_of_service 30d:communication_administratively_prohibited
  30e:host_precedence_violation 30f:precedence_cutoff_in_effect 500:network_redirect 501:host_redirect
  502:type_of_service_and_network_redirect 503:type_of_service_and_host_redirect 900:normal_router_advertisement
  910:does_not_route_common_traffic b00:ttl_exceeded_in_transit b01:fragment_reassembly_time_exceeded
  c00:pointer_indicates_error c01:missing_required_option c02:bad_length`,
  16,
);

/** ICMPv6 types. */
export const ICMP6_TYPES = names(`
  1:destination_unreachable 2:packet_too_big 3:time_exceeded 4:parameter_problem 128:echo_request 129:echo_reply
  130:multicast_listener_request 131:multicast_listener_report 132:multicast_listener_done 133:router_solicitation
  134:router_advertisement 135:neighbor_solicitation 136:neighbor_advertisement 137:redirect
  138:router_renumbering 139:node_information_request 140:node_information_response
  141:inverse_neighbor_solicitation 142:inverse_neighbor_advertisement 143:multicast_listener_report_v2
  144:home_agent_address_discovery_request 145:home_agent_address_discovery_reply 146:mobile_prefix_solicitation
  147:mobile_prefix_advertisement 148:certification_path_solicitation 149:certification_path_advertisement
  151:multicast_router_advertisement 152:multicast_router_solicitation 153:multicast_router_termination
  154:fmipv6_messages`);

/** ICMPv6 codes, by type * 256 + code. */
export const ICMP6_CODES = names(`
  256:no_route_to_destination 257:destination_administratively_prohibited 258:beyond_scope_of_source_address
  259:address_unreachable 260:port_unreachable 261:source_address_failed_policy 262:reject_route_to_destination
  768:ttl_exceeded_in_transit 769:fragment_reassembly_time_exceeded 1024:erroneous_header_field
  1025:unrecognized_next_header 1026:unrecognized_option 1027:first_fragment_has_incomplete_header_chain
  35328:command 35329:result 35584:data_contains_ip6_address 35585:data_contains_name
  35586:data_contains_ip4_address 35840:success 35841:failed 35842:unknown_request`);

/** ARP hardware types. */
export const ARP_HARDWARE_TYPES = names(`
  0:reserved 1:ethernet 2:experimental_ethernet 3:ax_25 4:proteon_pronet_token_ring 5:chaos 6:ieee_802 7:arcnet
  8:hyperchannel 9:lanstar 10:autonet 11:localtalk 12:localnet 13:ultra_link 14:smds 15:frame_relay 16:atm 17:hdlc
  18:fibre_channel 19:atm19 20:serial_line 21:atm21 22:mil_std_188_220 23:metricom 24:ieee_1394 25:mapos
  26:twinaxial 27:eui_64 28:hiparp 29:iso_7816_3 30:arpsec 31:ipsec_tunnel 32:infiniband 33:cai 34:wiegand
  35:pure_ip 36:hw_exp1 256:hw_exp2`);

/** ARP operations. */
export const ARP_OPERATIONS = names(`
  0:reserved 1:request 2:reply 3:reverse_request 4:reverse_reply 5:drarp_request 6:drarp_reply 7:drarp_error
  8:inarp_request 9:inarp_reply 10:arp_nak 11:mars_request 12:mars_multi 13:mars_mserv 14:mars_join 15:mars_leave
  16:mars_nak 17:mars_unserv 18:mars_sjoin 19:mars_sleave 20:mars_grouplist_request 21:mars_grouplist_reply
  22:mars_redirect_map 23:mapos_unarp 24:exp1 25:exp2`);

/** LLC service access points, in hexadecimal. */
export const LLC_PROTOCOLS = names(
  `
  0:null 2:sublayer 4:sna_path_control 6:ip4 8:sna1 c:sna2 e:proway_lan 10:netware1 14:osi_layer1 20:osi_layer2
  34:osi_layer3 40:sna3 42:bpdu 54:osi_layer4 98:arp aa:snap ba:vines1 bc:vines2 e0:netware2 f0:netbios
  fe:osi_layer5 ff:global_dsap`,
  16,
);

/** OSI network protocols, in hexadecimal. */
export const OSI_PROTOCOLS = names(
  `
  0:null 1:x_29 3:x_633 8:q_933 9:q_2931 c:q_2119 80:snap 81:clnp 82:esis 83:isis 85:idrp 8a:x25_esis 8c:iso10030
  8d:iso11577 8e:ip6 b0:compressed c1:sndcf cc:ip4 cf:ppp`,
  16,
);
