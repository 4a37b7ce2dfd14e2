/** Configurations that are as large as a provider's: routes, ACL rules, static mappings and interfaces, for a node that they leave as it was. */

/** Prefixes of a full table, by length, as of 1000 (bgp.potaroo.net has such distributions). */
const LENGTHS = [...Array<number>(600).fill(24), ...Array<number>(130).fill(23), ...Array<number>(120).fill(22), ...Array<number>(50).fill(21),
  ...Array<number>(40).fill(20), ...Array<number>(30).fill(19), ...Array<number>(15).fill(18), ...Array<number>(5).fill(17),
  ...Array<number>(10).fill(16)]; // prettier-ignore

/** A node that routes frames of traffic.ts from tap0 to tap1, of IPv4 and IPv6, behind ACLs of both and without NAT. */
export const DUAL_STACK = [
  'create tap id 0 hw-addr 02:fe:16:3f:5f:0f',
  'create tap id 1 hw-addr 02:fe:16:3f:5f:10',
  'set interface state tap0 up',
  'set interface state tap1 up',
  'set interface ip address tap0 10.1.0.1/16',
  'set interface ip address tap0 2001:db8:1::1/64',
  'set interface ip address tap1 10.2.0.1/16',
  'set interface ip address tap1 2001:db8:2::1/64',
  'set ip arp static tap1 10.2.0.2 02:00:00:00:02:02',
  'set ip6 neighbor tap1 2001:db8:2::2 02:00:00:00:02:02 static',
  'ip route add 0.0.0.0/0 via 10.2.0.2 tap1',
  'ip route add ::/0 via 2001:db8:2::2 tap1',
  'set acl-plugin acl tag both permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0, permit+reflect src ::/0 dst ::/0',
  'set acl-plugin interface tap0 input acl 0',
  'set acl-plugin interface tap1 output acl 0',
];

/** The same with a sub-interface of tap0 for VLAN 100, and packets that leave with or without a tag. */
export const vlanNode = (leavesTagged: boolean): string[] => [
  ...DUAL_STACK,
  'create sub-interfaces tap0 100',
  'set interface state tap0.100 up',
  'set interface ip address tap0.100 10.3.0.1/16',
  'set acl-plugin interface tap0.100 input acl 0',
  ...(leavesTagged
    ? [
        'create sub-interfaces tap1 20',
        'set interface state tap1.20 up',
        'set interface ip address tap1.20 10.4.0.1/16',
        'set acl-plugin interface tap1.20 output acl 0',
        'set ip arp static tap1.20 10.4.0.2 02:00:00:00:02:02',
        'ip route del 0.0.0.0/0 via 10.2.0.2 tap1',
        'ip route add 0.0.0.0/0 via 10.4.0.2 tap1.20',
      ]
    : []),
];

/** Steps of a full-period generator, which is all the randomness there is. */
function numbers(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

const dotted = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** Distinct prefixes in 11.0.0.0 to 90.255.255.255, where the node's own addresses and benchmark servers are not. */
export function routes(count: number): string[] {
  const next = numbers();
  const seen = new Set<string>();
  const lines: string[] = [];
  while (lines.length < count) {
    const length = LENGTHS[(next() >>> 8) % LENGTHS.length];
    const address = (((11 + ((next() >>> 8) % 80)) << 24) | (next() >>> 8)) & -(2 ** (32 - length));
    const prefix = `${dotted(address >>> 0)}/${length}`;
    if (seen.has(prefix)) continue;
    seen.add(prefix);
    lines.push(`ip route add ${prefix} via 192.168.16.${100 + (lines.length % 100)} GigabitEthernet0/8/0`);
  }
  return lines;
}

/** The same through next hops without interface, as a routing daemon without resolution would give them. */
export const recursiveRoutes = (count: number): string[] =>
  routes(count).map((line) => line.replace(' GigabitEthernet0/8/0', ''));

/** Services: of each address of a pool a thousand ports. */
const PORTS = 1000;

export const staticMappings = (count: number): string[] => [
  ...Array.from({ length: Math.ceil(count / PORTS) }, (_, i) => `nat44 add address ${dotted(0xc0a81200 + i)}`),
  ...Array.from({ length: count }, (_, i) => {
    const [pod, service] = [0x0a010200 + (i >> 4), 0xc0a81200 + Math.floor(i / PORTS)];
    const port = 1024 + (i % PORTS);
    return `nat44 add static mapping tcp local ${dotted(pod)} ${port} external ${dotted(service)} ${port}`;
  }),
];

/** Pods: a tap each, with its route and neighbour. */
export const interfaces = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const [id, pod] = [100 + i, dotted(0x0a020000 + i)];
    const mac = `02:fe:00:01:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
    return [
      `create tap id ${id} hw-addr ${mac}`,
      `set interface state tap${id} up`,
      `set interface ip address tap${id} ${dotted(0x0a030000 + i)}/32`,
      `ip route add ${pod}/32 via ${pod} tap${id}`,
      `set ip arp static tap${id} ${pod} 00:00:00:01:${mac.slice(-5)}`,
    ];
  }).flat();
