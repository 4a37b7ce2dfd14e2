/** The commands that VPP 19.08 and 26.06 have, without `show …`. Made by tools/vpp-commands.ts. */

/** A line is `RELEASES PART: PATH, PATH, …`; RELEASES is 19.08, 26.06 or both. It is a text, since most scripts need none of it. */
export const VPP_COMMAND_LIST = `\
19.08 avf: create interface avf, delete interface avf, test avf
19.08 dpdk: clear dpdk crypto devices statistics, clear dpdk crypto placement, set dpdk crypto placement, set dpdk interface hqos pipe, set dpdk interface hqos pktfield, set dpdk interface hqos placement, set dpdk interface hqos subport, set dpdk interface hqos tctbl
19.08 gbp: gbp bridge-domain, gbp contract, gbp endpoint, gbp endpoint-group, gbp ext-itf, gbp route-domain, gbp subnet
19.08 hs_apps: test http server
19.08 l2e: set interface l2 l2-emulation
19.08 map: map params reassembly
19.08 marvell: create interface marvell pp2, delete interface marvell pp2
19.08 nat: nat addr-port-assignment-alg, nat ha failover, nat ha flush, nat ha listener, nat ha resync, nat virtual-reassembly, nat44 deterministic add, nat44 deterministic close session in, nat44 deterministic close session out, nat44 deterministic forward, nat44 deterministic reverse
19.08 perfmon: clear pmc, set pmc
19.08 sctp: sctp
19.08 vlib: cj, elog trace, test heap-validate
19.08 vlibmemory: set api-trace
19.08 vnet: clear counters, cop interface, cop whitelist, create ipsec tunnel, create packet-generator, create vxlan-gbp tunnel, ip probe-neighbor, ip scan-neighbor, ip urpf-accept, ipsec select backend, lisp, one, set interface ip source-check, set interface ip vxlan-gbp-bypass, set interface ip6 vxlan-gbp-bypass, set ip arp, set ip6 neighbor, set li, set tap gso, test counters, test flow, test lookup, test one nsh add-dummy-decap-node, test policer
26.06 acl: delete acl-plugin acl, delete acl-plugin macip acl, set acl-plugin acl, set acl-plugin interface, set acl-plugin macip acl, set acl-plugin macip interface
26.06 adl: adl allowlist, adl interface
26.06 af_packet: set host-interface qdisc-bypass
26.06 af_xdp: create interface af_xdp, delete interface af_xdp
26.06 arping: arping
26.06 auto_sdl: auto-sdl, test auto-sdl
26.06 bpf_trace_filter: set bpf trace filter
26.06 bufmon: clear buffer traces, set buffer traces
26.06 cnat: cnat client add, cnat log, cnat translation, set cnat feature, set cnat snat-policy, set cnat snat-policy addr, set cnat snat-policy if, set cnat snat-policy prefix, test cnat maglev, test cnat scanner
26.06 crypto_sw_scheduler: set sw_scheduler
26.06 dns: dns, dns name-server
26.06 dpdk: dpdk trace save, set dpdk cryptodev assignment
26.06 fateshare: fateshare restart-processes
26.06 gtpu: create gtpu forward, set flow-offload gtpu
26.06 hs_apps: clear http connect proxy client stats, http cli client, http cli server, http client, http connect proxy client enable, http connect proxy client listener, http tps, test tls client, test tls server, test-url-handler enable
26.06 hsi: hsi
26.06 http: clear http stats, test http
26.06 http_static: clear http static cache, http static listener
26.06 idpf: create interface idpf, delete interface idpf
26.06 ikev2: ikev2 dpd disable, ikev2 set liveness, ikev2 set sleep interval
26.06 ip6_dad_autoremove: set ip6 dad autoremove disable, set ip6 dad autoremove enable
26.06 ip_session_redirect: ip session redirect
26.06 l2tp: clear l2tp counters, test lt2p counters
26.06 linux-cp: lcp create, lcp default, lcp delete, lcp ethertype enable, lcp lcp-auto-subint, lcp lcp-sync, lcp lcp-sync-unnumbered, lcp osi-proto enable, lcp param, test lcp
26.06 lisp: lisp disable, lisp enable, one disable, one enable, test one nsh add-placeholder-decap-node
26.06 mdata: buffer metadata tracking
26.06 mss_clamp: set interface tcp-mss-clamp
26.06 nat: clear nat44 ed sessions, clear nat44 ei sessions, det44 add, det44 close session in, det44 close session out, det44 forward, det44 plugin, det44 reverse, nat44 ei add address, nat44 ei add identity mapping, nat44 ei add interface address, nat44 ei add static mapping, nat44 ei addr-port-assignment-alg, nat44 ei del session, nat44 ei del user, nat44 ei forwarding, nat44 ei ha failover, nat44 ei ha flush, nat44 ei ha listener, nat44 ei ha resync, nat44 ei ipfix logging, nat44 ei mss-clamping, nat44 ei plugin, nat44 ei set logging level, nat44 plugin, nat44 vrf route, nat44 vrf table, nat64 plugin, nat66 plugin, set det44 timeouts, set interface det44, set interface nat44 ei, set nat frame-queue-nelts, set nat44 ei timeout, set nat44 ei workers, set nat44 session limit, set pnat translation
26.06 npol: npol interface clear, npol interface configure, npol ipset add, npol ipset add member, npol ipset del, npol ipset del member, npol match, npol policy add, npol policy del, npol rule add, npol rule del
26.06 npt66: set npt66 binding
26.06 perfmon: perfmon reset, perfmon start, perfmon stop
26.06 policer: policer add, policer bind, policer del, policer input, policer output, policer reset
26.06 prom: prom, prom patterns
26.06 pvti: pvti interface create, pvti interface delete, set interface ip pvti-bypass, set interface ip6 pvti-bypass
26.06 quic: set quic cc, set quic max_packets_per_key
26.06 rdma: test rdma dump
26.06 sasc: clear sasc sessions, dump sasc session, dump sasc session ring, sasc pcap start, sasc pcap stop, set sasc ingress interface, set sasc services, set sasc tenant, set sasc timeout, test ipv4-5tuple-bench, test sasc list, test sasc run, test sasc run-all, test sasc run-id
26.06 selog: selog emit-elog
26.06 sfdp_services: set sfdp acl, set sfdp gateway geneve-output, set sfdp interface-input, set sfdp nat external-interface, set sfdp nat snat, set sfdp tcp-check fsol-non-syn, sfdp gateway geneve-input, sfdp nat alloc-pool, sfdp snort create-instance, sfdp snort delete-instance
26.06 sflow: sflow direction, sflow drop-monitoring, sflow enable-disable, sflow header-bytes, sflow polling-interval, sflow sampling-rate
26.06 snort: snort attach, snort create-instance, snort delete instance, snort detach, snort disconnect client
26.06 soft-rss: soft-rss clear, soft-rss config, soft-rss disable, soft-rss enable
26.06 tlsopenssl: tls openssl load-provider, tls openssl set-tls
26.06 tracenode: tracenode feature
26.06 udp-echo: udp-echo
26.06 unittest: test api fuzz, test api internal, test bitmap, test chained-buffer-linearization speed, test counter, test format-vlib, test gso, test hash, test ipsec_spd_outbound_perf, test mem-leak, test membulk, test phc, test policing, test pool, test segment-manager, test stats histogram-clear, test stats histogram-gen, test stats ring-buffer-gen, test stats ring-buffer-show-schema, test stats ring-buffer-test-schema, test time, test udp, test vlib, test vlib2
26.06 urpf: set urpf, set urpf-accept
26.06 vlib: define, echo, event-logger trace, exit, save memory-trace, set clock adjust, set trace filter function, set trace timestamp-format, test dma, undefine, wait
26.06 vnet: app crypto add tls-profile, app crypto del tls-profile, app evt-collector, clear session dbg clock_cycles, clear session stats, clear tcp stats, create packet-generator interface, create teib, delete packet-generator interface, delete teib, device attach, device create-interface, device create-secondary-interface, device detach, device remove-interface, device remove-secondary-interface, device reset, device set-rss-key, enable ip4 interface, flow, ip neighbor, ipsec itf create, ipsec itf delete, ipsec sa bind, kill sfdp session, monitor interface, packet-generator mac-filter, session debug, session sdl, set arp proxy, set bridge-domain default-learn-limit, set bridge-domain learn-limit, set interface bond, set interface default rx-mode, set interface feature gso, set interface ip6-nd proxy, set interface name, set interface rss queues, set interface secondary-mac-address, set interface tx-hash, set interface tx-queue, set ip neighbor, set ip neighbor-config, set ip reassembly extended, set ip6 dad disable, set ip6 dad enable, set ipsec async mode, set l2fib scan-delay, set pcap filter function, set sfdp eviction sessions-margin, set sfdp icmp-error-node, set sfdp services, set sfdp sp-node, set sfdp timeout, set sr encaps hop-limit, set virtio pci, sfdp tenant, sr pt add iface, sr pt del iface, sr pt show iface, test sfdp expiry disable, test sfdp expiry enable, udp decap
26.06 vrrp: vrrp peers, vrrp proto, vrrp vr add, vrrp vr del, vrrp vr track-if
26.06 wireguard: set wireguard async mode, wireguard create, wireguard delete, wireguard peer add, wireguard peer remove
both abf: abf attach, abf policy
both acl: clear acl-plugin sessions, set acl-plugin
both cdp: cdp
both ct6: set ct6, test ip6 connection-tracker
both dns: dns cache, test dns expire, test dns format, test dns unformat
both dpdk: set dpdk interface descriptors, test dpdk buffer
both examples: clear mc, sample macswap, test elog sample, test mc
both flowprobe: flowprobe feature add-del, flowprobe params
both gtpu: create gtpu tunnel, set interface ip gtpu-bypass, set interface ip6 gtpu-bypass
both hs_apps: test echo clients, test echo server, test proxy server
both http_static: http static server
both igmp: clear igmp, igmp, igmp listen, igmp proxy-dev, igmp proxy-dev itf, test igmp timers
both ikev2: ikev2 initiate, ikev2 profile, set ikev2 local key
both ila: ila entry, ila interface
both ioam: clear ioam-trace profile, clear pot profile, clear vxlan-gpe-ioam rewrite, set ioam analyse, set ioam export ipfix, set ioam ip6 cache, set ioam ip6 sr-tunnel-select, set ioam-trace profile, set pot profile, set pot profile-active, set udp-ping, set udp-ping export-ipfix, set vxlan-gpe-ioam, set vxlan-gpe-ioam export ipfix, set vxlan-gpe-ioam rewrite, set vxlan-gpe-ioam-transit
both l3xc: l3xc
both lacp: debug lacp
both lb: lb as, lb conf, lb flush vip, lb set interface nat4, lb set interface nat6, lb vip, test lb flowtable flush
both mactime: clear mactime, mactime enable-disable
both map: map add domain, map add rule, map del domain, map interface, map params fragment, map params icmp source-address, map params icmp6 unreachables, map params pre-resolve, map params security-check, map params tcp-mss, map params traffic-class
both memif: create interface memif, create memif socket, delete interface memif, delete memif socket
both nat: dslite add pool address, dslite set aftr-tunnel-endpoint-address, dslite set b4-tunnel-endpoint-address, nat ipfix logging, nat mss-clamping, nat set logging level, nat44 add address, nat44 add identity mapping, nat44 add interface address, nat44 add load-balancing back-end, nat44 add load-balancing static mapping, nat44 add static mapping, nat44 del session, nat44 forwarding, nat64 add interface address, nat64 add pool address, nat64 add prefix, nat64 add static bib, nat66 add static mapping, set interface nat44, set interface nat64, set interface nat66, set nat timeout, set nat workers
both nsh: create nsh entry, create nsh map, set nsh-md2-ioam export ipfix, set nsh-md2-ioam-transit
both nsim: nsim cross-connect enable-disable, nsim output-feature enable-disable, set nsim
both oddbuf: oddbuf configure, oddbuf enable-disable
both ping: ping
both pppoe: create pppoe cp, create pppoe session
both quic: quic set crypto api, quic set fifo-size
both rdma: create interface rdma, delete interface rdma
both stn: stn rule
both svs: svs enable, svs route, svs table
both tlsopenssl: tls openssl set
both unittest: test bier, test bihash, test chained-buffer-linearization, test crash, test crypto, test fib, test hash_memory, test interface link-state, test ipsec, test lisp cp, test llist, test mfib, test punt, test rbtree, test session, test sparse_vec, test string, test svm fifo, test tcp, test time-range
both vlib: clear errors, clear logging, clear node counters, clear runtime, clear trace, event-logger clear, event-logger resize, event-logger restart, event-logger save, event-logger stop, exec, history, memory-trace, pcap dispatch trace, q, quit, restart, set logging class, set logging size, set logging unthrottle-time, set node function, set terminal ansi, set terminal history, set terminal pager, suspend, test frame-queue nelts, test frame-queue threshold, test log, test sleep, trace add, trace filter, trace frame-queue
both vlibapi: test node serialize
both vlibmemory: api trace, clear api histogram
both vmxnet3: create interface vmxnet3, delete interface vmxnet3, test vmxnet3
both vnet: adjacency counters, app ns, bfd key del, bfd key set, bfd udp echo-source del, bfd udp echo-source set, bfd udp session add, bfd udp session auth activate, bfd udp session auth deactivate, bfd udp session del, bfd udp session mod, bfd udp session set-flags, bier route, bier table, bond add, bond del, bvi create, bvi delete, classify filter, classify session, classify table, clear fib walk, clear hardware-interfaces, clear interface tag, clear interfaces, clear ioam rewrite, clear ipsec counters, clear ipsec sa, clear l2fib, clear session, clear sr localsid-counters, configure policer, create 6rd tunnel, create bond, create bridge-domain, create geneve tunnel, create gre tunnel, create host-interface, create interface virtio, create ipip tunnel, create l2tpv3 tunnel, create loopback interface, create netmap, create sub-interfaces, create tap, create vhost-user, create vxlan tunnel, create vxlan-gpe tunnel, delete 6rd tunnel, delete bond, delete host-interface, delete interface virtio, delete ipip tunnel, delete loopback interface, delete netmap, delete sub-interface, delete tap, delete vhost-user, dhcp6 client, dhcp6 pd client, disable ip6 interface, enable ip6 interface, gpe, gpe encap, gpe entry, gpe iface, gpe native-forward, interface collect detailed-stats, ip container, ip mroute, ip punt policer, ip punt redirect, ip route, ip syn filter, ip table, ip6 nd, ip6 nd address autoconfig, ip6 punt policer, ip6 punt redirect, ip6 table, ipfix classify table, ipfix flush, ipsec policy, ipsec sa, ipsec spd, ipsec tunnel protect, l2 rewrite entry, l2fib add, l2fib del, l2fib flush-mac all, l2fib flush-mac bridge-domain, l2fib flush-mac interface, lisp adjacency, lisp eid-table, lisp eid-table map, lisp locator, lisp locator-set, lisp map-register, lisp map-request itr-rlocs, lisp map-request mode, lisp map-resolver, lisp map-server, lisp pitr, lisp remote-mapping, lisp rloc-probe, lisp use-petr, loopback create-interface, loopback delete-interface, mpls local-label, mpls table, mpls tunnel, one adjacency, one eid-table, one eid-table map, one l2 arp, one locator, one locator-set, one map-register, one map-register fallback-threshold, one map-register ttl, one map-request itr-rlocs, one map-request mode, one map-resolver, one map-server, one ndp, one nsh-mapping, one petr mode, one pitr, one pitr mode, one remote-mapping, one rloc-probe, one statistics, one statistics flush, one use-petr, one xtr mode, p2p_ethernet, packet-generator capture, packet-generator configure, packet-generator delete, packet-generator disable-stream, packet-generator enable-stream, packet-generator new, pcap trace, pipe create, pipe delete, punt socket deregister, punt socket register, qos egress map, qos mark, qos record, qos store, renumber interface, session, session replay fifo, session rule, set bridge-domain arp entry, set bridge-domain arp term, set bridge-domain arp-ufwd, set bridge-domain flood, set bridge-domain forward, set bridge-domain learn, set bridge-domain mac-age, set bridge-domain rewrite, set bridge-domain uu-flood, set crypto handler, set dhcp client, set dhcp option-82 vss, set dhcp proxy, set dhcpv6 proxy, set dhcpv6 vss, set fib walk histogram elements size, set fib walk quota, set flow classify, set flow-offload vxlan, set host-interface l4-cksum-offload, set interface feature, set interface handoff, set interface hw-class, set interface input acl, set interface ip address, set interface ip directed-broadcast, set interface ip geneve-bypass, set interface ip source-and-port-range-check, set interface ip table, set interface ip vxlan-bypass, set interface ip vxlan-gpe-bypass, set interface ip6 geneve-bypass, set interface ip6 l2tpv3, set interface ip6 table, set interface ip6 vxlan-bypass, set interface ip6 vxlan-gpe-bypass, set interface ipsec spd, set interface l2 bridge, set interface l2 efp-filter, set interface l2 flood, set interface l2 forward, set interface l2 input classify, set interface l2 learn, set interface l2 output classify, set interface l2 pbb-tag-rewrite, set interface l2 rewrite, set interface l2 tag-rewrite, set interface l2 xconnect, set interface l2 xcrw, set interface l3, set interface lldp, set interface mac address, set interface mpls, set interface mtu, set interface output acl, set interface promiscuous, set interface proxy-arp, set interface reassembly, set interface rx-mode, set interface rx-placement, set interface span, set interface state, set interface tag, set interface unnumbered, set ioam rewrite, set ip classify, set ip flow-hash, set ip source-and-port-range-check, set ip6 address, set ip6 classify, set ip6 flow-hash, set ip6 nd proxy, set ipfix classify stream, set ipfix exporter, set l2tpv3 tunnel cookie, set lldp, set policer classify, set punt, set sr encaps source, set syslog filter, set syslog sender, sr localsid, sr mpls policy, sr mpls policy te, sr mpls steer, sr policy, sr steer, srp create-interfaces, tcp debug, tcp replay scoreboard, tcp src-address, test classify, test fib-walk-process, test ip checksum, test ip6 link, test l2fib, test l2patch, test one nsh, test syslog, udp encap
both vpp: binary-api, ip virtual, set significant error`;
