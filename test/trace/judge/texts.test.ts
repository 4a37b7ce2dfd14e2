/**
 * Texts as people paste them, judged: the trace that vppcap prints of its example capture agrees with the node in all 69 records, and
 * so it does wrapped, with another driver, trimmed or cut, as far as it goes. What a text lacks is never a decision.
 */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { judgeTrace, type TraceJudgement } from '../../../src/trace/judge/judge-trace.js';
import { countsOf, judgementLines } from '../../../src/trace/judge/judgement-report.js';
import { decodeText } from '../../../src/trace/parse/decode-text.js';
import { runVppcap } from '../../cli/run-vppcap.js';
import { describeField, fieldFile } from '../../field-files.js';
import { WRAPPERS } from '../parse/wrappers.js';
import { damages } from './damages.js';

const CAPTURE = 'captures/pod-to-internet.pcap';
const NODE = 'configs/contiv-node.vpp';
const script = readFileSync(NODE, 'utf8');

const judge = (text: string): TraceJudgement =>
  judgeTrace(importTrace(text), () => applyScript(parseScript(script, NODE)));

describe('pasted traces, judged', () => {
  let trace: string;
  before(() => {
    const { code, stdout } = runVppcap(['trace', CAPTURE, '-c', NODE]);
    expect(code).to.equal(0);
    trace = stdout;
  });

  for (const { name, wrap } of WRAPPERS)
    it(`judges a text ${name} as the text itself`, () => {
      const judgement = judge(wrap(trace));
      expect(countsOf(judgement)).to.deep.equal(countsOf(judge(trace)));
      expect(countsOf(judgement)).to.include({ packets: 6, records: 69, agree: 69 });
    });

  /** What stands in the place of the record of virtio-input, or of a line. */
  const VIRTIO = /^(\S+) virtio-input\n {2}virtio:.*\n {4}hdr:.*\n/gm;
  const CHANGED: { name: string; change: (text: string) => string; records?: number; agree?: number; says?: RegExp }[] =
    [
      {
        name: 'memif',
        change: (text) =>
          text.replace(VIRTIO, '$1 memif-input\n  memif: hw_if_index 6 next-index 4\n    slot: ring 0\n'),
      },
      {
        name: 'vhost-user',
        change: (text) =>
          text.replace(VIRTIO, '$1 vhost-user-input\n  VirtualEthernet0/0/0 queue 0\n    virtio flags:\n'),
      },
      { name: 'tapcli', change: (text) => text.replace(VIRTIO, '$1 tapcli-rx\n  tap-2\n') },
      {
        name: 'avf',
        change: (text) => text.replace(VIRTIO, '$1 avf-input\n  avf: eth0 (6) qid 0 next-node ethernet-input\n'),
      },
      {
        name: 'a driver that nobody knows',
        change: (text) => text.replace(VIRTIO, '$1 fancy9-input\n  fancy: colour 7\n'),
      },
      {
        name: 'a driver of later releases, named after its port',
        change: (text) => text.replace(VIRTIO, '$1 eth0/1-rx\n  port 1\n'),
      },
      {
        name: 'hand-off to a second thread',
        change: (text) =>
          text.replace(VIRTIO, '$1 worker-handoff\n  worker-handoff: sw_if_index 6, next_worker 1, buffer 0x1\n'),
      },
      {
        name: 'hand-off behind the driver',
        change: (text) =>
          text.replace(VIRTIO, '$&$1 worker-handoff\n  worker-handoff: sw_if_index 6, next_worker 1, buffer 0x1\n'),
        records: 74,
      },
      {
        name: 'bonding behind the driver',
        change: (text) =>
          text.replace(
            VIRTIO,
            '$&$1 bond-input\n  src 00:00:00:00:00:02, dst 02:fe:16:3f:5f:0f, eth0 -> BondEthernet0\n',
          ),
        records: 74,
      },
      {
        name: 'a vector of several interfaces',
        change: (text) => text.replace(/^ {2}frame: .*\n/gm, '  frame: flags 0x2\n'),
      },
      { name: 'no line of the vector', change: (text) => text.replace(/^ {2}frame: .*\n/gm, '') },
      {
        name: 'words of 20.01',
        change: (text) => text.replace(/(checksum 0x[0-9a-f]{4})$(?=\n {4}fragment)/gm, '$1 dscp CS0 ecn NON_ECN'),
      },
      {
        name: 'an addition that nobody knows',
        change: (text) => text.replace(/^( {4}fragment id 0x[0-9a-f]{4}.*)$/gm, '$1, colour 7'),
      },
      {
        name: 'no device records',
        change: (text) => text.replace(VIRTIO, '').replace(/^(\S+) dpdk-input\n(?:(?!\S+ ethernet-input).*\n)*/gm, ''),
        records: 63,
        says: /begins at ethernet-input/,
      },
      {
        name: "the last packet's end missing",
        change: (text) => text.slice(0, text.lastIndexOf('ip4-rewrite') + 'ip4-rewrite'.length),
        records: 67,
        says: /the text ends at ip4-rewrite, and here the packet goes on to acl-plugin-out-ip4-fa/,
      },
      ...[
        'l4-cksum-computed l4-cksum-correct l2-hdr-offset 0',
        'l2-hdr-offset 0 l3-hdr-offset 14 l4-hdr-offset 34',
        'l3-hdr-offset 14',
        'local ip4 l4-hdr-offset 34 qos 0.0 loop-counter 1',
        'nated',
      ].map((words) => ({
        name: `the buffer's words "${words}"`,
        change: (text: string) =>
          text.replace(/^ {2}buffer .*\n/gm, `$&                  ext-hdr-valid\n                  ${words} \n`),
      })),
    ];
  for (const { name, change, records = 69, agree = records, says } of CHANGED)
    it(`judges a text with ${name} to the last record`, () => {
      const text = change(trace);
      expect(text).to.not.equal(trace);
      const judgement = judge(text);
      const { agree: agreed, explained, ...counts } = countsOf(judgement);
      expect(judgementLines(judgement, true)).to.deep.equal([]);
      expect(counts).to.deep.equal({ packets: 6, records, differ: 0, notJudged: 0 });
      expect(agreed + explained).to.equal(agree);
      if (says) expect(judgementLines(judgement, false).join('\n')).to.match(says);
    });

  it('calls no text that lost lines or their ends a node that decides otherwise', () => {
    const wrong: string[] = [];
    // Packets 1, 2 and 6: DNS, a SYN through NAT44, and its answer with padding.
    const packets = trace.split(/(?=^Packet \d)/m).slice(1);
    for (const packet of [packets[0], packets[1], packets[5]])
      for (const { what, text } of damages(packet.split('\n'), 11))
        for (const { disagreement } of judge(text).packets)
          if (disagreement !== null) wrong.push(`${what}: ${disagreement.node} ${disagreement.text}`);
    expect(wrong).to.deep.equal([]);
  }).timeout(120_000);
});

describeField('pasted traces from the field', () => {
  const ROWS: readonly [folder: string, name: string, agree: number][] = [
    ['trace-buffer-line', 'l2only.txt', 9],
    ['trace-buffer-line', 'l2l3.txt', 9],
    ['trace-cut-line', 'cut-window.txt', 9],
    ['trace-html', 'br.txt', 69],
    ['trace-html', 'font.txt', 69],
    ['trace-html', 'jira.txt', 69],
    ['trace-html', 'utf16.txt', 69],
    ['trace-newer-wording', 'v2005.txt', 69],
    ['trace-trimmed-start', 'nodevice.txt', 11],
    ['trace-trimmed-start', 'up-nodev.txt', 8],
    ['trace-unknown-device', 'memif.txt', 69],
    ['trace-unknown-device', 'tapcli.txt', 69],
  ];
  for (const [folder, name, agree] of ROWS)
    it(`${folder}/${name}: all ${agree} records agree`, () => {
      const judgement = judge(decodeText(readFileSync(fieldFile(folder, name))));
      expect(judgementLines(judgement, true)).to.deep.equal([]);
      expect(countsOf(judgement)).to.include({ records: agree, agree });
    });

  it('trace-buffer-line/ed1810.txt is one packet without cut lines', () => {
    const { packets, hasCutLines } = importTrace(readFileSync(fieldFile('trace-buffer-line', 'ed1810.txt'), 'utf8'));
    expect(packets).to.have.length(1);
    expect(hasCutLines).to.be.false;
  });
});
