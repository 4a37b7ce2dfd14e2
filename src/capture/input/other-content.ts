/** What a file is that was taken for a capture, or for a script: by its first bytes, for a sentence to people. */

import { STANDARD_INPUT_NAME } from '../source/open-source.js';
import { SECTION_HEADER } from '../pcapng/pcapng-blocks.js';
import { isPcapMagic } from '../pcap/pcap-reader.js';

/** How much of a file is looked at. */
const SAMPLE_BYTES = 4096;

const CONVERT = 'editcap -F pcap makes a pcap of it';
const UNPACK = 'unpack it first';

/** By the first bytes, as hexadecimal digits or as text. */
const FORMATS: readonly { readonly starts: string | RegExp; readonly what: string }[] = [
  { starts: '1f8b08', what: 'gzip data within gzip data; unpack it once' },
  { starts: '504b0304', what: 'a zip archive' },
  { starts: 'fd377a58', what: `xz data; ${UNPACK}` },
  { starts: '28b52ffd', what: `zstd data; ${UNPACK}` },
  { starts: '425a68', what: `bzip2 data; ${UNPACK}` },
  { starts: '04224d18', what: `lz4 data; ${UNPACK}` },
  { starts: '377abcaf', what: `a 7z archive; ${UNPACK}` },
  { starts: '1f9d', what: `data packed by compress; ${UNPACK}` },
  { starts: /^Rar!/, what: `a rar archive; ${UNPACK}` },
  { starts: /^[^\0]{1,100}\0[^]{156,256}ustar/, what: `a tar archive; ${UNPACK}` },
  { starts: /^snoop\0/, what: `a snoop capture; ${CONVERT}` },
  { starts: /^btsnoop\0/, what: `a Bluetooth snoop capture; ${CONVERT}` },
  { starts: /^(GMBU|RTSS)/, what: `a capture of Microsoft Network Monitor; ${CONVERT}` },
  { starts: /^TRSNIFF data/, what: `a capture of Sniffer; ${CONVERT}` },
  { starts: /^iptrace [12]\.0/, what: `a capture of AIX iptrace; ${CONVERT}` },
  { starts: /^\x7fver/, what: `a capture of EtherPeek; ${CONVERT}` },
  { starts: /^XCP\0/, what: `a capture of NetXRay; ${CONVERT}` },
  { starts: /^%PDF-/, what: 'a PDF document' },
  { starts: /^\x89PNG/, what: 'a PNG picture' },
  { starts: /^\x7fELF/, what: 'a program' },
  { starts: /^SQLite format 3/, what: 'an SQLite database' },
  { starts: /^\0{64}/, what: 'zeros' },
];

/** Documents that stand where a file of another kind was wanted. */
const DOCUMENTS: readonly { readonly form: RegExp; readonly what: string }[] = [
  { form: /^version https:\/\/git-lfs\.github\.com\/spec\//, what: 'a Git LFS pointer; git lfs pull fetches the file' },
  { form: /^\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)\b/i, what: 'an HTML page' },
];

const HEX_BYTE = '[0-9a-f]{2}';
const HEX_DUMP = new RegExp(`^\\s*(?:0x)?[0-9a-f]{4,8}:?\\s+((?:${HEX_BYTE}\\s?){4,})`, 'im');

/** Texts that people have beside captures, the first that fits. */
const TEXTS: readonly { readonly form: RegExp; readonly what: string }[] = [
  { form: /<pdml\b|<psml\b/, what: "tshark's XML of packets" },
  { form: /^\s*<\?xml\b/, what: 'XML' },
  { form: /^\s*\[?\s*\{[^]*"_source"/, what: "tshark's JSON of packets" },
  { form: /^\s*[[{][^]*["\]}]/, what: 'JSON' },
  {
    form: /^-{3,} Start of thread|^\d\d:\d\d:\d\d:\d{6}: [\w/.-]+\s*$/m,
    what: "VPP's show trace; vppcap import and verify-trace read it",
  },
  { form: /^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6} /m, what: 'what tcpdump printed; with -w it writes a capture' },
  { form: /^begin(-base64)? [0-7]{3} /m, what: 'a uuencoded file; uudecode unpacks it' },
];

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

/** Control characters that texts have: tab, line feed, form feed, carriage return, escape. */
const TEXT_CONTROLS = [9, 10, 12, 13, 27];

/** True where there is nothing but what texts have; `text` has a character per byte. */
function isText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x7f || (code < 0x20 && !TEXT_CONTROLS.includes(code))) return false;
  }
  return text !== '';
}

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
  if (isCaptureOrPacked(sample)) return `${isCapture(sample) ? 'a capture' : 'gzip data'}, not a VPP script`;
  const text = Buffer.from(sample).toString('latin1');
  return DOCUMENTS.find(({ form }) => form.test(text))?.what ?? null;
}

/**
 * What a file is that is no capture, and what helps; null where it cannot be told.
 * @param bytes its first bytes
 * @param name as for messages: its path, or 'standard input'
 */
export function notACapture(bytes: Uint8Array, name: string): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const hex = Buffer.from(sample.subarray(0, 8)).toString('hex');
  const isUtf16 = hex.startsWith('fffe') || hex.startsWith('feff');
  const plain = Buffer.from(sample).toString('latin1');
  const text = (isUtf16 ? plain.replaceAll('\0', '').slice(2) : plain).replace(/^\xef\xbb\xbf/, '');
  const format = FORMATS.find(({ starts }) =>
    typeof starts === 'string' ? hex.startsWith(starts) : starts.test(plain),
  );
  if (format) return format.what;
  if (isText(text)) {
    const document = DOCUMENTS.find(({ form }) => form.test(text));
    if (document) return document.what.replace('the file', 'the capture');
    if (name.endsWith('.vpp') || VPP_COMMAND.test(text))
      return name === STANDARD_INPUT_NAME ? 'a VPP script' : `a VPP script; did you mean -c ${name}?`;
    return TEXTS.find(({ form }) => form.test(text))?.what ?? hexDump(text) ?? base64(text) ?? 'text';
  }
  return isErf(sample) ? `an ERF capture; ${CONVERT}` : null;
}
