/** Any frames that wire/build.ts can make, and a frame made again of what wire/decode.ts finds in it. */

import fc from 'fast-check';
import { formatMac } from '../../src/wire/address.js';
import * as arp from '../../src/wire/arp.js';
import * as build from '../../tools/build-packets.js';
import { swap16 } from '../../src/wire/checksum.js';
import { Layer, Layers } from '../../src/wire/decode.js';
import * as ethernet from '../../src/wire/ethernet.js';
import * as icmp4 from '../../src/wire/icmp4.js';
import * as ip4 from '../../src/wire/ip4.js';
import * as tcp from '../../src/wire/tcp.js';
import * as udp from '../../src/wire/udp.js';
import * as vlan from '../../src/wire/vlan.js';
import * as vxlan from '../../src/wire/vxlan.js';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const bytes = fc.uint8Array({ maxLength: 40 });
const address = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const mac = fc.tuple(u16, u32).map(([high, low]) => formatMac({ high, low }));
const options = fc.array(u8, { maxLength: 40 });
/** None is given, or any is: right by chance at most. */
const checksum = fc.option(u16, { nil: undefined, freq: 3 });

const notVxlan = u16.filter((port) => port !== vxlan.UDP_PORT);
const transport: fc.Arbitrary<build.Layer> = fc.oneof(
  fc
    .record({
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgment: u32,
      flags: u8,
      window: u16,
      urgentPointer: u16,
      options,
      checksum,
      data: bytes,
    })
    .map(({ checksum: given, data, ...fields }) => build.tcp({ ...fields, ...orMade(given) }, data)),
  fc
    .record({ sourcePort: u16, destinationPort: notVxlan, checksum, data: bytes })
    .map(({ checksum: given, data, ...fields }) => build.udp({ ...fields, ...orMade(given) }, data)),
  fc
    .record({ type: u8.filter((type) => !icmp4.isError(type)), code: u8, rest: u32, checksum, data: bytes })
    .map(({ checksum: given, data, ...fields }) => build.icmp({ ...fields, ...orMade(given) }, data)),
);

const orMade = (given: number | undefined): { checksum?: number } => (given === undefined ? {} : { checksum: given });

const ip4Of = (payload: fc.Arbitrary<build.Payload>): fc.Arbitrary<build.Layer> =>
  fc
    .record({
      source: address,
      destination: address,
      ttl: u8,
      tos: u8,
      identification: u16,
      isFragment: fc.boolean(),
      options,
      checksum,
      payload,
    })
    .map(({ checksum: given, isFragment, payload: carried, ...fields }) =>
      build.ip4({ ...fields, ...orMade(given), flagsAndFragment: isFragment ? ip4.MORE_FRAGMENTS : 0 }, carried),
    );

const ip4Packets = fc.oneof(
  ip4Of(transport),
  ip4Of(
    fc
      .record({ type: fc.constantFrom(3, 11), code: u8, packet: ip4Of(transport) })
      .map(({ packet, ...fields }) => build.icmp(fields, packet)),
  ),
);

const arps = fc
  .record({ operation: u16, senderMac: mac, senderAddress: address, targetMac: mac, targetAddress: address })
  .map((fields) => build.arp(fields));

const tagged = (packets: fc.Arbitrary<build.Layer>): fc.Arbitrary<build.Layer> =>
  fc.oneof(
    packets,
    fc
      .record({ id: fc.nat(0xfff), priority: fc.nat(7), packet: packets })
      .map(({ packet, ...fields }) => build.vlan(fields, packet)),
    fc
      .record({ id: fc.nat(0xfff), inner: fc.nat(0xfff), packet: packets })
      .map(({ id, inner, packet }) =>
        build.vlan({ id, tagType: ethernet.TYPE_DOT1AD }, build.vlan({ id: inner }, packet)),
      ),
  );

const ethernets = (packets: fc.Arbitrary<build.Layer>): fc.Arbitrary<Uint8Array> =>
  fc
    .record({ destination: mac, source: mac, packet: tagged(packets) })
    .map(({ packet, ...macs }) => build.ethernet(macs, packet));

const tunnelled = ip4Of(
  fc
    .record({ sourcePort: u16, vni: fc.nat(0xffffff), frame: ethernets(fc.oneof(ip4Packets, arps)) })
    .map(({ sourcePort, vni, frame }) =>
      build.udp({ sourcePort, destinationPort: vxlan.UDP_PORT, checksum: 0 }, build.vxlan({ vni }, frame)),
    ),
);

/** Frames with up to two tags, IPv4 options, fragments, quoted packets, frames in VXLAN, and checksums right and wrong. */
export const frames = ethernets(fc.oneof(ip4Packets, arps, tunnelled));

/** The frame made again, from its innermost header outwards. All checksums are given as they are. */
export function rebuilt(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const layers = new Layers().decode(view, 0, frame.length);
  let payload: build.Payload = frame.subarray(layers.payloadAt);
  for (let i = layers.count - 1; i >= 0; i--) payload = again(view, layers, i, payload);
  return payload as Uint8Array;
}

function again(view: DataView, layers: Layers, i: number, payload: build.Payload): build.Payload {
  const { [i]: at } = layers.at;
  const { [i]: end } = layers.headerEnd;
  const optionsBehind = (bytes: number): number[] =>
    Array.from({ length: end - at - bytes }, (_, k) => view.getUint8(at + bytes + k));
  switch (layers.kind[i]) {
    case Layer.Ethernet as number: {
      const destination = formatMac({
        high: ethernet.destinationHigh(view, at),
        low: ethernet.destinationLow(view, at),
      });
      const source = formatMac({ high: ethernet.sourceHigh(view, at), low: ethernet.sourceLow(view, at) });
      return build.ethernet({ destination, source, type: ethernet.type(view, at) }, payload);
    }
    case Layer.Vlan as number: {
      const control = vlan.control(view, at);
      return build.vlan({ id: control & 0xfff, priority: control >>> 13, type: vlan.type(view, at) }, payload);
    }
    case Layer.Arp as number:
      return build.arp({
        operation: arp.operation(view, at),
        senderMac: formatMac({ high: arp.senderMacHigh(view, at), low: arp.senderMacLow(view, at) }),
        senderAddress: arp.senderAddress(view, at),
        targetMac: formatMac({ high: arp.targetMacHigh(view, at), low: arp.targetMacLow(view, at) }),
        targetAddress: arp.targetAddress(view, at),
      });
    case Layer.Ip4 as number:
      return build.ip4(
        {
          source: ip4.source(view, at),
          destination: ip4.destination(view, at),
          protocol: ip4.protocol(view, at),
          tos: ip4.tos(view, at),
          identification: ip4.identification(view, at),
          flagsAndFragment: ip4.flagsAndFragment(view, at),
          ttl: ip4.ttl(view, at),
          options: optionsBehind(ip4.HEADER_BYTES),
          checksum: swap16(ip4.checksum(view, at)),
        },
        payload,
      );
    case Layer.Tcp as number:
      return build.tcp(
        {
          sourcePort: tcp.sourcePort(view, at),
          destinationPort: tcp.destinationPort(view, at),
          sequence: tcp.sequence(view, at),
          acknowledgment: tcp.acknowledgment(view, at),
          flags: tcp.flags(view, at),
          window: tcp.window(view, at),
          urgentPointer: tcp.urgentPointer(view, at),
          options: optionsBehind(tcp.HEADER_BYTES),
          checksum: swap16(tcp.checksum(view, at)),
        },
        payload,
      );
    case Layer.Udp as number:
      return build.udp(
        {
          sourcePort: udp.sourcePort(view, at),
          destinationPort: udp.destinationPort(view, at),
          length: udp.length(view, at),
          checksum: swap16(udp.checksum(view, at)),
        },
        payload,
      );
    case Layer.Icmp as number:
      return build.icmp(
        {
          type: icmp4.type(view, at),
          code: icmp4.code(view, at),
          rest: icmp4.rest(view, at),
          checksum: swap16(icmp4.checksum(view, at)),
        },
        payload,
      );
    case Layer.Vxlan as number:
      return build.vxlan({ vni: vxlan.vniWord(view, at) >>> 8, flags: vxlan.flags(view, at) }, payload);
    default:
      throw new Error('no header that build.ts makes');
  }
}
