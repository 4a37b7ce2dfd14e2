/** What a file is that was taken for a capture, or for a script: by its first bytes, for a sentence to people. */

import { STANDARD_INPUT_NAME } from '../source/open-source.js';
import { SECTION_HEADER } from '../pcapng/pcapng-blocks.js';
import { isPcapMagic } from '../pcap/pcap-reader.js';

const SAMPLE_BYTES = 4096;

const CONVERT = 'editcap -F pcap makes a pcap of it';
const UNPACK = 'unpack it first';

/* eslint-disable no-control-regex -- files have such bytes, texts have not */
/** By the first bytes, a character each. */
const FORMATS: readonly (readonly [starts: RegExp, what: string])[] = [
  [/^\x1f\x8b\x08/, 'gzip data within gzip data; unpack it once'],
  [/^PK\x03\x04/, 'a zip archive'],
  [/^\xfd7zX/, `xz data; ${UNPACK}`],
  [/^\x28\xb5\x2f\xfd/, `zstd data; ${UNPACK}`],
  [/^BZh/, `bzip2 data; ${UNPACK}`],
  [/^\x04\x22\x4d\x18/, `lz4 data; ${UNPACK}`],
  [/^7z\xbc\xaf/, `a 7z archive; ${UNPACK}`],
  [/^\x1f\x9d/, `data packed by compress; ${UNPACK}`],
  [/^Rar!/, `a rar archive; ${UNPACK}`],
  [/^[^\0]{1,100}\0[^]{156,256}ustar/, `a tar archive; ${UNPACK}`],
  [/^snoop\0/, `a snoop capture; ${CONVERT}`],
  [/^btsnoop\0/, `a Bluetooth snoop capture; ${CONVERT}`],
  [/^(GMBU|RTSS)/, `a capture of Microsoft Network Monitor; ${CONVERT}`],
  [/^TRSNIFF data/, `a capture of Sniffer; ${CONVERT}`],
  [/^iptrace [12]\.0/, `a capture of AIX iptrace; ${CONVERT}`],
  [/^\x7fver/, `a capture of EtherPeek; ${CONVERT}`],
  [/^XCP\0/, `a capture of NetXRay; ${CONVERT}`],
  [/^%PDF-/, 'a PDF document'],
  [/^\x89PNG/, 'a PNG picture'],
  [/^\x7fELF/, 'a program'],
  [/^SQLite format 3/, 'an SQLite database'],
  [/^\0{64}/, 'zeros'],
];

/** Documents that stand where a file of another kind was wanted. */
const DOCUMENTS: typeof FORMATS = [
  [/^version https:\/\/git-lfs\.github\.com\/spec\//, 'a Git LFS pointer; git lfs pull fetches the file'],
  [/^\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)\b/i, 'an HTML page'],
];

const HEX_BYTE = '[0-9a-f]{2}';
const HEX_DUMP = new RegExp(`^\\s*(?:0x)?[0-9a-f]{4,8}:?\\s+((?:${HEX_BYTE}\\s?){4,})`, 'im');

/** Texts that people have beside captures, the first that fits. */
const TEXTS: typeof FORMATS = [
  [/<pdml\b|<psml\b/, "tshark's XML of packets"],
  [/^\s*<\?xml\b/, 'XML'],
  [/^\s*\[?\s*\{[^]*"_source"/, "tshark's JSON of packets"],
  [/^\s*[[{][^]*["\]}]/, 'JSON'],
  [
    /^-{3,} Start of thread|^\d\d:\d\d:\d\d:\d{6}: [\w/.-]+\s*$/m,
    "VPP's show trace; vppcap import and verify-trace read it",
  ],
  [/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6} /m, 'what tcpdump printed; with -w it writes a capture'],
  [/^begin(-base64)? [0-7]{3} /m, 'a uuencoded file; uudecode unpacks it'],
];

/** What the first row says that fits. */
const whatFits = (rows: typeof FORMATS, text: string): string | undefined =>
  rows.find(([form]) => form.test(text))?.[1];

const VPP_COMMAND =
  /^(?:.*(?:vpp\S*#|\bvppctl\s)\s*|# (?=\w+:))?(?:set (?:int|acl|ip|nat)|create (?:tap|host|loop|pack|vxlan|bridge|bond|memif|sub)|ip (?:route|table) add|nat44 |interface: |startup: |comment \{)/m;

function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return isPcapMagic(view, 0) || view.getUint32(0) === SECTION_HEADER;
}

const isCaptureOrPacked = (bytes: Uint8Array): boolean => isCapture(bytes) || (bytes[0] === 0x1f && bytes[1] === 0x8b);

/** Header of an ERF record: a time, a type, flags and two lengths. */
const ERF_HEADER_BYTES = 16;

/** ERF has no magic number: the lengths have to lead from record to record, as far as the sample goes (Endace's ERF types). */
function isErf(sample: Uint8Array): boolean {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.length);
  let at = 0;
  while (at + ERF_HEADER_BYTES <= sample.length) {
    const type = view.getUint8(at + 8) & 0x7f;
    const recordLength = view.getUint16(at + 10);
    if (type < 1 || type > 48 || recordLength <= ERF_HEADER_BYTES) return false;
    at += recordLength;
  }
  return at > 0 && (at === sample.length || sample.length === SAMPLE_BYTES);
}

/** Control characters that texts do not have: all but tab, line feed, form feed, carriage return, escape. */
const NO_TEXT = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/;

/** True where there is nothing but what texts have; `text` has a character per byte. */
const isText = (text: string): boolean => text !== '' && !NO_TEXT.test(text);

function hexDump(text: string): string | null {
  const digits = HEX_DUMP.exec(text)?.[1] ?? /^\s*((?:[0-9a-f]{2}\s?){16,})\s*$/i.exec(text.split(/\n\n/, 1)[0])?.[1];
  if (digits === undefined) return null;
  return isCaptureOrPacked(Buffer.from(digits.replace(/\s/g, ''), 'hex'))
    ? 'a hex dump of a capture; xxd -r reads those of xxd'
    : 'a hex dump; text2pcap makes a capture of it';
}

function base64(text: string): string | null {
  const [line] = text.trimStart().split(/\s/, 1);
  if (line.length < 16 || !/^[A-Za-z0-9+/]+=*$/.test(line)) return null;
  return isCaptureOrPacked(Buffer.from(line, 'base64')) ? 'a capture in base64; base64 -d unpacks it' : null;
}

/** What a file is that is no script of VPP, or null where it may be one. @param bytes its first bytes */
export function notAScript(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (isCaptureOrPacked(sample)) return `${isCapture(sample) ? 'a capture' : 'gzip data'}, not text`;
  const text = Buffer.from(sample).toString('latin1');
  return whatFits(DOCUMENTS, text) ?? null;
}

/**
 * What a file is that is no capture, and what helps; null where it cannot be told.
 * @param bytes its first bytes
 * @param name as for messages: its path, or 'standard input'
 */
export function notACapture(bytes: Uint8Array, name: string): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const plain = Buffer.from(sample).toString('latin1');
  const isUtf16 = /^(\xff\xfe|\xfe\xff)/.test(plain);
  const text = (isUtf16 ? plain.replaceAll('\0', '').slice(2) : plain).replace(/^\xef\xbb\xbf/, '');
  const format = whatFits(FORMATS, plain);
  if (format !== undefined) return format;
  if (isText(text)) {
    const document = whatFits(DOCUMENTS, text);
    if (document !== undefined) return document.replace('the file', 'the capture');
    if (name.endsWith('.vpp') || VPP_COMMAND.test(text))
      return name === STANDARD_INPUT_NAME ? 'a VPP script' : `a VPP script; did you mean -c ${name}?`;
    return whatFits(TEXTS, text) ?? hexDump(text) ?? base64(text) ?? 'text';
  }
  return isErf(sample) ? `an ERF capture; ${CONVERT}` : null;
}
