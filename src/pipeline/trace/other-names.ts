/**
 * VPP's names for numbers of what is not IPv4: ICMPv6 (VPP 19.08 src/vnet/ip/icmp46_packet.h), ARP
 * (src/vnet/ethernet/arp_packet.h), LLC (src/vnet/llc/llc.h) and OSI (src/vnet/osi/osi.h).
 */

/** Names by number from a text of number:name pairs, which is how long tables stay readable. */
function names(text: string, radix = 10): ReadonlyMap<number, string> {
  const pairs = text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split(':'));
  return new Map(pairs.map(([number, name]) => [parseInt(number, radix), name]));
}

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
