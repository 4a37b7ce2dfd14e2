/** What a user is told of frames that a snaplen cut: explain, comments, verify. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LITTLE, pcapHeader, pcapRecord, type Frame } from '../capture/capture-bytes.js';
import { describeField, fieldFile } from '../field-files.js';
import { icmpOf, NAT_IN_OUT, tcpOf, udpOf } from '../pipeline/packets.js';
import { BARS, hasTshark, tsharkFields } from '../tshark.js';
import { runVppcap } from './run-vppcap.js';

const out = { source: '10.1.1.3', destination: '8.8.8.8' };
const pcap = (...frames: Frame[]): Buffer =>
  Buffer.concat([pcapHeader(LITTLE), ...frames.map((frame) => pcapRecord(LITTLE, frame))]);

const DATA = new Uint8Array(100).fill(0x78);
const ASSUMED = 'he checksum it arrived with is taken for right, since the capture cut off a part of what it covers';
const UNKNOWN = 'ts ICMP checksum is not known, and 0 here, since the capture cut off a part of what it quotes';

interface Row {
  readonly name: string;
  readonly frame: Uint8Array;
  readonly snaplen: number;
  /** Lines of explain, and the comment of what leaves; null where nothing does. */
  readonly explained: readonly string[];
  readonly comment: string | null;
}

const rows: readonly Row[] = [
  {
    name: 'a frame that ends before its ports',
    frame: tcpOf({ ...out, protocol: 6 }, 5000, 80, 2),
    snaplen: 36,
    explained: [
      'Frame 1 arrived on pg0: TCP 10.1.1.3 > 8.8.8.8, 54 bytes, 36 of them captured.',
      'It was dropped: not modelled: the capture cut the frame off before its ports.',
      'To pass, the frame has to be captured whole: tcpdump -s 0, or a larger snaplen.',
    ],
    comment: null,
  },
  {
    name: 'a ping, the checksum of which cannot be told',
    frame: icmpOf({ ...out, protocol: 1 }, 8, 0, DATA),
    snaplen: 68,
    explained: [
      'Frame 1 arrived on pg0: ICMP echo_request 10.1.1.3 > 8.8.8.8, 138 bytes, 68 of them captured.',
      `T${ASSUMED}.`,
    ],
    comment: `t${ASSUMED}`,
  },
  {
    name: 'an ICMP error about it',
    frame: udpOf({ ...out, protocol: 17, ttl: 1 }, 5000, 53, DATA),
    snaplen: 68,
    explained: [
      'Frame 1 arrived on pg0: UDP 10.1.1.3:5000 > 8.8.8.8:53, 142 bytes, 68 of them captured.',
      'Because of it, VPP sent on pg0: ICMP time_exceeded ttl_exceeded_in_transit 10.1.1.1 > 10.1.1.3, 170 bytes, 96 of them captured.',
      `I${UNKNOWN}.`,
    ],
    comment: `i${UNKNOWN}`,
  },
];

describe('frames that a snaplen cut', () => {
  let folder = '';
  const inFolder = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-cut-'));
    writeFileSync(inFolder('node.vpp'), NAT_IN_OUT.join('\n'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** One frame of a capture of its own, whole or cut. */
  const write = (name: string, frame: Uint8Array, snaplen = frame.length): string => {
    const bytes = Buffer.from(frame.subarray(0, snaplen));
    writeFileSync(inFolder(name), pcap({ seconds: 1, fraction: 0, bytes, originalLength: frame.length }));
    return `pg0=${inFolder(name)}`;
  };

  for (const { name, frame, snaplen, explained } of rows)
    it(`explain: ${name}`, () => {
      const cut = write('cut.pcap', frame, snaplen);
      const { stdout } = runVppcap(['explain', cut, '--frame', '1', '-c', inFolder('node.vpp')]);
      expect(stdout.split('\n')).to.include.members([...explained]);
      if (stdout.includes('not modelled')) expect(stdout).not.to.include("VPP's own trace");
    });

  for (const { name, frame, snaplen, comment } of rows)
    it(`comments: ${name}`, function () {
      if (!hasTshark) this.skip();
      const cut = write('cut.pcap', frame, snaplen);
      runVppcap(['replay', cut, '-c', inFolder('node.vpp'), '-o', inFolder('out.pcapng')]);
      const comments = tsharkFields(inFolder('out.pcapng'), ['frame.comment'], '', BARS).flat();
      expect(comments.map((text) => text.split('|').at(-1))).to.deep.equal(comment === null ? [] : [comment]);
    });

  for (const { name, frame, snaplen, comment } of rows.filter((row) => row.comment !== null))
    it(`verify: what leaves matches what leaves of the whole frame: ${name}`, () => {
      const [whole, cut] = [write('whole.pcap', frame), write('cut.pcap', frame, snaplen)];
      for (const [input, output] of [
        [whole, 'of.pcap'],
        [cut, 'oc.pcap'],
      ])
        runVppcap(['replay', input, '-c', inFolder('node.vpp'), '-o', inFolder(output)]);
      const { code, stdout } = runVppcap(['verify', inFolder('oc.pcap'), inFolder('of.pcap')]);
      expect(stdout).to.match(/^match: 1 packet equal\n/);
      expect(stdout.includes('checksum of an ICMP error about a cut packet')).to.equal(comment === `i${UNKNOWN}`);
      expect(code).to.equal(0);
    });

  it('verify tells how many bytes a missing packet had on the wire', () => {
    const cut = write('cut.pcap', udpOf({ ...out, protocol: 17 }, 5000, 53, DATA), 60).slice('pg0='.length);
    writeFileSync(inFolder('none.pcap'), pcap());
    const { stdout } = runVppcap(['verify', inFolder('none.pcap'), cut]);
    expect(stdout).to.include('10.1.1.3:5000 > 8.8.8.8:53 udp, 142 bytes');
  });

  describeField('from the field', () => {
    const CUT = 'cut-headers-guessed';
    const before = (words: string): string =>
      `It was dropped: not modelled: the capture cut the frame off before ${words}.`;
    for (const { capture, config, expected } of [
      { capture: 'vx68.pcap', config: null, expected: before('the end of its IP header') },
      { capture: 'vx68.pcap', config: 'nvx.vpp', expected: before('the end of its IP header') },
      { capture: 'cut20.pcap', config: 'nnat.vpp', expected: before('the end of its IP header') },
      { capture: 'cut34.pcap', config: 'nnat.vpp', expected: before('its ports') },
      { capture: 'cutt38.pcap', config: 'nned.vpp', expected: before('its TCP flags') },
    ])
      it(`explain ${capture} on ${config ?? 'the built-in node'}`, () => {
        const node = config === null ? [] : ['-c', fieldFile(CUT, config)];
        const { stdout } = runVppcap(['explain', fieldFile(CUT, capture), '--frame', '1', ...node]);
        expect(stdout.split('\n')).to.include(expected);
      });

    for (const kind of ['frag', 'ttl'])
      it(`verify what leaves of trunc-${kind}.pcap and full-${kind}.pcap`, () => {
        const given = (name: string): string => fieldFile('cut-frame-new-packets', name);
        for (const input of [`trunc-${kind}`, `full-${kind}`])
          runVppcap(['replay', given(`${input}.pcap`), '-c', given('nmtu.vpp'), '-o', inFolder(`${input}.pcap`)]);
        const { code, stdout } = runVppcap(['verify', inFolder(`trunc-${kind}.pcap`), inFolder(`full-${kind}.pcap`)]);
        expect(stdout).to.match(/^match: /);
        expect(code).to.equal(0);
      });

    it('explain gives the length on the wire', () => {
      const { stdout } = runVppcap(['explain', fieldFile('explain-wording', 'trunc-icmp.pcap'), '--frame', '1']);
      expect(stdout).to.match(/^Frame 1.*93\.184\.216\.34, 1066 bytes/);
    });
  });
});
