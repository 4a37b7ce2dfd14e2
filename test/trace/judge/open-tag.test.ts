/** A VLAN tag that one line's end shows: by its digits, and by the sub-interfaces that there are, it has lost nothing, or may have. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { judgeTrace } from '../../../src/trace/judge/judge-trace.js';
import { countsOf } from '../../../src/trace/judge/judgement-report.js';
import { CORPORA } from '../../oracle/floor.js';
import { damages } from './damages.js';

/** A UDP datagram of 28 bytes that a node without a route drops, as VPP 19.08 words it. */
const traceOf = (tags: string, end: string): string => `Packet 1

00:00:01:000000: virtio-input
  virtio: hw_if_index 1 next-index 4 vring 0 len 46
    hdr: flags 0x00 gso_type 0x00 hdr_len 0 gso_size 0 csum_start 0 csum_offset 0 num_buffers 1
00:00:01:000000: ethernet-input
  frame: flags 0x1, hw-if-index 1, sw-if-index 1
  IP4: 02:00:00:00:01:0a -> 02:fe:00:00:00:01 ${tags}
${end}`;
const ROUTED = `00:00:01:000000: ip4-input
  UDP: 10.1.1.2 -> 10.9.9.9
    tos 0x00, ttl 64, length 28, checksum 0x5cbc
    fragment id 0x0001
  UDP: 1000 -> 53
    length 8, checksum 0x0000
00:00:01:000000: ip4-lookup
  fib 0 dpo-idx 0 flow hash: 0x00000000
  UDP: 10.1.1.2 -> 10.9.9.9
    tos 0x00, ttl 64, length 28, checksum 0x5cbc
    fragment id 0x0001
  UDP: 1000 -> 53
    length 8, checksum 0x0000
`;

const RECORDS = 4;

const configOf = (subs: readonly string[]): string =>
  [
    'create tap id 0 host-if-name t0 hw-addr 02:fe:00:00:00:01',
    'set interface state tap0 up',
    ...subs.flatMap((sub, at) => {
      const name = `tap0.${sub.split(' ')[0]}`;
      return [
        `create sub-interfaces tap0 ${sub}`,
        `set interface state ${name} up`,
        `set interface ip address ${name} 10.1.${String(at + 1)}.1/24`,
      ];
    }),
  ].join('\n');

describe('a tag at the end of a line', () => {
  const QINQ = '7 dot1q 300 inner-dot1q';
  const rows: readonly [string, tags: string, subs: string[], expected: 'judged' | 'not judged' | 'differs'][] = [
    ['four digits', '802.1q vlan 3446', ['3446'], 'judged'],
    ['three to which none can be added: 410 and more', '802.1q vlan 410', ['410'], 'judged'],
    ['three that no longer id begins with', '802.1q vlan 100', ['100'], 'judged'],
    ['three, where 1007 is there, too', '802.1q vlan 100', ['100', '1007'], 'not judged'],
    ['one, where 40 is there, too', '802.1q vlan 4', ['4', '40'], 'not judged'],
    ['one, where 4000 is there, too', '802.1q vlan 4', ['4', '4000'], 'not judged'],
    ['three of which only longer ids are there', '802.1q vlan 100', ['1007'], 'not judged'],
    ['an inner tag', '802.1q vlan 300 802.1q vlan 30', [`${QINQ} 30 exact-match`], 'judged'],
    [
      'an inner tag, where 301 is there',
      '802.1q vlan 300 802.1q vlan 30',
      [`${QINQ} 30`, '8 dot1q 300 inner-dot1q 301'],
      'not judged',
    ],
    ['an id with a priority behind it', '802.1q vlan 100 priority 3', ['100', '1007'], 'judged'],
    ['an id that the configuration does not have', '802.1q vlan 3446', ['100'], 'differs'],
  ];
  for (const [name, tags, subs, expected] of rows)
    it(name, () => {
      const length = tags.includes('vlan 300') ? 50 : 46;
      const text = traceOf(tags, ROUTED).replace('len 46', `len ${String(length)}`);
      const judgement = judgeTrace(importTrace(text), () => applyScript(parseScript(configOf(subs), 'node.vpp')));
      const { agree, differ } = countsOf(judgement);
      expect(differ > 0 ? 'differs' : agree === RECORDS ? 'judged' : 'not judged').to.equal(expected);
    });
});

/** Recordings of VPP, by release. */
const RECORDED: readonly (readonly [string, string])[] = [
  ['19.08', 'L-vlan2'],
  ['26.06', 'L-vlan4'],
];

describe("the recordings' traces behind VLANs, damaged", () => {
  for (const [release, name] of RECORDED) {
    const folder = join(CORPORA, 'ip6-vlan', `vpp-${release}`, name);
    (existsSync(folder) ? it : it.skip)(`${release} ${name}: what is lost decides nothing`, () => {
      const script = parseScript(
        `# release: ${release}\n${readFileSync(join(folder, 'config.vpp'), 'utf8')}`,
        'node.vpp',
      );
      const text = gunzipSync(readFileSync(join(folder, 'trace.txt.gz'))).toString();
      const packets = text.split(/(?=^Packet )/m).slice(1, 4);
      // Of the device's lines, that of the Ethernet header is lost as well.
      const lines = packets
        .join('')
        .replaceAll(/(current data.*\n).*\n/g, '$1')
        .split('\n');
      const wrong = damages(lines, 16).flatMap((damage) => {
        const judgement = judgeTrace(importTrace(damage.text), () => applyScript(script));
        return countsOf(judgement).differ === 0 ? [] : [damage.what];
      });
      expect(wrong).to.deep.equal([]);
    }).timeout(60_000);
  }
});
