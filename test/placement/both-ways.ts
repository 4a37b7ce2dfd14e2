/** A made-up node, and a capture of both directions of its interfaces: as plain values, as a script and as a file. */

import { enhanced, interfaceBlock, LITTLE, option, pcapHeader, pcapRecord, section } from '../capture/capture-bytes.js';

export interface NodeInterface {
  readonly name: string;
  /** 12 hex digits. */
  readonly mac: string;
  /** Its address, of a /24; null where it has none. */
  readonly address: string | null;
  /** The interface whose address it borrows. */
  readonly borrowsFrom: string | null;
  readonly isUp: boolean;
}

export interface Neighbour {
  readonly on: string;
  readonly address: string;
  readonly mac: string;
}

export interface BothWaysFrame {
  /** epb_flags of a pcapng. */
  readonly mark: 'none' | 'in' | 'out';
  readonly destination: string;
  readonly source: string;
  /** EtherType, or a length. */
  readonly type: number;
  /** What comes behind the Ethernet header, in hex. */
  readonly payload: string;
  /** Of a cooked header: to us, broadcast, multicast, to another host, outgoing. */
  readonly packetType: number;
  /** Of a cooked header: whether it has the source MAC. */
  readonly hasMac: boolean;
  /** Of an SLL2 header: the system's number of the interface. */
  readonly hostInterface: number;
}

export interface BothWays {
  readonly interfaces: readonly NodeInterface[];
  readonly neighbours: readonly Neighbour[];
  /** NAT44's pool. */
  readonly natAddresses: readonly string[];
  /** Further lines of the script. */
  readonly lines: readonly string[];
  readonly linkType: number;
  readonly isBlocks: boolean;
  /** if_name of a pcapng. */
  readonly ifName: string | null;
  /** INTERFACE=FILE. */
  readonly given: string | null;
  /** Where the file says that frames have a frame check sequence: for all of them, or (pcapng) with each. */
  readonly fcs: 'none' | 'all' | 'each';
  /** 0 for whole frames. */
  readonly snaplen: number;
  readonly frames: readonly BothWaysFrame[];
}

const FCS_BYTES = 4;
const FCS = Buffer.alloc(FCS_BYTES, 0xfc);
/** pcap's header: an FCS is there, of two 16-bit words. */
const PCAP_FCS = 0x24000000;
const MARKS = { none: 0, in: 1, out: 2 } as const;
const [IF_NAME, IF_FCSLEN, EPB_FLAGS] = [2, 13, 2];
const FCS_FLAGS = FCS_BYTES << 5;
export const [IP4, ARP, IP6] = [0x0800, 0x0806, 0x86dd];

/** Bytes before the network packet. */
export const HEADER_BYTES: Readonly<Record<number, number>> = {
  0: 4,
  1: 14,
  12: 0,
  14: 0,
  101: 0,
  108: 4,
  113: 16,
  228: 0,
  229: 0,
  276: 20,
};

const withColons = (mac: string): string => mac.replace(/..(?!$)/g, '$&:');

export function scriptOf({ interfaces, neighbours, natAddresses, lines }: BothWays): string {
  return [
    ...interfaces.map(({ name, mac }) => `# interface: ${name} mac ${withColons(mac)}`),
    ...interfaces.filter(({ isUp }) => isUp).map(({ name }) => `set interface state ${name} up`),
    ...interfaces.flatMap(({ name, address }) =>
      address === null ? [] : [`set interface ip address ${name} ${address}/24`],
    ),
    ...interfaces.flatMap(({ name, borrowsFrom }) =>
      borrowsFrom === null ? [] : [`set interface unnumbered ${name} use ${borrowsFrom}`],
    ),
    ...neighbours.map(({ on, address, mac }) => `set ip arp static ${on} ${address} ${withColons(mac)}`),
    ...natAddresses.map((address) => `nat44 add address ${address}`),
    ...lines,
  ].join('\n');
}

/** The frames that a capture of this link type can have. */
export function capturedFrames({ linkType, frames }: BothWays): BothWaysFrame[] {
  if (linkType === 228) return frames.filter(({ type }) => type === IP4);
  if (linkType === 229) return frames.filter(({ type }) => type === IP6);
  const hasProtocol = [1, 113, 276].includes(linkType);
  return frames.filter(({ type }) => hasProtocol || type === IP4 || type === IP6);
}

/** Bytes of FCS that the file says its frames have. */
const fcsBytes = ({ fcs, isBlocks }: BothWays): number =>
  fcs === 'all' || (fcs === 'each' && isBlocks) ? FCS_BYTES : 0;

/** How many bytes of a frame the capture has, the FCS not counted. */
export function visibleBytes(input: BothWays, { payload }: BothWaysFrame): number {
  const wire = HEADER_BYTES[input.linkType] + payload.length / 2;
  const kept = input.snaplen === 0 ? Infinity : input.snaplen;
  return Math.min(kept, wire + fcsBytes(input), wire);
}

function wireBytes(linkType: number, frame: BothWaysFrame): Buffer {
  const { destination, source, type, payload, packetType, hasMac, hostInterface } = frame;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const address = hasMac ? `06${source}0000` : `00${'00'.repeat(8)}`;
  const protocol = hex(type < 0x600 ? 4 : type, 4);
  const header: Readonly<Record<number, string>> = {
    0: type === IP4 ? '02000000' : '1e000000',
    1: destination + source + hex(type, 4),
    108: type === IP4 ? '00000002' : '0000001e',
    113: `${hex(packetType, 4)}000100${address}${protocol}`,
    276: `${protocol}0000${hex(hostInterface, 8)}0001${hex(packetType, 2)}${address}`,
  };
  return Buffer.from((header[linkType] ?? '') + payload, 'hex');
}

export function captureOf(input: BothWays): Buffer {
  const { linkType, isBlocks, ifName, fcs, snaplen } = input;
  const fcsLength = fcsBytes(input);
  const records = capturedFrames(input).map((frame) => {
    const wire = Buffer.concat([wireBytes(linkType, frame), FCS.subarray(0, fcsLength)]);
    return { frame, wire, bytes: snaplen === 0 ? wire : wire.subarray(0, snaplen) };
  });
  if (!isBlocks)
    return Buffer.concat([
      pcapHeader(LITTLE, 0xa1b2c3d4, (linkType | (fcsLength > 0 ? PCAP_FCS : 0)) >>> 0),
      ...records.map(({ wire, bytes }, seconds) =>
        pcapRecord(LITTLE, { seconds, fraction: 0, bytes, originalLength: wire.length }),
      ),
    ]);
  const options = [
    ...(ifName === null ? [] : [option(LITTLE, IF_NAME, Buffer.from(ifName))]),
    ...(fcs === 'all' ? [option(LITTLE, IF_FCSLEN, Buffer.of(FCS_BYTES))] : []),
  ];
  return Buffer.concat([
    section(LITTLE),
    interfaceBlock(LITTLE, linkType, 0, ...options),
    ...records.map(({ frame: { mark }, wire, bytes }, i) => {
      const flags = MARKS[mark] | (fcs === 'each' ? FCS_FLAGS : 0);
      const marks = flags === 0 ? [] : [option(LITTLE, EPB_FLAGS, LITTLE.u32(flags))];
      return enhanced(LITTLE, 0, BigInt(i) * 1_000_000n, bytes, wire.length, ...marks);
    }),
  ]);
}
