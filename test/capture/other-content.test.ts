/** What is said of files that are no captures. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import { notACapture, notAScript } from '../../src/capture/input/other-content.js';
import { describeField, fieldFile } from '../field-files.js';
import { counting, LITTLE, pcapHeader, pcapRecord, section } from './capture-bytes.js';

const CAPTURE = Buffer.concat([
  pcapHeader(LITTLE),
  pcapRecord(LITTLE, { seconds: 1, fraction: 0, bytes: counting(60, 0) }),
]);
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1230\n';
const CONVERT = 'editcap -F pcap makes a pcap of it';

/** As xxd prints it. */
const xxd = (bytes: Buffer): string =>
  `00000000: ${bytes.subarray(0, 16).toString('hex').replace(/..../g, '$& ')} ................\n`;

/** As `hexdump -C` and Wireshark's text exports print it. */
const spaced = (bytes: Buffer): string =>
  `0000  ${bytes.subarray(0, 16).toString('hex').replace(/../g, '$& ')}  ................\n`;

/** Records of `lengths` bytes: time, type 2 (Ethernet), flags, the record's length, lost, the frame's length. */
function erf(lengths: readonly number[]): Buffer {
  return Buffer.concat(
    lengths.map((length, second) => {
      const record = Buffer.alloc(length);
      record.writeUInt32LE(second, 4);
      record.writeUInt8(2, 8);
      record.writeUInt16BE(length, 10);
      record.writeUInt16BE(length - 18, 14);
      return record;
    }),
  );
}

const ROWS: readonly { name: string; given: string | Buffer; expected: string | null }[] = [
  { name: 'a Git LFS pointer', given: POINTER, expected: 'a Git LFS pointer; git lfs pull fetches the capture' },
  { name: 'an HTML page', given: '<!DOCTYPE html>\n<html><body>404</body></html>', expected: 'an HTML page' },
  { name: 'an HTML page behind blanks', given: '\n\n<HTML>\n<head>', expected: 'an HTML page' },
  { name: 'XML', given: '<?xml version="1.0"?>\n<a/>', expected: 'XML' },
  { name: 'PDML', given: '<?xml version="1.0"?>\n<pdml version="0">', expected: "tshark's XML of packets" },
  { name: 'JSON', given: '{"message":"Not Found"}', expected: 'JSON' },
  { name: "tshark's JSON", given: '[\n  {\n    "_source": {', expected: "tshark's JSON of packets" },
  { name: 'a line', given: 'hello\n', expected: 'text' },
  { name: 'a text in UTF-8', given: 'Grüße\n', expected: 'text' },
  { name: 'a text in UTF-16', given: Buffer.from('\uFEFFhello', 'utf16le'), expected: 'text' },
  { name: 'a hex dump', given: spaced(counting(16, 0)), expected: 'a hex dump; text2pcap makes a capture of it' },
  { name: 'what tcpdump -x prints', given: '\t0x0000:  4500 0054 0000 4000 4001\n', expected: 'a hex dump; text2pcap makes a capture of it' },
  { name: 'hexadecimal digits', given: `${counting(32, 0).toString('hex')}\n`, expected: 'a hex dump; text2pcap makes a capture of it' },
  { name: 'a capture by xxd', given: xxd(CAPTURE), expected: 'a hex dump of a capture; xxd -r reads those of xxd' },
  { name: 'a pcapng by hexdump -C', given: spaced(section(LITTLE)), expected: 'a hex dump of a capture; xxd -r reads those of xxd' },
  { name: 'base64', given: `${CAPTURE.toString('base64')}\n`, expected: 'a capture in base64; base64 -d unpacks it' },
  { name: 'base64 of gzip', given: `${gzipSync(CAPTURE).toString('base64')}\n`, expected: 'a capture in base64; base64 -d unpacks it' },
  { name: 'base64 of something else', given: `${Buffer.from('hello, hello, hello').toString('base64')}\n`, expected: 'text' },
  { name: 'what tcpdump prints', given: '12:00:00.123456 IP 10.0.0.1.80 > 10.0.0.2.90: Flags [S]\n', expected: 'what tcpdump printed; with -w it writes a capture' },
  { name: 'show trace', given: '------------------- Start of thread 0 vpp_main -------------------\nPacket 1\n', expected: "VPP's show trace; vppcap import and verify-trace read it" },
  { name: 'a script', given: 'set interface state tap0 up\n', expected: 'a VPP script; did you mean -c some/file?' },
  { name: 'a script with a prompt', given: 'DBGvpp# create tap id 0\n', expected: 'a VPP script; did you mean -c some/file?' },
  { name: 'a script that begins with comments', given: '# my node\n#\n# interface: eth0\n', expected: 'a VPP script; did you mean -c some/file?' },
  { name: 'a zip archive', given: Buffer.from('504b0304', 'hex'), expected: 'a zip archive' },
  { name: 'xz data', given: Buffer.from('fd377a585a00', 'hex'), expected: 'xz data; unpack it first' },
  { name: 'a snoop capture', given: 'snoop\0\0\0', expected: `a snoop capture; ${CONVERT}` },
  { name: 'a capture of Network Monitor', given: Buffer.from('GMBU\x00\x02\x01\x00', 'latin1'), expected: `a capture of Microsoft Network Monitor; ${CONVERT}` },
  { name: 'an ERF capture of one record', given: erf([78]), expected: `an ERF capture; ${CONVERT}` },
  { name: 'a long ERF capture', given: erf(Array.from({ length: 100 }, (_, i) => 78 + i)), expected: `an ERF capture; ${CONVERT}` },
  { name: 'ERF lengths that lead nowhere', given: Buffer.concat([erf([78]), Buffer.from('0000')]), expected: null },
  { name: 'zeros', given: Buffer.alloc(100), expected: 'zeros' },
  { name: 'anything', given: counting(100, 3), expected: null },
]; // prettier-ignore

describe('files that are no captures', () => {
  for (const { name, given, expected } of ROWS) {
    it(`${name}: ${expected ?? 'not known'}`, () => {
      expect(notACapture(Buffer.from(given as string), 'some/file')).to.equal(expected);
    });
  }

  it('a script on standard input, which has no name to give', () => {
    expect(notACapture(Buffer.from('create tap id 0\n'), 'standard input')).to.equal('a VPP script');
  });

  it('an empty script by its name', () => {
    expect(notACapture(Buffer.from('# nothing yet\n'), 'node.vpp')).to.equal('a VPP script; did you mean -c node.vpp?');
  });

  describe('files that are no scripts', () => {
    for (const { name, given, expected } of [
      { name: 'a capture', given: CAPTURE, expected: 'a capture, not text' },
      { name: 'a packed file', given: gzipSync(CAPTURE), expected: 'gzip data, not text' },
      { name: 'a Git LFS pointer', given: POINTER, expected: 'a Git LFS pointer; git lfs pull fetches the file' },
      { name: 'an HTML page', given: '<html>', expected: 'an HTML page' },
      { name: 'anything else', given: 'set interface state tap0 up', expected: null },
    ]) {
      it(name, () => {
        expect(notAScript(Buffer.from(given))).to.equal(expected);
      });
    }
  });
});

describeField('files that are no captures, from the field', () => {
  it('a Git LFS pointer', () => {
    const path = fieldFile('lfs-no-hint', 'in.pcap');
    expect(notACapture(readFileSync(path), path)).to.equal('a Git LFS pointer; git lfs pull fetches the capture');
  });
});
