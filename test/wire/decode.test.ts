/** Which headers are found, and where. */

import { expect } from 'chai';
import fc from 'fast-check';
import { arp, ethernet, icmp, ip4, tcp, udp, vlan, vxlan, type Payload } from '../../tools/build-packets.js';
import { CONTEXT_INNER, CONTEXT_QUOTED, Layer, Layers, ip4At } from '../../src/wire/decode.js';
import { frames } from './made-frames.js';

const MACS = { destination: '02:fe:00:00:00:01', source: '02:00:00:00:01:03' };
const ENDS = { source: '10.1.1.3', destination: '8.8.8.8' };
const QUERY = udp({ sourcePort: 40000, destinationPort: 53 }, [1, 2, 3]);
const CONTEXTS = ['', 'quoted.', 'inner.', 'inner.quoted.'];

const frameOf = (payload: Payload, type?: number): Uint8Array =>
  ethernet({ ...MACS, ...(type === undefined ? {} : { type }) }, payload);
const inIp4 = (payload: Payload, more = {}): Uint8Array => frameOf(ip4({ ...ENDS, ...more }, payload));
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** 2001:db8::1 to 2001:db8::2 */
const inIp6 = (nextHeader: string, payload: string): Uint8Array =>
  frameOf(fromHex(`600000000000${nextHeader}40` + `20010db8${'00'.repeat(11)}01`.repeat(2) + payload), 0x86dd);
const PORTS = '9c4000350008' + '0000';

/** `ip4 14-34`: the header's name with its context, and its bytes. */
function found(bytes: Uint8Array, length = bytes.length): { headers: string; payloadAt: number; isCut: boolean } {
  // What stands around the frame must not matter.
  const chunk = new Uint8Array(bytes.length + 67).fill(0xa5);
  chunk.set(bytes, 3);
  const layers = new Layers().decode(new DataView(chunk.buffer), 3, 3 + length);
  const headers = Array.from({ length: layers.count }, (_, i) => {
    const name = Layer[layers.kind[i]].toLowerCase();
    return `${CONTEXTS[layers.context[i]]}${name} ${layers.at[i]}-${layers.headerEnd[i]}`;
  });
  return { headers: headers.join(', '), payloadAt: layers.payloadAt, isCut: layers.isCut };
}

const error = icmp({ type: 3, code: 1 }, ip4(ENDS, tcp({ sourcePort: 1, destinationPort: 2 })).bytes.subarray(0, 28));

const ROWS: readonly { name: string; given: Uint8Array; expected: string; isCut?: boolean }[] = [
  { name: 'UDP', given: inIp4(QUERY), expected: 'ethernet 0-14, ip4 14-34, udp 34-42' },
  {
    name: 'TCP with options',
    given: inIp4(tcp({ sourcePort: 1, destinationPort: 2, options: [1, 1, 1, 1] })),
    expected: 'ethernet 0-14, ip4 14-34, tcp 34-58',
  },
  {
    name: 'IPv4 options',
    given: inIp4(QUERY, { options: [1, 1, 1, 1] }),
    expected: 'ethernet 0-14, ip4 14-38, udp 38-46',
  },
  {
    name: 'a first fragment',
    given: inIp4(QUERY, { flagsAndFragment: 0x2000 }),
    expected: 'ethernet 0-14, ip4 14-34, udp 34-42',
  },
  { name: 'a later fragment', given: inIp4(QUERY, { flagsAndFragment: 0x2001 }), expected: 'ethernet 0-14, ip4 14-34' },
  { name: 'an unknown protocol', given: inIp4([1, 2, 3], { protocol: 47 }), expected: 'ethernet 0-14, ip4 14-34' },
  {
    name: 'a header length of 16 bytes',
    given: inIp4(QUERY, { versionIhl: 0x44 }),
    expected: 'ethernet 0-14, ip4 14-34',
  },
  {
    name: 'a tag',
    given: frameOf(vlan({ id: 7 }, ip4(ENDS, QUERY))),
    expected: 'ethernet 0-14, vlan 14-18, ip4 18-38, udp 38-46',
  },
  {
    name: 'three tags, of which two are read',
    given: frameOf(vlan({ id: 1, tagType: 0x88a8 }, vlan({ id: 2 }, vlan({ id: 3 }, ip4(ENDS, QUERY))))),
    expected: 'ethernet 0-14, vlan 14-18, vlan 18-22',
  },
  {
    name: 'ARP',
    given: frameOf(
      arp({ operation: 1, senderMac: MACS.source, senderAddress: 1, targetMac: MACS.destination, targetAddress: 2 }),
    ),
    expected: 'ethernet 0-14, arp 14-42',
  },
  { name: 'an unknown EtherType', given: frameOf([1, 2, 3], 0x88b5), expected: 'ethernet 0-14' },
  {
    name: 'an echo',
    given: inIp4(icmp({ type: 8 }, ip4(ENDS, QUERY))),
    expected: 'ethernet 0-14, ip4 14-34, icmp 34-42',
  },
  {
    name: 'an error, which quotes eight bytes of TCP',
    given: inIp4(error),
    expected: 'ethernet 0-14, ip4 14-34, icmp 34-42, quoted.ip4 42-62, quoted.tcp 62-70',
    isCut: true,
  },
  {
    name: 'an error in VXLAN',
    given: inIp4(udp({ sourcePort: 1, destinationPort: 4789 }, vxlan({ vni: 1 }, inIp4(error)))),
    expected:
      'ethernet 0-14, ip4 14-34, udp 34-42, vxlan 42-50, inner.ethernet 50-64, inner.ip4 64-84, inner.icmp 84-92, ' +
      'inner.quoted.ip4 92-112, inner.quoted.tcp 112-120',
    isCut: true,
  },
  {
    name: 'no VXLAN in VXLAN',
    given: inIp4(
      udp(
        { sourcePort: 1, destinationPort: 4789 },
        vxlan({ vni: 1 }, inIp4(udp({ sourcePort: 1, destinationPort: 4789 }, vxlan({ vni: 1 }, [])))),
      ),
    ),
    expected:
      'ethernet 0-14, ip4 14-34, udp 34-42, vxlan 42-50, inner.ethernet 50-64, inner.ip4 64-84, inner.udp 84-92',
  },
  { name: 'UDP in IPv6', given: inIp6('11', PORTS), expected: 'ethernet 0-14, ip6 14-54, udp 54-62' },
  {
    name: 'IPv6 extension headers: hop-by-hop options of 16 bytes, the first fragment',
    given: inIp6('00', '2c01' + '00'.repeat(14) + '1100000100000000' + PORTS),
    expected: 'ethernet 0-14, ip6 14-54, ip6extension 54-70, ip6extension 70-78, udp 78-86',
  },
  {
    name: 'a later IPv6 fragment',
    given: inIp6('2c', '1100000900000000' + PORTS),
    expected: 'ethernet 0-14, ip6 14-54, ip6extension 54-62',
  },
  { name: 'ICMPv6, which is no ICMP', given: inIp6('3a', '80000000'), expected: 'ethernet 0-14, ip6 14-54' },
  {
    name: 'an IPv6 extension header that is longer than the frame',
    given: inIp6('00', '1109' + '00'.repeat(14)),
    expected: 'ethernet 0-14, ip6 14-54',
    isCut: true,
  },
];

describe('wire/decode', () => {
  for (const { name, given, expected, isCut = false } of ROWS)
    it(`finds the headers of ${name}`, () => {
      const { headers, isCut: wasCut } = found(given);
      expect(headers).to.equal(expected);
      expect(wasCut, 'cut').to.equal(isCut);
    });

  it('stops where the frame does: the headers of a cut frame are the first of the whole one', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, at) => {
        const length = at % (frame.length + 1);
        const [whole, cut] = [found(frame), found(frame, length)];
        // A header with options that are cut off is read without them; a quoted one of TCP up to its ports.
        const names = (headers: string): string => headers.replace(/ \d+-\d+/g, '');
        expect(names(whole.headers).startsWith(names(cut.headers))).to.equal(true);
        expect(cut.payloadAt).to.be.at.most(length);
        if (cut.headers !== whole.headers) expect(cut.isCut).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the bytes', () => {
    const types = fc.constantFrom(0x0800, 0x0806, 0x8100, 0x86dd);
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 120 }), (type, payload) => {
        const frame = frameOf(payload, type);
        expect(found(frame).payloadAt).to.be.at.most(frame.length);
      }),
    );
  });

  it('finds a header by its kind and context', () => {
    const frame = inIp4(error);
    const layers = new Layers().decode(new DataView(frame.buffer), 0, frame.length);
    const at = (context?: number): number => layers.at[layers.indexOf(Layer.Ip4, context)];
    expect([at(), at(CONTEXT_QUOTED)]).to.deep.equal([14, 42]);
    expect(layers.indexOf(Layer.Ip4, CONTEXT_INNER)).to.equal(-1);
  });

  it('finds the headers of a packet without its link header', () => {
    const { bytes } = ip4(ENDS, QUERY);
    const layers = new Layers().decodePacket(new DataView(bytes.buffer), 0, bytes.length, 0x0800);
    expect([...layers.kind.subarray(0, layers.count)]).to.deep.equal([Layer.Ip4, Layer.Udp]);
  });

  it('says where the IPv4 header of a frame is', () => {
    const view = new DataView(inIp4(QUERY).buffer);
    expect([ip4At(view, 0, 34), ip4At(view, 0, 33)]).to.deep.equal([14, -1]);
    expect(ip4At(new DataView(frameOf([...new Uint8Array(40)], 0x0806).buffer), 0, 54)).to.equal(-1);
    const tagged = new DataView(frameOf(vlan({ id: 7 }, ip4(ENDS, QUERY)), 0x88a8).buffer);
    expect([ip4At(tagged, 0, 38), ip4At(tagged, 0, 37)]).to.deep.equal([18, -1]);
  });
});
