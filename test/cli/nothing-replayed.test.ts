/** A run that replays no frame is no success: exit code 3, and one sentence that says why and what helps. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { fieldFile, describeField } from '../field-files.js';
import { ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
/** Where the destination MAC of the first frame stands. */
const FIRST_FRAME = 24 + 16;

/** What each capture is made of the documented flow's six frames, and the sentence without its beginning. */
const CAPTURES: readonly { name: string; linkType?: number; change: (frame: Buffer) => Buffer; why: string }[] = [
  {
    name: 'other-hop.pcap',
    change: (frame) => Buffer.concat([Buffer.from('02bb00000001', 'hex'), frame.subarray(6)]),
    why: '(6 in all): destination MAC 02:bb:00:00:00:01 is that of no interface; name the interface on which they arrived with INTERFACE=FILE, or give the interfaces their MACs in the configuration',
  },
  {
    name: 'own.pcap',
    change: (frame) => Buffer.concat([Buffer.from('02bb0000000102fe163f5f0f', 'hex'), frame.subarray(12)]),
    why: '(6 in all): sent by the node itself (source MAC is that of tap2); replay a capture that has what it received',
  },
  {
    name: 'own-and-others.pcap',
    change: (frame) =>
      Buffer.concat([
        Buffer.from(frame[23] === 17 ? '02bb0000000102fe163f5f0f' : '02bb0000000102bb00000002', 'hex'),
        frame.subarray(12),
      ]),
    why: '(6 in all, 4 of them for this reason): destination MAC 02:bb:00:00:00:01 is that of no interface; name the interface on which they arrived with INTERFACE=FILE, or give the interfaces their MACs in the configuration',
  },
  {
    name: 'mostly-own.pcap',
    change: (frame) =>
      Buffer.concat([
        Buffer.from(frame[23] === 6 ? '02bb0000000102fe163f5f0f' : '02bb0000000102bb00000002', 'hex'),
        frame.subarray(12),
      ]),
    why: '(6 in all, 2 of them for this reason): destination MAC 02:bb:00:00:00:01 is that of no interface; name the interface on which they arrived with INTERFACE=FILE, or give the interfaces their MACs in the configuration',
  },
  {
    name: 'wireless.pcap',
    linkType: 105,
    change: (frame) => frame,
    why: '(6 in all): 802.11 (link type 105); captures of Ethernet, Linux cooked, raw IP and BSD loopback devices can be replayed',
  },
];
const EMPTY = 'no frame of empty.pcap could be replayed: there is none';

describe('where nothing is replayed', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-nothing-'));
    const bytes = readFileSync(CAPTURE);
    const frames: Buffer[] = [];
    for (let i = FIRST_FRAME; i < bytes.length;) {
      const length = bytes.readUInt32LE(i - 8);
      frames.push(bytes.subarray(i, i + length));
      i += length + 16;
    }
    for (const { name, linkType = 1, change } of CAPTURES)
      writeFileSync(
        at(name),
        Buffer.concat([
          pcapHeader(LITTLE, 0xa1b2c3d4, linkType),
          ...frames.map((frame, seconds) => pcapRecord(LITTLE, { seconds, fraction: 0, bytes: change(frame) })),
        ]),
      );
    writeFileSync(at('empty.pcap'), pcapHeader(LITTLE));
    writeFileSync(at('down.vpp'), 'create tap id 2 hw-addr 02:bb:00:00:00:01\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { name, why } of CAPTURES) {
    const sentence = `vppcap: no frame of ${name} could be replayed ${why}\n`;
    it(`replay says so of ${name}`, () => {
      const { code, stdout, stderr } = runVppcap(['replay', name, '-o', 'out.pcap'], folder);
      expect(stderr).to.equal(sentence);
      expect(stdout).to.match(/^received 0 = /);
      expect(code).to.equal(3);
    });
    it(`trace and new-case say so of ${name}`, () => {
      const traced = runVppcap(['trace', name], folder);
      expect(traced.stderr.startsWith(sentence), traced.stderr).to.equal(true);
      const drafted = runVppcap(['new-case', name, '-o', 'case'], folder);
      expect(drafted.stderr).to.equal(sentence);
      expect([traced.code, drafted.code, existsSync(at('case'))]).to.deep.equal([3, 3, false]);
    });
  }

  for (const { name, args, stderr } of [
    { name: 'an empty capture', args: ['empty.pcap'], stderr: EMPTY },
    { name: 'an empty capture, quietly', args: ['empty.pcap', '-q'], stderr: EMPTY },
    {
      name: 'several captures',
      args: ['empty.pcap', 'own.pcap'],
      stderr:
        'no frame of the captures could be replayed (6 in all): sent by the node itself (source MAC is that of tap2); replay a capture that has what it received',
    },
    {
      name: 'an interface that is down',
      args: ['other-hop.pcap', '-c', 'down.vpp'],
      stderr:
        'no frame of other-hop.pcap could be replayed (6 in all): tap2 is down and receives nothing; bring it up in the configuration',
    },
    { name: 'an expectation of nothing', args: ['empty.pcap', '-q', '--expect', 'empty.pcap'], stderr: EMPTY },
    { name: 'an expectation that differs', args: ['empty.pcap', '-q', '--expect', CAPTURE], stderr: EMPTY },
  ])
    it(`replay says so of ${name}`, () => {
      const { code, stderr: told } = runVppcap(['replay', ...args], folder);
      expect(told).to.equal(`vppcap: ${stderr}\n`);
      expect(code).to.equal(3);
    });

  it('JSON says so', () => {
    const { stdout } = runVppcap(['replay', 'empty.pcap', '--json'], folder);
    expect((JSON.parse(stdout) as ReplaySummary).nothingReplayed).to.equal(EMPTY);
    expect(JSON.parse(runVppcap(['replay', CAPTURE, '--json']).stdout)).to.not.have.property('nothingReplayed');
  });

  it('test cannot judge a case of such a capture', () => {
    mkdirSync(at('suite/case'), { recursive: true });
    copyFileSync(at('own.pcap'), at('suite/case/in.pcap'));
    writeFileSync(at('suite/case/expected.pcap'), pcapHeader(LITTLE));
    writeFileSync(
      at('suite/case/case.yaml'),
      'title: nothing\norigin: regenerated\nconfig: built-in\ncaptures: [{ file: in.pcap }]\nexpect: { captures: [{ file: expected.pcap }] }\n',
    );
    const { code, stdout } = runVppcap(['test', 'suite'], folder);
    expect(stdout).to.include('no frame of suite/case/in.pcap could be replayed (6 in all): sent by the node itself');
    expect(code).to.equal(3);
  });

  describeField('of another hop, in the field', () => {
    it('exits with 3 and names the MAC', () => {
      const { code, stderr } = runVppcap(['replay', fieldFile('nothing-replayed', 'other-hop.pcap')]);
      expect(stderr).to.match(/other-hop\.pcap could be replayed \(11 in all\): destination MAC de:ad:00:00:00:01 is /);
      expect(code).to.equal(3);
    });
  });
});
