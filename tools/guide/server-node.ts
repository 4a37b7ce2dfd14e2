/** Configuration of the guide's second node, as far as its traces show it: addresses, MACs and numbers of interfaces. */

export interface ServerNode {
  /** MAC of its uplink, and of the first node's. */
  readonly mac: string;
  readonly peerMac: string;
  /** The pod, its MAC, and VPP's side of it. */
  readonly pod: string;
  readonly podMac: string;
  readonly tap: string;
  readonly tapId: number;
}

export const serverNode = ({ mac, peerMac, pod, podMac, tap, tapId }: ServerNode): string => `\
# The second node of the guide's cluster: 192.168.16.2, with pods in 10.1.2.0/24. What the traces do not show is left out.
# ACLs say what the traced packets need: 0 permits and reflects, 1 is the pod's, 2 the global one.
# interface: GigabitEthernet0/8/0 mac ${mac}
set interface state GigabitEthernet0/8/0 up
set interface ip address GigabitEthernet0/8/0 192.168.16.2/24
set ip arp static GigabitEthernet0/8/0 192.168.16.1 ${peerMac}
create loopback interface mac 1a:2b:3c:4d:5e:02
set interface state loop0 up
create bridge-domain 1 learn 0
create vxlan tunnel src 192.168.16.2 dst 192.168.16.1 vni 10
set interface l2 bridge loop0 1 bvi
set interface l2 bridge vxlan_tunnel0 1 1
set interface ip address loop0 192.168.30.2/24
l2fib add 1a:2b:3c:4d:5e:01 1 vxlan_tunnel0 static
set ip arp static loop0 192.168.30.1 1a:2b:3c:4d:5e:01
ip route add 10.1.1.0/24 via 192.168.30.1
create tap id ${tapId} hw-addr ${tap}
set interface state tap${tapId} up
set interface ip address tap${tapId} 10.2.2.${tapId}/32
ip route add ${pod}/32 via ${pod} tap${tapId}
set ip arp static tap${tapId} ${pod} ${podMac}
set acl-plugin acl tag reflective permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0
set acl-plugin acl tag pod permit src 10.1.1.0/24 dst 0.0.0.0/0 proto 6 dport 8080, deny src 0.0.0.0/0 dst 0.0.0.0/0
set acl-plugin acl tag global permit src 192.168.16.0/24 dst 192.168.16.0/24 proto 17 dport 4789, deny src 0.0.0.0/0 dst 10.1.1.0/24
set acl-plugin interface GigabitEthernet0/8/0 input acl 0
set acl-plugin interface GigabitEthernet0/8/0 output acl 2
set acl-plugin interface loop0 input acl 0
set acl-plugin interface loop0 output acl 2
set acl-plugin interface tap${tapId} input acl 0
set acl-plugin interface tap${tapId} output acl 1
nat44 forwarding enable
nat44 add address 192.168.16.2
set interface nat44 out GigabitEthernet0/8/0 output-feature
nat44 add identity mapping 192.168.16.2 udp 4789
set interface nat44 in loop0
set interface nat44 in tap${tapId}
`;
