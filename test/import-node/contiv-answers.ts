/**
 * What the show commands of a Contiv node say, by hand, in the words of VPP 19.08 (its formats: src/vnet/interface_format.c, l2/l2_bd.c,
 * dpo/load_balance.c, src/plugins/{acl/acl.c,nat/nat_format.c}): two tables, an overlay, a pod, policies and services.
 */

export const CONTIV_ANSWERS: Readonly<Record<string, string>> = {
  'show version': `
vpp v19.08.1-282~ga6a98b546 built by root on 525c154d7fe6 at Tue Dec  3 17:01:53 UTC 2019`,
  'show interface': `
              Name               Idx    State  MTU (L3/IP4/IP6/MPLS)     Counter          Count     
GigabitEthernet0/8/0              1      up          1500/0/0/0     rx packets                 12345
                                                                    rx bytes                  987654
                                                                    ip4                         9999
local0                            0     down          0/0/0/0       drops                          1
loop0                             3      up          1450/0/0/0     tx packets                     3
tap0                              2      up          1450/0/0/0     rx packets                    77
tap1                              6      up          1450/0/0/0     rx packets                    77
vxlan_tunnel0                     4      up           0/0/0/0       
`,
  'show interface address': `
GigabitEthernet0/8/0 (up):
  L3 192.168.16.2/24
local0 (dn):
loop0 (up):
  L2 bridge bd-id 1 idx 1 shg 0 bvi
  L3 192.168.30.2/24 ip4 table-id 1 fib-idx 1
tap0 (up):
  L3 172.30.2.1/24
tap1 (up): 
  unnumbered, use loop0
  L3 192.168.30.2/24 ip4 table-id 1 fib-idx 1
vxlan_tunnel0 (up):
  L2 bridge bd-id 1 idx 1 shg 1  `,
  'show hardware-interfaces': `
              Name                Idx   Link  Hardware
GigabitEthernet0/8/0               1     up   GigabitEthernet0/8/0
  Link speed: 1 Gbps
  Ethernet address 08:00:27:c7:6c:5b
  Intel 82540EM (e1000)
local0                             0    down  local0
  local
loop0                              3     up   loop0
  Ethernet address 1a:2b:3c:4d:5e:02
tap0                               2     up   tap0
  Ethernet address 01:23:45:67:89:42
tap1                               5     up   tap1
  Ethernet address 02:fe:fc:07:21:82
vxlan_tunnel0                      4     up   vxlan_tunnel0
  VXLAN`,
  'show vxlan tunnel': `
[0] instance 0 src 192.168.16.2 dst 192.168.16.1 vni 10 fib-idx 0 sw-if-idx 4 encap-dpo-idx 22 `,
  'show bridge-domain 1 detail': `
  BD-ID   Index   BSN  Age(min)  Learning  U-Forwrd   UU-Flood   Flooding  ARP-Term  arp-ufwd   BVI-Intf
    1       1      0     off       off        on       flood        on       off       off       loop0

           Interface           If-idx ISN  SHG  BVI  TxFlood        VLAN-Tag-Rewrite       
             loop0               3     1    0    *      *                 none             
         vxlan_tunnel0           4     1    1    -      *                 none             `,
  'show l2fib verbose': `
    Mac-Address     BD-Idx If-Idx BSN-ISN Age(min) static filter bvi         Interface-Name        
 1a:2b:3c:4d:5e:01    1      4      0/0      no      *      -     -             vxlan_tunnel0         
 1a:2b:3c:4d:5e:02    1      3      0/1      no      *      -     *                 loop0             
 02:00:00:00:00:99    1      4      0/1      -       -      -     -             vxlan_tunnel0         
L2FIB total/learned entries: 3/1  Last scan time: 0.0000e0sec  Learn limit: 4194304 `,
  'show ip fib': `
ipv4-VRF:0, fib_index:0, flow hash:[src dst sport dport proto ] locks:[src:plugin-hi:2, src:default-route:1, ]
0.0.0.0/0
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:1 buckets:1 uRPF:0 to:[0:0]]
    [0] [@5]: ipv4 via 192.168.16.100 GigabitEthernet0/8/0: mtu:1500 080027aabbcc080027c76c5b0800
0.0.0.0/32
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:2 buckets:1 uRPF:1 to:[0:0]]
    [0] [@0]: dpo-drop ip4
10.1.2.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:40 buckets:1 uRPF:50 to:[0:0]]
    [0] [@10]: dst-address,unicast lookup in podVRF
172.30.2.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:30 buckets:1 uRPF:40 to:[0:0]]
    [0] [@4]: ipv4-glean: tap0: mtu:1450 ffffffffffff0123456789420806
172.30.2.1/32
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:31 buckets:1 uRPF:41 to:[0:0]]
    [0] [@2]: dpo-receive: 172.30.2.1 on tap0
192.168.16.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:9 buckets:1 uRPF:8 to:[0:0]]
    [0] [@4]: ipv4-glean: GigabitEthernet0/8/0: mtu:1500 ffffffffffff080027c76c5b0806
192.168.16.2/32
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:12 buckets:1 uRPF:13 to:[0:0]]
    [0] [@2]: dpo-receive: 192.168.16.2 on GigabitEthernet0/8/0
198.51.100.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:41 buckets:4 uRPF:51 to:[0:0]]
    [0] [@5]: ipv4 via 192.168.16.100 GigabitEthernet0/8/0: mtu:1500 080027aabbcc080027c76c5b0800
    [1] [@3]: arp-ipv4: via 192.168.16.101 GigabitEthernet0/8/0
    [2] [@3]: arp-ipv4: via 192.168.16.101 GigabitEthernet0/8/0
    [3] [@3]: arp-ipv4: via 192.168.16.101 GigabitEthernet0/8/0
podVRF, fib_index:1, flow hash:[src dst sport dport proto ] locks:[src:API:2, src:adjacency:2, ]
0.0.0.0/0
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:14 buckets:1 uRPF:0 to:[0:0]]
    [0] [@10]: dst-address,unicast lookup in ipv4-VRF:0
10.1.2.3/32
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:50 buckets:1 uRPF:60 to:[0:0]]
    [0] [@5]: ipv4 via 10.1.2.3 tap1: mtu:1450 00000000000202fefc0721820800
192.168.30.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:20 buckets:1 uRPF:60 to:[0:0]]
    [0] [@4]: ipv4-glean: loop0: mtu:1450 ffffffffffff1a2b3c4d5e020806
192.168.30.1/32
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:21 buckets:1 uRPF:61 to:[0:0]]
    [0] [@5]: ipv4 via 192.168.30.1 loop0: mtu:1450 1a2b3c4d5e011a2b3c4d5e020800
10.1.1.0/24
  unicast-ip4-chain
  [@0]: dpo-load-balance: [proto:ip4 index:22 buckets:1 uRPF:62 to:[0:0]]
    [0] [@12]: dpo-load-balance: [proto:ip4 index:21 buckets:1 uRPF:61 to:[0:0] via:[3:300]]
          [0] [@5]: ipv4 via 192.168.30.1 loop0: mtu:1450 1a2b3c4d5e011a2b3c4d5e020800`,
  'show ip arp': `
    Time           IP4       Flags      Ethernet              Interface       
    100.2342 192.168.16.100    D    08:00:27:aa:bb:cc GigabitEthernet0/8/0
     12.1    192.168.30.1      S    1a:2b:3c:4d:5e:01 loop0
     13.1     10.1.2.3         S    00:00:00:00:00:02 tap1`,
  'show acl-plugin acl': `
acl-index 1 count 1 tag {contiv/vpp-policy-REFLECTION}
          0: ipv4 permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0 proto 0 sport 0 dport 0
  applied inbound on sw_if_index: 6
acl-index 3 count 2 tag {contiv/vpp-policy-GLOBAL}
          0: ipv4 permit src 0.0.0.0/0 dst 10.1.2.3/32 proto 6 sport 0-65535 dport 80 tcpflags 2 mask 18
          1: ipv4 deny src 0.0.0.0/0 dst 0.0.0.0/0 proto 0 sport 0 dport 0
  applied outbound on sw_if_index: 6`,
  'show acl-plugin interface': `
sw_if_index 0:
sw_if_index 6:
  input acl(s): 1
  output acl(s): 3`,
  'show nat44 addresses': `
NAT44 pool addresses:
192.168.16.2
  tenant VRF independent
  10 busy udp ports
  1 busy tcp ports
  0 busy icmp ports
NAT44 twice-nat pool addresses:
10.1.2.254
  tenant VRF independent`,
  'show nat44 interfaces': `
NAT44 interfaces:
 tap0 in out
 tap1 in out
 GigabitEthernet0/8/0 output-feature out`,
  'show nat44 interface address': `
NAT44 pool address interfaces:
 GigabitEthernet0/8/0
NAT44 twice-nat pool address interfaces:`,
  'show nat44 static mappings': `
NAT44 static mappings:
 tcp local 192.168.16.1:6443 external 10.96.0.1:443 vrf 0 self-twice-nat out2in-only
 udp external 10.96.0.10:53 self-twice-nat out2in-only
  local 10.1.1.3:53 vrf 1 probability 1
  local 10.1.2.3:53 vrf 1 probability 2
 identity mapping udp 192.168.16.2:4789 vrf 0 vrf 1
 local 10.1.2.9 external 192.168.16.9 vrf 0  
 tcp local 10.1.2.3:8080 external GigabitEthernet0/8/0:30080 vrf 1
 tcp local 10.1.2.3:8080 external 192.168.16.2:30080 vrf 1  `,
  'show nat timeouts': `
udp timeout: 300sec
tcp-established timeout: 7440sec
tcp-transitory timeout: 240sec
icmp timeout: 60sec`,
  'show nat mss-clamping': `
mss-clamping disabled`,
};
