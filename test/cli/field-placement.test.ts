/** Captures from the field: both directions, group addresses, cooked devices, frame check sequences. */

import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { describeField, fieldFile } from '../field-files.js';
import { runVppcap } from './run-vppcap.js';

/** Names of field inputs stand for their paths. */
const inField = (folder: string, words: string): string[] =>
  words.split(' ').map((word) => (/\.(pcap|pcapng|vpp)$/.test(word) ? fieldFile(folder, word) : word));

describeField('placement in the field', () => {
  let scratch = '';
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'vppcap-field-'));
  });
  after(() => rmSync(scratch, { recursive: true }));

  for (const { folder, given, code = 0, received, left } of [
    { folder: 'group-frames', given: 'pod-arp-broadcast.pcap', received: { tap2: 1 }, left: {} },
    {
      folder: 'group-frames',
      given: 'pod-dhcp-broadcast.pcap',
      code: 3,
      received: {},
      left: {
        'group address ff:ff:ff:ff:ff:ff from 00:00:00:00:00:02, which belongs to several interfaces; name one with INTERFACE=FILE': 1,
      },
    },
    {
      folder: 'group-frames',
      given: 'pod-session-with-arp.pcap',
      received: { tap2: 7 },
      left: { 'sent by the node itself (source MAC is that of tap2)': 5 },
    },
    {
      folder: 'group-frames',
      given: 'same.pcap -c same.vpp',
      code: 3,
      received: {},
      left: { 'destination MAC 02:00:00:00:00:01 belongs to several interfaces; name one with INTERFACE=FILE': 1 },
    },
    {
      folder: 'group-frames',
      given: 'v6-ns-multicast.pcap',
      code: 3,
      received: {},
      left: {
        'group address 33:33:ff:00:00:01 from 00:00:00:00:00:02, which belongs to several interfaces; name one with INTERFACE=FILE': 1,
      },
    },
    {
      folder: 'direction-ignored',
      given: 'dir.pcap -c node2.vpp',
      received: { tap2: 2 },
      left: { 'sent by the node itself (source MAC is that of tap2)': 1 },
    },
    {
      folder: 'direction-ignored',
      given: 'dir.pcapng -c node2.vpp',
      received: { tap2: 2 },
      left: { 'sent by the node itself (the capture marks it as outbound)': 1 },
    },
    {
      folder: 'direction-ignored',
      given: 'both.pcapng',
      received: { 'GigabitEthernet0/8/0': 1, tap2: 5 },
      left: { 'sent by the node itself (the capture marks it as outbound)': 6 },
    },
    {
      folder: 'direction-ignored',
      given: 'sll2any.pcap',
      received: { tap2: 1 },
      left: { 'sent by the node itself (its cooked header says outgoing)': 1 },
    },
    {
      folder: 'both-directions-dropped',
      given: 'pod-both.pcap -c deny.vpp',
      received: { eth0: 6 },
      left: { 'sent by the node itself (source MAC is that of eth0)': 5 },
    },
  ] as {
    readonly folder: string;
    readonly given: string;
    readonly code?: number;
    readonly received: Readonly<Record<string, number>>;
    readonly left: Readonly<Record<string, number>>;
  }[]) {
    for (const outputs of [[], ['--verdicts', 'v.jsonl', '--drops', 'd.pcapng']])
      it(`${folder}: ${[given, ...outputs].join(' ')}`, () => {
        const { code: told, stdout } = runVppcap(['replay', ...inField(folder, given), '--json', ...outputs], scratch);
        const { interfaces, notReplayed } = JSON.parse(stdout) as ReplaySummary;
        expect({
          received: Object.fromEntries(
            interfaces.filter((each) => each.received > 0).map((each) => [each.name, each.received]),
          ),
          left: Object.fromEntries(notReplayed.map(({ reason, count }) => [reason, count])),
          code: told,
        }).to.deep.equal({ received, left, code });
      });
    it(`${folder}: explain ${given}`, () => {
      const { stdout, stderr } = runVppcap(['explain', ...inField(folder, given), '--frame', '1']);
      const isFirstReceived = Object.keys(received).length > 0;
      expect(stdout, stderr).to.match(
        isFirstReceived ? /^Frame 1 arrived on / : /^Frame 1, .*, was not replayed: .*\n$/,
      );
    });
  }

  for (const name of ['fcs.pcap', 'fcs.pcapng'])
    it(`fcs-kept: ${name} is what it is without`, () => {
      const { code, stdout } = runVppcap(['verify', ...inField('fcs-kept', `${name} nofcs.pcap`)]);
      expect(stdout).to.equal('match: all 2 packets equal\n');
      expect(code).to.equal(0);
      const replayed = [name, 'nofcs.pcap'].map((each) => {
        runVppcap(['replay', fieldFile('fcs-kept', each), '-q', '-o', 'out.pcap'], scratch);
        return readFileSync(join(scratch, 'out.pcap')).toString('hex');
      });
      expect(replayed[0]).to.equal(replayed[1]);
    });
});
