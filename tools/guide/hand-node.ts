/** The node of cases made by hand, one pod and one uplink, and packets to and from it with full checksums. */

import { ethernet, ip4, tcp, udp, type Ip4Fields, type Layer } from '../build-packets.js';
import { SYN } from '../../src/wire/tcp.js';
import type { CaseFrame } from './capture-files.js';
import type { CaseStep } from './case-source.js';

export const POD = {
  address: '10.1.1.3',
  mac: '00:00:00:00:00:02',
  interfaceName: 'tap1',
  vppMac: '02:fe:00:00:00:01',
  vppAddress: '10.1.1.1',
};
export const UPLINK = {
  address: '192.168.16.1',
  interfaceName: 'GigabitEthernet0/8/0',
  vppMac: '08:00:27:44:9f:d8',
  gateway: '192.168.16.100',
  gatewayMac: '08:00:27:02:a5:36',
};
export const SERVER = '203.0.113.9';

export const NODE = `# One pod behind tap1, the uplink with the default route.
# interface: ${UPLINK.interfaceName}
create tap id 1
set interface mac address ${UPLINK.interfaceName} ${UPLINK.vppMac}
set interface mac address tap1 ${POD.vppMac}
set interface state ${UPLINK.interfaceName} up
set interface state tap1 up
set interface ip address ${UPLINK.interfaceName} ${UPLINK.address}/24
set interface ip address tap1 ${POD.vppAddress}/24
set ip arp static ${UPLINK.interfaceName} ${UPLINK.gateway} ${UPLINK.gatewayMac}
set ip arp static tap1 ${POD.address} ${POD.mac}
ip route add 0.0.0.0/0 via ${UPLINK.gateway} ${UPLINK.interfaceName}
`;

export const DAY_MICROSECONDS = Date.UTC(2026, 0, 1) * 1000;
export const DATA = Array.from({ length: 16 }, (_, i) => i + 1);

/** The four places where a frame can be seen: on its way to VPP or from it, at the pod or at the uplink. */
export const fromPod = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: POD.mac, destination: POD.vppMac }, ip4(headers, payload));
export const toPod = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: POD.vppMac, destination: POD.mac }, ip4(headers, payload));
export const fromUplink = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: UPLINK.gatewayMac, destination: UPLINK.vppMac }, ip4(headers, payload));
export const toUplink = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: UPLINK.vppMac, destination: UPLINK.gatewayMac }, ip4(headers, payload));

/** A step: frame `nth` of its case, a second after the one before. */
export function step(
  nth: number,
  what: string,
  interfaceName: string,
  bytes: Uint8Array,
  outputs: readonly Omit<CaseFrame, 'microseconds' | 'comment'>[],
  path: string[],
): CaseStep {
  return {
    input: { interfaceName, microseconds: DAY_MICROSECONDS + nth * 1_000_000, bytes, comment: what },
    outputs: outputs.map((output) => ({ ...output, comment: `because of: ${what}` })),
    nodes: { frame: what, path },
  };
}

export const DROP = ['error-drop', 'drop'];

/** A SYN from the Internet to the pod. TTL 64 arrives, TTL 63 leaves. */
export function synToPod(destinationPort: number, ttl: number, see: typeof fromUplink): Uint8Array {
  const headers = { source: SERVER, destination: POD.address, ttl, identification: 0x0101 };
  return see(headers, tcp({ sourcePort: 40000, destinationPort, sequence: 1, flags: SYN, window: 29200 }));
}

/** A query of the pod to the server; ports and data do not change on the way. */
export function query(destination: string, ttl: number, see: typeof fromPod): Uint8Array {
  const headers = { source: POD.address, destination, ttl, identification: 0x0202 };
  return see(headers, udp({ sourcePort: 40000, destinationPort: 33434 }, DATA));
}
