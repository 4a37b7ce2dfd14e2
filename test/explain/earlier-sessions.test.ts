/** What is said of sessions that were there before the first frame. Texts as VPP 19.08 prints them; expectations are by hand. */

import { expect } from 'chai';
import { NAT_OUTPUT_FEATURE, udpOf } from '../pipeline/packets.js';
import { explained, type Arriving } from './explained.js';

const SHOWN = [
  '### show clock',
  'Time now 9.00',
  '### show nat44 sessions detail',
  'NAT44 sessions:',
  '-------- thread 0 vpp_main: 1 sessions --------',
  '  10.1.1.3: 1 dynamic translations, 0 static translations',
  '    i2o 10.1.1.3 proto udp port 40001 fib 0',
  '    o2i 192.168.16.10 proto udp port 16253 fib 0',
  '       index 2',
  '       last heard 8.80',
  '       total pkts 5, total bytes 213',
  '       dynamic translation',
].join('\n');

const ask: Arriving = [
  'pg0',
  udpOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 17 }, 40001, 53, new Uint8Array(4)),
];
const other: Arriving = [
  'pg0',
  udpOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 17 }, 40002, 53, new Uint8Array(4)),
];
const STATE = [{ file: 'show.txt', text: SHOWN }];

describe('sessions from before', () => {
  const ROWS: readonly { name: string; frames: readonly Arriving[]; says: string }[] = [
    {
      name: 'one that the state tells: its line',
      frames: [ask],
      says: 'NAT44 translates the source 10.1.1.3:40001 to 192.168.16.10:16253, by session 2, which was there before, as show.txt:7 tells.',
    },
    {
      name: 'one that a frame makes: the frame',
      frames: [other, other],
      says: 'by session 0, which frame 1 made',
    },
    {
      name: 'what the state does not show',
      frames: [other],
      says: 'which of 2 free session indices VPP gives out first is not shown: taken to be the lowest',
    },
  ];
  for (const { name, frames, says } of ROWS)
    it(name, async () => {
      const lines = await explained(NAT_OUTPUT_FEATURE, frames, { state: STATE });
      expect(lines.filter((line) => line.includes(says))).to.have.lengthOf(1);
    });
});
