/** Frames have the number of their capture's file, from 1, in every word for people; programs get the index in the merged input. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import type { Verdict } from '../../src/outcome/verdicts.js';
import { ANSWER, FORMS, FRAMES, NODE, pcapOf } from '../both-directions.js';
import { describeField, fieldFile } from '../field-files.js';
import { commentsOf } from '../fuzz/comments.js';
import { runVppcap, type Outcome } from './run-vppcap.js';

describe('numbers of frames in every output', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-numbers-'));
    writeFileSync(join(folder, 'node.vpp'), NODE);
    writeFileSync(join(folder, 'pod.pcap'), pcapOf(FRAMES.map(({ bytes }) => bytes)));
    // Its first frame is another host's, and it comes between frames 2 and 3 of the pod's, which are a second apart.
    writeFileSync(join(folder, 'uplink.pcap'), pcapOf([FRAMES[0].bytes, ANSWER], 2));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (line: string): Outcome => runVppcap([...line.split(' '), '-c', 'node.vpp'], folder);
  const comments = (name: string): string[][] => commentsOf(readFileSync(join(folder, name)));
  const verdicts = (name: string): Pick<Verdict, 'frame' | 'file' | 'number'>[] =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict)
      .map(({ frame, file, number }) => ({ frame, file, number }));

  for (const { name, file, bytes } of FORMS)
    describe(`of ${name}`, () => {
      before(() => writeFileSync(join(folder, file), bytes));

      it('summary, comments and verdicts', () => {
        const { code, stdout } = run(`replay ${file} -o out.pcapng --drops drops.pcapng --verdicts v.jsonl`);
        expect(code).to.equal(0);
        expect(stdout).to.match(/ 1 {2}denied on input of eth0 by ACL 0 rule 0 \(.*\(first: frame 4\)$/m);
        expect(comments('out.pcapng').map(([source]) => source)).to.deep.equal([
          'rx frame 2 on eth0',
          'rx frame 5 on eth0',
        ]);
        const [[source, end]] = comments('drops.pcapng');
        expect(source).to.equal('rx frame 4 on eth0');
        expect(end).to.match(/^dropped: denied /);
        expect(verdicts('v.jsonl')).to.deep.equal([1, 3, 4].map((frame) => ({ frame, file, number: frame + 1 })));
      });

      it('sessions say which frame made them', () => {
        run(`replay ${file} -o out.pcapng -q`);
        const [, last] = comments('out.pcapng');
        expect(last.at(-1)).to.match(/acl session 0, which acl 0 rule 1 at node\.vpp:\d+ made for rx frame 2$/);
        expect(run(`explain ${file} --frame 5`).stdout).to.match(
          /by ACL session 0, which frame 2 made by rule 1 of ACL 0 \(/,
        );
      });

      it('traces', () => {
        const { stdout } = run(`trace ${file}`);
        expect(stdout.match(/^Packet \d+$/gm)).to.deep.equal(['Packet 2', 'Packet 4', 'Packet 5']);
        expect(run(`trace ${file} --frame 4`).stdout).to.match(/^Packet 4\n\n/m);
      });
    });

  it('name the capture where there are several, and count over all of them for programs', () => {
    const line = 'replay pod.pcap uplink.pcap -o out.pcapng --drops drops.pcapng --verdicts v.jsonl';
    expect(run(line).stdout).to.include('(first: frame 4 of pod.pcap)');
    const starts = [...comments('out.pcapng'), ...comments('drops.pcapng')].map(([source]) => source);
    expect(starts).to.deep.equal([
      'rx frame 2 of pod.pcap on eth0',
      'rx frame 2 of uplink.pcap on eth1',
      'rx frame 5 of pod.pcap on eth0',
      'rx frame 4 of pod.pcap on eth0',
    ]);
    // In the order of time: pod 1, 2, uplink 1, pod 3, uplink 2, pod 4, 5.
    expect(verdicts('v.jsonl')).to.deep.equal([
      { frame: 1, file: 'pod.pcap', number: 2 },
      { frame: 4, file: 'uplink.pcap', number: 2 },
      { frame: 5, file: 'pod.pcap', number: 4 },
      { frame: 6, file: 'pod.pcap', number: 5 },
    ]);
    const { dropCauses } = JSON.parse(run('replay pod.pcap uplink.pcap --json').stdout) as ReplaySummary;
    expect(dropCauses.map(({ firstFrame, file, number }) => [firstFrame, file, number])).to.deep.equal([
      [5, 'pod.pcap', 4],
    ]);
  });

  it('of several captures are chosen with the name of theirs, and read back from a trace', () => {
    expect(run('explain pod.pcap uplink.pcap --frame uplink.pcap:2').stdout).to.match(
      /^Frame 2 of uplink\.pcap arrived on eth1: /,
    );
    // The fifth in the order of time.
    expect(run('explain pod.pcap uplink.pcap --frame 5').stdout).to.match(/^Frame 2 of uplink\.pcap arrived on eth1: /);
    expect(run('trace pod.pcap uplink.pcap --frame 5').stdout).to.match(/^Packet 2\n\(frame 2 of uplink\.pcap\)$/m);
    const { stdout } = run('trace pod.pcap uplink.pcap --frame uplink.pcap:2,pod.pcap:2,4-');
    expect(stdout.match(/^Packet .*\n.*$/gm)).to.deep.equal(
      [
        '2\n(frame 2 of pod.pcap)',
        '2\n(frame 2 of uplink.pcap)',
        '4\n(frame 4 of pod.pcap)',
        '5\n(frame 5 of pod.pcap)',
      ].map((words) => `Packet ${words}`),
    );
    writeFileSync(join(folder, 'trace.txt'), stdout);
    expect(run('verify-trace trace.txt').stdout).to.match(/ of 4 packets: \d+ agree; none decides otherwise\n$/);
  });

  for (const { given, code, stderr, stdout = /^$/ } of [
    { given: 'trace pod.pcap --frame 99', code: 2, stderr: '--frame: there is no frame 99, only 5' },
    { given: 'explain pod.pcap --frame 99', code: 2, stderr: '--frame: there is no frame 99, only 5' },
    { given: 'trace pod.pcap --frame 2,99', code: 2, stderr: '--frame: there is no frame 99, only 5', stdout: /./ },
    { given: 'trace pod.pcap --frame 6-', code: 2, stderr: '--frame: there is no frame 6, only 5' },
    {
      given: 'trace pod.pcap --frame 5-9',
      code: 0,
      stderr: '--frame: frame 5 is the last, before 9',
      stdout: /^Packet 5$/m,
    },
    {
      given: 'trace pod.pcap --frame 3',
      code: 0,
      stderr: 'frame 3 was not replayed: sent by the node itself (source MAC is that of eth0)',
      stdout: /^No packets in trace buffer$/m,
    },
    { given: 'trace pod.pcap uplink.pcap --frame 9', code: 2, stderr: '--frame: there is no frame 9, only 7' },
    { given: 'explain pod.pcap uplink.pcap --frame 9', code: 2, stderr: '--frame: there is no frame 9, only 7' },
    {
      given: 'explain pod.pcap uplink.pcap --frame uplink.pcap:3',
      code: 2,
      stderr: '--frame: there is no frame 3 of uplink.pcap, only 2',
    },
    {
      given: 'explain pod.pcap --frame other.pcap:3',
      code: 2,
      stderr: '--frame other.pcap:3: no capture is called other.pcap; given: pod.pcap',
    },
  ])
    it(`${given}: ${stderr}`, () => {
      const outcome = run(given);
      expect(outcome.stderr).to.equal(`vppcap: ${stderr}\n`);
      expect(outcome.stdout).to.match(stdout);
      expect(outcome.code).to.equal(code);
    });

  it('explain says of a frame that is not replayed why', () => {
    expect(run('explain pod.pcap --frame 3').stdout).to.match(
      /^Frame 3, .* was not replayed: sent by the node itself /,
    );
  });

  it('--both has each received frame once, before what it made leave', () => {
    run('replay pod.pcap -o both.pcapng --both --comments path');
    const both = comments('both.pcapng');
    expect(both.map((lines) => lines.slice(0, 2))).to.deep.equal([
      ['rx frame 2 on eth0', 'as received'],
      ['rx frame 2 on eth0', 'ip4-input > acl-in > ip4-lookup > ip4-rewrite > eth1-output'],
      ['rx frame 4 on eth0', 'as received'],
      ['rx frame 5 on eth0', 'as received'],
      ['rx frame 5 on eth0', 'ip4-input > acl-in > ip4-lookup > ip4-rewrite > eth1-output'],
    ]);
    const dropped = both[2];
    expect(dropped[2]).to.match(/^dropped: denied on input of eth0 by ACL 0 rule 0 /);
    expect(dropped).to.include("VPP's trace: acl-plugin-in-ip4-fa: ACL deny packets");
  });
});

describeField('numbers of frames of inputs from the field', () => {
  const pcap = fieldFile('frame-numbers', 'num.pcap');
  for (const { given, expected } of [
    { given: ['replay', pcap], expected: /\(first: frame 4\)$/m },
    { given: ['explain', pcap, '--frame', '4'], expected: /^Frame 4 arrived on tap2: TCP 10\.1\.1\.3:41085 / },
    { given: ['trace', pcap, '--frame', '4'], expected: /^Packet 4\n\n[^]*bad ip4 checksum/m },
    {
      given: [
        'replay',
        fieldFile('both-directions-dropped', 'pod-both.pcap'),
        '-c',
        fieldFile('both-directions-dropped', 'deny.vpp'),
      ],
      expected: / 5 {2}denied on input of eth0 by ACL 0 rule 0 \(.*\(first: frame 3\)$/m,
    },
  ])
    it(given.map((word) => word.replace(/^.*\//, '')).join(' '), () =>
      expect(runVppcap(given).stdout).to.match(expected),
    );
});
