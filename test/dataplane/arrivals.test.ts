/** What is counted of frames that arrive, and what is filled in; tshark and tcprewrite say whether it is right. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseScript } from '../../src/config/parse-script.js';
import type { ArrivalCounts } from '../../src/dataplane/arrivals.js';
import type { FixCounts } from '../../src/dataplane/checksum-fixer.js';
import { replay } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { readAll } from '../capture/read-all.js';
import { hasTshark, tsharkFields } from '../tshark.js';
import { captureOf } from '../verify/frames.js';
import { givenFrames, type Arriving } from '../explain/explained.js';
import { frameOf, icmpOf, L3, L4, NAT_IN_OUT, tcpOf, udpOf, viewOf, type Ip4Packet } from '../pipeline/packets.js';

const packet = (protocol: number, more: Partial<Ip4Packet> = {}): Ip4Packet => ({
  source: '10.1.1.3',
  destination: '8.8.8.8',
  protocol,
  ...more,
});
const data = (length: number): Uint8Array => new Uint8Array(length).fill(0x61);
const [TCP_SUM, UDP_SUM, ICMP_SUM, IP_SUM, IP_LENGTH] = [L4 + 16, L4 + 6, L4 + 2, L3 + 10, L3 + 2];
const TCP = tcpOf(packet(6), 41000, 80, 2);
const UDP = udpOf(packet(17), 40001, 53, data(5));
/** Long enough for tcprewrite. */
const ICMP = icmpOf(packet(1), 8, 0, Uint8Array.of(0, 7, 0, 1, ...data(20)));
/** A segment larger than any frame of an ordinary Ethernet. */
const LARGE = ((): Uint8Array => {
  const payload = new Uint8Array(20 + 4000);
  payload.set(TCP.subarray(L4, L4 + 20));
  return frameOf(packet(6), payload);
})();

const withField = (frame: Uint8Array, ...fields: (readonly [at: number, value: number])[]): Uint8Array => {
  const bytes = frame.slice();
  for (const [at, value] of fields) viewOf(bytes).setUint16(at, value);
  return bytes;
};
/** 10.1.1.3 + 8.8.8.8 + protocol + length, folded by hand. */
const PSEUDO_TCP = 0x0a01 + 0x0103 + 0x0808 + 0x0808 + 6 + 20;
const PSEUDO_UDP = 0x0a01 + 0x0103 + 0x0808 + 0x0808 + 17 + 13;

const vxlanOf = (inner: Uint8Array, hasChecksum: boolean): Uint8Array =>
  udpOf(packet(17), 33333, 4789, Uint8Array.of(8, 0, 0, 0, 0, 0, 10, 0, ...inner), hasChecksum);

/** tcprewrite gives UDP without a checksum one, and leaves what VXLAN carries. */
const IS_OTHERWISE = /without a checksum|VXLAN/;

interface Row {
  readonly name: string;
  readonly given: Arriving;
  /** What is counted that is not 0, besides that it was looked at. */
  readonly counts: Partial<ArrivalCounts>;
  readonly fixed: Partial<FixCounts>;
}

const wrong = { unsound: 1, wrongChecksum: 1 };

const ROWS: Row[] = [
  { name: 'sound TCP', given: ['pg0', TCP], counts: {}, fixed: {} },
  { name: 'sound UDP', given: ['pg0', UDP], counts: {}, fixed: {} },
  { name: 'UDP without a checksum', given: ['pg0', withField(UDP, [UDP_SUM, 0])], counts: {}, fixed: {} },
  { name: 'TCP, wrong', given: ['pg0', withField(TCP, [TCP_SUM, 0x1234])], counts: wrong, fixed: { checksums: 1 } },
  {
    name: 'TCP, pseudo header',
    given: ['pg0', withField(TCP, [TCP_SUM, PSEUDO_TCP])],
    counts: { ...wrong, pseudoHeaderChecksum: 1 },
    fixed: { checksums: 1 },
  },
  {
    name: 'UDP, pseudo header',
    given: ['pg0', withField(UDP, [UDP_SUM, PSEUDO_UDP])],
    counts: { ...wrong, pseudoHeaderChecksum: 1 },
    fixed: { checksums: 1 },
  },
  {
    name: 'ICMP, 0',
    given: ['pg0', withField(ICMP, [ICMP_SUM, 0])],
    counts: { ...wrong, zeroChecksum: 1 },
    fixed: { checksums: 1 },
  },
  {
    name: 'IP header checksum 0',
    given: ['pg0', withField(TCP, [IP_SUM, 0])],
    counts: { unsound: 1, zeroIpChecksum: 1 },
    fixed: { checksums: 1 },
  },
  {
    name: 'all checksums 0',
    given: ['pg0', withField(TCP, [IP_SUM, 0], [TCP_SUM, 0])],
    counts: { ...wrong, zeroIpChecksum: 1, zeroChecksum: 1 },
    fixed: { checksums: 1 },
  },
  {
    name: 'a large segment without lengths',
    given: ['pg0', withField(LARGE, [IP_LENGTH, 0], [IP_SUM, 0])],
    counts: { unsound: 1, zeroIpLength: 1, zeroIpChecksum: 1, large: 1 },
    fixed: { checksums: 1, lengths: 1 },
  },
  {
    name: 'cut off: lengths and the IP header only',
    given: ['pg0', withField(LARGE, [IP_SUM, 0], [TCP_SUM, 0]), { cutTo: 100, originalLength: LARGE.length }],
    counts: { unsound: 1, zeroIpChecksum: 1, large: 1 },
    fixed: { checksums: 1, left: 1 },
  },
  {
    name: 'a fragment',
    given: ['pg0', frameOf(packet(17, { flagsAndFragment: 0x2000 }), data(24))],
    counts: {},
    fixed: {},
  },
  {
    name: 'inside VXLAN, behind which the outer checksum follows',
    given: ['pg0', vxlanOf(withField(TCP, [TCP_SUM, PSEUDO_TCP]), true)],
    counts: {},
    fixed: { checksums: 1 },
  },
];

describe('frames that arrive', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-arrivals-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (given: readonly Arriving[], fixChecksums: boolean, both: string | null = null): Promise<ReplaySummary> =>
    replay({
      captures: [{ path: 'memory', interfaceName: null, open: () => Promise.resolve(captureOf(givenFrames(given))) }],
      script: parseScript(NAT_IN_OUT.join('\n'), 'test.vpp'),
      output: both,
      drops: null,
      verdicts: null,
      both: both !== null,
      fixChecksums,
    });

  const NOTHING = {
    looked: 1,
    wrongChecksum: 0,
    pseudoHeaderChecksum: 0,
    zeroChecksum: 0,
    zeroIpChecksum: 0,
    zeroIpLength: 0,
    unsound: 0,
    large: 0,
  };
  for (const { name, given, counts, fixed } of ROWS) {
    it(`are counted: ${name}`, async () => {
      const { arrivals, fixed: none } = await run([given], false);
      expect(arrivals).to.deep.equal({ ...NOTHING, ...counts });
      expect(none).to.equal(null);
    });

    it(`are filled in: ${name}`, async () => {
      const summary = await run([given], true);
      expect(summary.fixed).to.deep.equal({ checksums: 0, lengths: 0, left: 0, ...fixed });
      expect(summary.arrivals.wrongChecksum + summary.arrivals.zeroIpChecksum).to.equal(0);
    });
  }

  it('are counted alike whether they follow flows or are told about', async () => {
    const ack = tcpOf(packet(6), 41000, 80, 0x10);
    const frames: Arriving[] = [
      ['pg0', TCP],
      ...[ack, withField(ack, [TCP_SUM, 1]), ack, withField(ack, [TCP_SUM, 2])].map((bytes): Arriving => [
        'pg0',
        bytes,
      ]),
    ];
    const plain = await run(frames, false);
    const told = await run(frames, false, join(folder, 'told.pcapng'));
    expect(plain.arrivals).to.deep.equal({ ...NOTHING, looked: 5, unsound: 2, wrongChecksum: 2 });
    expect(told.arrivals).to.deep.equal(plain.arrivals);
  });

  it('leave as tshark finds them right once they are filled in', async function () {
    if (!hasTshark) this.skip();
    const path = join(folder, 'fixed.pcapng');
    await run(
      ROWS.map(({ given }) => given),
      true,
      path,
    );
    const options = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
    const wrongOnes = spawnSync(
      'tshark',
      [
        '-n',
        '-r',
        path,
        ...options,
        '-Y',
        'ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 or icmp.checksum.status == 0',
        '-T',
        'fields',
        '-e',
        'frame.len',
      ],
      { encoding: 'utf8' },
    ).stdout;
    // What was cut off keeps its checksum, and tshark cannot verify it.
    expect(wrongOnes).to.equal('');
    expect(tsharkFields(path, ['frame.number']).length).to.be.greaterThan(ROWS.length);
  });

  it('are filled in as tcprewrite --fixcsum does', async function () {
    if (spawnSync('tcprewrite', ['--version']).status !== 0) this.skip();
    const rows = ROWS.filter(({ given: [, , more], name }) => more === undefined && !IS_OTHERWISE.test(name));
    const input = join(folder, 'in.pcap');
    const records = rows.map(({ given: [, bytes] }, i) =>
      pcapRecord(LITTLE, { seconds: i + 1, fraction: 0, bytes: Buffer.from(bytes) }),
    );
    writeFileSync(input, Buffer.concat([pcapHeader(LITTLE), ...records]));
    const output = join(folder, 'peer.pcap');
    const { status, stderr } = spawnSync('tcprewrite', ['--fixcsum', '-i', input, '-o', output], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    const ours = join(folder, 'ours.pcapng');
    await run(
      rows.map(({ given }) => given),
      true,
      ours,
    );
    const theirs = (await readAll(output)).rows.map(({ hex }) => hex);
    const { rows: all, interfaces } = await readAll(ours);
    const received = all
      .filter(({ interfaceIndex }) => interfaces[interfaceIndex].name === 'pg0')
      .map(({ hex }) => hex);
    received.forEach((hex, n) => expect(hex, rows[n].name).to.equal(theirs[n]));
    expect(received.length).to.equal(theirs.length);
  });
});
