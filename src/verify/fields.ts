/**
 * A frame as named fields, for reports. Which frames are equal is decided on their bytes (compare.ts); this only finds
 * words for where they differ, so a header it does not know costs clarity, never a verdict.
 */

import { formatAddress, formatMac } from '../wire/address.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';
import { LINKTYPE_ETHERNET, LINKTYPE_IPV4, LINKTYPE_RAW } from '../capture/frame-batch.js';

/** Bytes of payload shown around the first that differs. */
const PAYLOAD_SAMPLE_BYTES = 8;

/** One field that differs. A side that does not have the field says `none`. */
export interface FieldDifference {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** The named fields of a frame, in wire order, and where the bytes without a name begin. */
export interface DecodedFrame {
  readonly fields: ReadonlyMap<string, string>;
  readonly payloadAt: number;
}

/** Collects fields while `at` walks up the headers. `end` is where the frame ends. */
class Decoder {
  readonly fields = new Map<string, string>();
  at = 0;

  constructor(
    readonly frame: DataView,
    readonly end: number,
  ) {}

  has(bytes: number): boolean {
    return this.at + bytes <= this.end;
  }

  add(name: string, value: string | number): void {
    this.fields.set(name, String(value));
  }
}

/** Reads the headers of a frame of a link type (tcpdump.org/linktypes.html). Never throws: it stops where the frame does. */
export function decodeFrame(bytes: Uint8Array, linkType: number): DecodedFrame {
  const decoder = new Decoder(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes.length);
  if (linkType === LINKTYPE_ETHERNET) decodeEthernet(decoder);
  else if (linkType === LINKTYPE_RAW || linkType === LINKTYPE_IPV4) decodeIp4(decoder);
  return { fields: decoder.fields, payloadAt: decoder.at };
}

/** Every named field that differs; bytes without a name as `payload@offset`. Empty only for equal bytes. */
export function differingFields(expected: Uint8Array, actual: Uint8Array, linkType: number): FieldDifference[] {
  const before = decodeFrame(expected, linkType);
  const after = decodeFrame(actual, linkType);
  const names = new Set([...before.fields.keys(), ...after.fields.keys()]);
  const differences: FieldDifference[] = [];
  for (const field of names) {
    const [a, b] = [before.fields.get(field) ?? 'none', after.fields.get(field) ?? 'none'];
    if (a !== b) differences.push({ field, expected: a, actual: b });
  }
  const payload = differingBytes('payload', expected.subarray(before.payloadAt), actual.subarray(after.payloadAt));
  if (payload) differences.push(payload);
  if (differences.length > 0) return differences;
  const byte = differingBytes('byte', expected, actual);
  return byte ? [byte] : [];
}

function differingBytes(name: string, expected: Uint8Array, actual: Uint8Array): FieldDifference | null {
  const shorter = Math.min(expected.length, actual.length);
  let at = 0;
  while (at < shorter && expected[at] === actual[at]) at++;
  if (at === expected.length && at === actual.length) return null;
  const sample = (bytes: Uint8Array): string =>
    at >= bytes.length ? 'its end' : formatHex(bytes.subarray(at, at + PAYLOAD_SAMPLE_BYTES));
  return { field: `${name}@${at}`, expected: sample(expected), actual: sample(actual) };
}

function decodeEthernet(decoder: Decoder): void {
  if (!decoder.has(ethernet.HEADER_BYTES)) return;
  const { frame, at } = decoder;
  decoder.add('eth.dst', macText(ethernet.destinationHigh(frame, at), ethernet.destinationLow(frame, at)));
  decoder.add('eth.src', macText(ethernet.sourceHigh(frame, at), ethernet.sourceLow(frame, at)));
  const type = ethernet.type(frame, at);
  decoder.add('eth.type', hex(type, 4));
  decoder.at += ethernet.HEADER_BYTES;
  if (type === ethernet.TYPE_IP4) decodeIp4(decoder);
  else if (type === ethernet.TYPE_ARP) decodeArp(decoder);
}

function decodeArp(decoder: Decoder): void {
  if (!decoder.has(arp.MESSAGE_BYTES)) return;
  const { frame, at } = decoder;
  decoder.add('arp.opcode', arp.operation(frame, at));
  decoder.add('arp.src.hw', macText(arp.senderMacHigh(frame, at), arp.senderMacLow(frame, at)));
  decoder.add('arp.src.ip4', formatAddress(arp.senderAddress(frame, at)));
  decoder.add('arp.dst.hw', macText(arp.targetMacHigh(frame, at), arp.targetMacLow(frame, at)));
  decoder.add('arp.dst.ip4', formatAddress(arp.targetAddress(frame, at)));
  decoder.at += arp.MESSAGE_BYTES;
}

function decodeIp4(decoder: Decoder): void {
  if (!decoder.has(ip4.HEADER_BYTES)) return;
  const { frame, at } = decoder;
  const headerBytes = ip4.headerLength(frame, at);
  const protocol = ip4.protocol(frame, at);
  const flags = ip4.flagsAndFragment(frame, at);
  decoder.add('ip4.version_ihl', hex(ip4.versionIhl(frame, at), 2));
  decoder.add('ip4.tos', hex(ip4.tos(frame, at), 2));
  decoder.add('ip4.len', ip4.totalLength(frame, at));
  decoder.add('ip4.id', hex(ip4.identification(frame, at), 4));
  decoder.add('ip4.flags', hex(flags >>> 13, 1));
  decoder.add('ip4.frag_offset', (flags & ip4.FRAGMENT_OFFSET) * 8);
  decoder.add('ip4.ttl', ip4.ttl(frame, at));
  decoder.add('ip4.proto', protocol);
  decoder.add('ip4.checksum', checksumText(ip4.checksum(frame, at)));
  decoder.add('ip4.src', formatAddress(ip4.source(frame, at)));
  decoder.add('ip4.dst', formatAddress(ip4.destination(frame, at)));
  if (headerBytes < ip4.HEADER_BYTES || !decoder.has(headerBytes)) {
    decoder.at += ip4.HEADER_BYTES;
    return;
  }
  if (headerBytes > ip4.HEADER_BYTES)
    decoder.add('ip4.options', hexOf(decoder, at + ip4.HEADER_BYTES, at + headerBytes));
  decoder.at += headerBytes;
  if ((flags & ip4.FRAGMENT_OFFSET) !== 0) return;
  if (protocol === ip4.PROTOCOL_TCP) decodeTcp(decoder);
  else if (protocol === ip4.PROTOCOL_UDP) decodeUdp(decoder);
  else if (protocol === ip4.PROTOCOL_ICMP) decodeIcmp(decoder);
}

function decodeTcp(decoder: Decoder): void {
  if (!decoder.has(tcp.HEADER_BYTES)) return;
  const { frame, at } = decoder;
  const headerBytes = tcp.headerLength(frame, at);
  decoder.add('tcp.srcport', tcp.sourcePort(frame, at));
  decoder.add('tcp.dstport', tcp.destinationPort(frame, at));
  decoder.add('tcp.seq', tcp.sequence(frame, at));
  decoder.add('tcp.ack', tcp.acknowledgment(frame, at));
  decoder.add('tcp.hdr_len', headerBytes);
  decoder.add('tcp.flags', hex(tcp.flags(frame, at), 2));
  decoder.add('tcp.window', tcp.window(frame, at));
  decoder.add('tcp.checksum', checksumText(tcp.checksum(frame, at)));
  decoder.add('tcp.urgent_pointer', tcp.urgentPointer(frame, at));
  const known = headerBytes >= tcp.HEADER_BYTES && decoder.has(headerBytes) ? headerBytes : tcp.HEADER_BYTES;
  if (known > tcp.HEADER_BYTES) decoder.add('tcp.options', hexOf(decoder, at + tcp.HEADER_BYTES, at + known));
  decoder.at += known;
}

function decodeUdp(decoder: Decoder): void {
  if (!decoder.has(udp.HEADER_BYTES)) return;
  const { frame, at } = decoder;
  decoder.add('udp.srcport', udp.sourcePort(frame, at));
  decoder.add('udp.dstport', udp.destinationPort(frame, at));
  decoder.add('udp.length', udp.length(frame, at));
  decoder.add('udp.checksum', checksumText(udp.checksum(frame, at)));
  decoder.at += udp.HEADER_BYTES;
}

function decodeIcmp(decoder: Decoder): void {
  if (!decoder.has(icmp4.HEADER_BYTES)) return;
  const { frame, at } = decoder;
  const type = icmp4.type(frame, at);
  decoder.add('icmp.type', type);
  decoder.add('icmp.code', icmp4.code(frame, at));
  decoder.add('icmp.checksum', checksumText(icmp4.checksum(frame, at)));
  if (type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY) {
    decoder.add('icmp.ident', icmp4.identifier(frame, at));
    decoder.add('icmp.seq', icmp4.sequence(frame, at));
  } else {
    decoder.add('icmp.rest', hex(icmp4.rest(frame, at), 8));
  }
  decoder.at += icmp4.HEADER_BYTES;
}

/** 'aabbcc' of bytes. */
export const formatHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

const macText = (high: number, low: number): string => formatMac({ high, low });

/** Checksums are read as little-endian words (wire/checksum.ts) and shown as they stand on the wire. */
const checksumText = (word: number): string => hex(((word & 0xff) << 8) | (word >>> 8), 4);

const hexOf = ({ frame }: Decoder, from: number, to: number): string =>
  formatHex(new Uint8Array(frame.buffer, frame.byteOffset + from, to - from));
