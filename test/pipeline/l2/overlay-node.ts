/** A node with a pod, an uplink and an overlay, and frames to send through it, for tests of bridges and tunnels. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../../src/capture/frame-batch.js';
import { FrameRecord } from '../../../src/capture/frame-record.js';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Dataplane, type DataplaneTotals } from '../../../src/dataplane/dataplane.js';
import { VerdictRecorder, type Verdict } from '../../../src/outcome/verdicts.js';
import { ethernet, ip4, udp, type Payload } from '../../../tools/build-packets.js';

export const BVI_MAC = '1a:2b:3c:4d:5e:01';
/** Remote nodes 2 and 3: what is behind vxlan_tunnel0 and vxlan_tunnel1. */
export const REMOTE_MAC = { 2: '1a:2b:3c:4d:5e:02', 3: '1a:2b:3c:4d:5e:03' } as const;
export const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/** pg0 has the pod 10.1.1.3, pg1 the uplink; behind tunnels to .2 and .3 are 10.1.2.0/24 and 10.1.3.0/24. */
export interface OverlayOptions {
  readonly domain?: string;
  readonly groups?: readonly [number, number];
  readonly fib?: readonly string[];
  readonly underlay?: readonly string[];
  readonly more?: readonly string[];
}

const UNDERLAY = [
  'set ip arp static pg1 192.168.16.2 02:00:00:00:16:02',
  'set ip arp static pg1 192.168.16.3 02:00:00:00:16:03',
];

export const overlayScript = ({ domain = '', groups = [1, 1], fib, underlay, more = [] }: OverlayOptions): string =>
  [
    'create packet-generator interface pg0',
    'create packet-generator interface pg1',
    'set interface mac address pg0 02:fe:00:00:00:01',
    'set interface mac address pg1 02:fe:00:00:00:02',
    'set interface state pg0 up',
    'set interface state pg1 up',
    'set interface ip address pg0 10.1.1.1/24',
    'set interface ip address pg1 192.168.16.1/24',
    'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03',
    ...(underlay ?? UNDERLAY),
    `create loopback interface mac ${BVI_MAC}`,
    'set interface state loop0 up',
    `create bridge-domain 1 ${domain}`.trim(),
    'create vxlan tunnel src 192.168.16.1 dst 192.168.16.2 vni 10',
    'create vxlan tunnel src 192.168.16.1 dst 192.168.16.3 vni 10',
    'set interface l2 bridge loop0 1 bvi',
    `set interface l2 bridge vxlan_tunnel0 1 ${groups[0]}`,
    `set interface l2 bridge vxlan_tunnel1 1 ${groups[1]}`,
    'set interface ip address loop0 192.168.30.1/24',
    `set ip arp static loop0 192.168.30.2 ${REMOTE_MAC[2]}`,
    `set ip arp static loop0 192.168.30.3 ${REMOTE_MAC[3]}`,
    'ip route add 10.1.2.0/24 via 192.168.30.2 loop0',
    'ip route add 10.1.3.0/24 via 192.168.30.3 loop0',
    ...(fib ?? [
      `l2fib add ${REMOTE_MAC[2]} 1 vxlan_tunnel0 static`,
      `l2fib add ${REMOTE_MAC[3]} 1 vxlan_tunnel1 static`,
    ]),
    ...more,
    '',
  ].join('\n');

export interface OverlayResult {
  readonly verdict: Verdict;
  readonly out: readonly { readonly on: string; readonly bytes: Uint8Array }[];
}

/** Runs frames on a node, one after the other. `before` are bytes in front of each frame, which must come out unchanged. */
export class OverlayNode {
  readonly dataplane: Dataplane;
  private readonly recorder = new VerdictRecorder();
  private out: { on: string; bytes: Uint8Array }[] = [];
  private seconds = 0;

  constructor(options: OverlayOptions = {}) {
    const tables = applyScript(parseScript(overlayScript(options), 'node.vpp'));
    this.dataplane = new Dataplane(
      tables,
      {
        transmit: (b) => {
          this.recorder.transmit(b);
          this.out.push({
            on: tables.interfaces.all[b.swIfIndexTx].name,
            bytes: b.bytes.slice(b.at, b.at + b.length),
          });
        },
        discard: (b) => this.recorder.discard(b, this.dataplane),
      },
      true,
    );
  }

  get totals(): DataplaneTotals {
    return this.dataplane.totals;
  }

  /** @param cutTo bytes of the frame that the capture kept */
  send(on: string, frame: Uint8Array, cutTo = frame.length): OverlayResult {
    const bytes = new Uint8Array(2 * HEADROOM_BYTES + 50 + cutTo + TAILROOM_BYTES).fill(0xa5);
    const at = HEADROOM_BYTES + 50;
    bytes.set(frame.subarray(0, cutTo), at);
    const { dataplane } = this;
    const rx = dataplane.tables.interfaces.byName(on)?.swIfIndex ?? -1;
    const record = new FrameRecord().setBytes(bytes, new DataView(bytes.buffer), at, cutTo);
    record.originalLength = frame.length;
    dataplane.receive(record.setTime(this.seconds++, 0), rx);
    if (bytes.subarray(0, at - HEADROOM_BYTES).some((byte) => byte !== 0xa5))
      throw new Error('the frame before was overwritten');
    const { out } = this;
    this.out = [];
    return { verdict: this.recorder.take(dataplane), out };
  }
}

const DATA = [1, 2, 3, 4, 5, 6, 7, 8];

/** A datagram between two addresses, as seen between two MACs. */
export function datagram(
  source: string,
  destination: string,
  ttl: number,
  macs: readonly [from: string, to: string],
): Uint8Array {
  const payload = udp({ sourcePort: 4000, destinationPort: 5000 }, DATA);
  return ethernet(
    { source: macs[0], destination: macs[1] },
    ip4({ source, destination, ttl, identification: 0x0101 }, payload),
  );
}

/** The pod's datagram to an address. */
export const fromPod = (destination: string): Uint8Array =>
  datagram('10.1.1.3', destination, 64, ['02:00:00:00:01:03', '02:fe:00:00:00:01']);

/** A datagram of a remote pod to the local one, as the remote node's BVI sends it. */
export const toPod = (macSource: string, macDestination: string = BVI_MAC): Uint8Array =>
  datagram('10.1.2.5', '10.1.1.3', 63, [macSource, macDestination]);

/** An Ethernet frame of any type. */
export const ethernetFrame = (source: string, destination: string, type: number, payload: Payload): Uint8Array =>
  ethernet({ source, destination, type }, payload);

/** A frame in a VXLAN packet from a remote node. */
export function encapsulated(
  remote: 2 | 3 | 9,
  inner: Uint8Array,
  header: readonly number[] = vxlanHeader(10),
): Uint8Array {
  const datagram = udp({ sourcePort: 50000, destinationPort: 4789, checksum: 0 }, [...header, ...inner]);
  return ethernet(
    { source: `02:00:00:00:16:0${remote}`, destination: '02:fe:00:00:00:02' },
    ip4({ source: `192.168.16.${remote}`, destination: '192.168.16.1' }, datagram),
  );
}

export const vxlanHeader = (vni: number, flags = 8, reserved = 0): number[] => [
  flags,
  0,
  0,
  0,
  (vni >>> 16) & 255,
  (vni >>> 8) & 255,
  vni & 255,
  reserved,
];
