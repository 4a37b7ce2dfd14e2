/**
 * Writer of pcapng captures (draft-ietf-opsawg-pcapng): one little-endian section, one interface block per interface,
 * enhanced packet blocks with direction and comment.
 */
import { CaptureWriter } from './capture-writer.js';
import type { NamedAddress, SectionDescription, WriterInterface, WriterOptions } from './capture-writer.js';
import { LINKTYPE_ETHERNET } from '../frame-batch.js';
import { SNAP_LENGTH, type FrameRecord } from '../frame-record.js';
import type { OutputFile } from './output-file.js';
import {
  commentBytes,
  OPTION_HEADER_BYTES,
  optionBytes,
  PacketBlockForm,
  textLength,
  writeComments,
} from '../pcapng/packet-block.js';
import * as blocks from '../pcapng/pcapng-blocks.js';
import { parseAddress, type MacAddress } from '../../wire/address.js';
import { parseIp6 } from '../../wire/ip6-address.js';

const USER_APPLICATION = 'vppcap';
/** Length of a section that is not told in advance. */
const UNKNOWN_SECTION_LENGTH = -1n;
const SECTION_FIXED_BYTES = 16;
const INTERFACE_FIXED_BYTES = 8;

export class PcapngWriter extends CaptureWriter {
  /** Of a second in timestamps. */
  readonly digits: number;
  private readonly form: PacketBlockForm;
  private readonly interfaceCount: number;

  constructor(
    readonly output: OutputFile,
    options: WriterOptions,
  ) {
    super();
    this.outputs.push(output);
    const digits = (this.digits = options.timestampDigits > 6 ? 9 : 6);
    this.form = new PacketBlockForm(digits);
    this.interfaceCount = options.interfaces.length;
    this.sectionHeader(options.section ?? {});
    for (const description of options.interfaces) this.interfaceDescription(description, digits);
    const { names = [] } = options.section ?? {};
    // Records end as options do.
    if (names.length > 0) this.block(blocks.NAME_RESOLUTION, Buffer.concat(names.map(nameRecord)), []);
  }

  write(frame: FrameRecord): void {
    const { interfaceIndex, comments } = frame;
    if (interfaceIndex >= this.interfaceCount) throw new RangeError(`interface ${interfaceIndex} was not announced`);
    const { output, form } = this;
    const total = form.bytesOf(frame, commentBytes(comments));
    const block = output.reserve(total);
    const { bytes, view } = output;
    const options = form.begin(frame, total, bytes, view, block);
    form.end(total, view, block, writeComments(bytes, options, comments));
    this.frameCount++;
  }

  private sectionHeader({ application = USER_APPLICATION, comment }: SectionDescription): void {
    const options = [
      ...(comment === undefined ? [] : [textOption(blocks.OPTION_COMMENT, comment)]),
      textOption(blocks.OPTION_SHB_USERAPPL, application),
    ];
    const fixed = Buffer.alloc(SECTION_FIXED_BYTES);
    fixed.writeUInt32LE(blocks.BYTE_ORDER_MAGIC, 0);
    fixed.writeUInt16LE(1, 4); // version 1.0
    fixed.writeBigInt64LE(UNKNOWN_SECTION_LENGTH, 8);
    this.block(blocks.SECTION_HEADER, fixed, options);
  }

  private interfaceDescription(described: WriterInterface, digits: number): void {
    const { name, description, mac, linkType = LINKTYPE_ETHERNET, snapLength = SNAP_LENGTH } = described;
    const options = [textOption(blocks.OPTION_IF_NAME, name)];
    if (description !== undefined) options.push(textOption(blocks.OPTION_IF_DESCRIPTION, description));
    if (mac !== undefined) options.push(option(blocks.OPTION_IF_MAC_ADDRESS, macBytes(mac)));
    options.push(option(blocks.OPTION_IF_TSRESOL, Buffer.of(digits)));
    const fixed = Buffer.alloc(INTERFACE_FIXED_BYTES);
    fixed.writeUInt16LE(linkType, 0);
    fixed.writeUInt32LE(snapLength, 4);
    this.block(blocks.INTERFACE_DESCRIPTION, fixed, options);
  }

  /** A block that is written once, with something in front of the end of options. */
  private block(type: number, fixed: Buffer, options: readonly Buffer[]): void {
    const body = Buffer.concat([fixed, ...options, Buffer.alloc(OPTION_HEADER_BYTES)]);
    const total = body.length + blocks.MINIMUM_BLOCK_BYTES;
    const at = this.output.reserve(total);
    const { bytes, view } = this.output;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, total, true);
    bytes.set(body, at + 8);
    view.setUint32(at + total - 4, total, true);
  }
}

/** An option with its header, padded. */
function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(optionBytes(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  value.copy(bytes, OPTION_HEADER_BYTES);
  return bytes;
}

/** A text that is too long is cut; a character that would be cut in two is left out. */
function textOption(code: number, value: string): Buffer {
  const bytes = Buffer.alloc(textLength(value));
  return option(code, bytes.subarray(0, bytes.write(value)));
}

function nameRecord({ address, name }: NamedAddress): Buffer {
  const ip4 = parseAddress(address);
  const bytes = Buffer.alloc(ip4 === null ? 16 : 4);
  if (ip4 === null) parseIp6(address)?.forEach((word, i) => bytes.writeInt32BE(word | 0, 4 * i));
  else bytes.writeInt32BE(ip4);
  const value = Buffer.concat([bytes, Buffer.from(`${name}\0`)]);
  return option(ip4 === null ? blocks.RECORD_IP6 : blocks.RECORD_IP4, value);
}

function macBytes({ high, low }: MacAddress): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(high, 0);
  bytes.writeUInt32BE(low >>> 0, 2);
  return bytes;
}
