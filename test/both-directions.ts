/** Captures as they come from a pod's interface: frames of both directions and of other hosts, and the node they belong to. */

import {
  BIG,
  enhanced,
  interfaceBlock,
  LITTLE,
  obsolete,
  option,
  pcapHeader,
  pcapRecord,
  section,
  simple,
} from './capture/capture-bytes.js';
import { tcpOf, udpOf } from './pipeline/packets.js';

/** eth0 has the MAC addresses of test/pipeline/packets.ts; its ACL, which has no tag, denies TCP. */
export const NODE = `
# interface: eth0 mac 02:fe:00:00:00:01
# interface: eth1 mac 02:fe:00:00:00:02
set interface state eth0 up
set interface ip address eth0 10.1.1.1/24
set interface state eth1 up
set interface ip address eth1 192.168.16.1/24
set ip arp static eth0 10.1.1.3 02:00:00:00:01:03
set ip arp static eth1 192.168.16.100 02:00:00:00:02:64
ip route add 0.0.0.0/0 via 192.168.16.100 eth1
set acl-plugin acl deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0, permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0
set acl-plugin interface eth0 input acl 0
`;

const POD = '10.1.1.3';
const SERVER = '93.184.216.34';
const DATA = Uint8Array.of(1, 2, 3, 4);

const to = (mac: string, frame: Uint8Array): Uint8Array => {
  frame.set(Buffer.from(mac.replaceAll(':', ''), 'hex'));
  return frame;
};
const from = (mac: string, frame: Uint8Array): Uint8Array => {
  frame.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 6);
  return frame;
};

const query = { source: POD, destination: SERVER, protocol: 17 };
const answer = { source: SERVER, destination: POD, protocol: 17, ttl: 63 };
const syn = { source: POD, destination: SERVER, protocol: 6 };

/** In this order; `of` tells what becomes of each. */
export const FRAMES: readonly { readonly of: string; readonly bytes: Buffer }[] = [
  { of: 'another host', bytes: to('02:aa:00:00:00:09', udpOf(query, 5000, 53, DATA)) },
  { of: 'leaves', bytes: udpOf(query, 5000, 53, DATA) },
  { of: 'the node', bytes: to('02:00:00:00:01:03', from('02:fe:00:00:00:01', udpOf(answer, 53, 5000, DATA))) },
  { of: 'dropped', bytes: tcpOf(syn, 40000, 80, 2) },
  { of: 'leaves by a session', bytes: udpOf({ ...query, identification: 2 }, 5000, 53, DATA) },
].map(({ of, bytes }) => ({ of, bytes: Buffer.from(bytes) }));

/** The answer to frame 2, as the uplink gets it. */
export const ANSWER = Buffer.from(
  to('02:fe:00:00:00:02', from('02:00:00:00:02:64', udpOf({ ...answer, ttl: 64 }, 53, 5000, DATA))),
);

const classic = (order: typeof LITTLE, magic: number, frames: readonly Buffer[], from = 1): Buffer =>
  Buffer.concat([
    pcapHeader(order, magic),
    ...frames.map((bytes, i) => pcapRecord(order, { seconds: from + i, fraction: 0, bytes })),
  ]);

export const pcapOf = (frames: readonly Buffer[], firstSecond = 1): Buffer =>
  classic(LITTLE, 0xa1b2c3d4, frames, firstSecond);

/** The same frames, with the same numbers, in every form of a capture. */
export const FORMS: readonly { readonly name: string; readonly file: string; readonly bytes: Buffer }[] = (() => {
  const frames = FRAMES.map(({ bytes }) => bytes);
  const tick = (i: number): bigint => BigInt(i + 1) * 1_000_000n;
  const name = option(LITTLE, 2, Buffer.from('capture0'));
  const head = (order: typeof LITTLE): Buffer[] => [section(order), interfaceBlock(order, 1, 0, name)];
  return [
    { name: 'a pcap', file: 'in.pcap', bytes: pcapOf(frames) },
    { name: 'a big-endian pcap of nanoseconds', file: 'in.pcap', bytes: classic(BIG, 0xa1b23c4d, frames) },
    {
      name: 'a pcapng',
      file: 'in.pcapng',
      bytes: Buffer.concat([...head(LITTLE), ...frames.map((bytes, i) => enhanced(LITTLE, 0, tick(i), bytes))]),
    },
    {
      name: 'a pcapng whose frame of another host is one of an unknown link type',
      file: 'in.pcapng',
      bytes: Buffer.concat([
        ...head(LITTLE),
        interfaceBlock(LITTLE, 147, 0),
        ...frames.map((bytes, i) => enhanced(LITTLE, i === 0 ? 1 : 0, tick(i), bytes)),
      ]),
    },
    {
      name: 'a pcapng of all kinds of packet blocks, with blocks of other kinds between them',
      file: 'in.pcapng',
      bytes: Buffer.concat([
        ...head(LITTLE),
        obsolete(LITTLE, 0, tick(0), frames[0]),
        enhanced(LITTLE, 0, tick(1), frames[1]),
        section(LITTLE),
        interfaceBlock(LITTLE, 1, 0),
        simple(LITTLE, frames[2]),
        obsolete(LITTLE, 0, tick(3), frames[3]),
        simple(LITTLE, frames[4]),
      ]),
    },
  ];
})();
