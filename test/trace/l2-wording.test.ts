/**
 * Results of the L2 FIB at l2-fwd. VPP prints all 64 bits of an entry (src/vnet/l2/l2_fib.h l2fib_entry_result_t): from the lowest,
 * the port, the flags, the minute in which it was learned, the sequence numbers of port and bridge domain. By hand, from there.
 */

import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Model } from '../../src/trace/judge/model.js';
import { encapsulated, ethernetFrame, overlayScript } from '../pipeline/l2/overlay-node.js';

/** sw_if_index of the uplink; the tunnels to remote nodes 2 and 3 are 4 and 5. */
const UPLINK = 2;
const [A, B] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];
const MINUTE = 60_000_000;

const frame = (remote: 2 | 3, to: string, from: string): Uint8Array =>
  encapsulated(remote, ethernetFrame(from, to, 0x88b5, new Array<number>(46).fill(0)));

const ROWS: readonly { name: string; commands?: string[]; learned?: { micro: number }; result: string }[] = [
  { name: 'not known', result: '[0xffffffffffffffff, -1] static age-not bvi filter learn-event learn-move' },
  { name: 'configured', commands: ['l2fib add 02:00:00:00:00:0b 1 vxlan_tunnel1'], result: '[0x200000005, 5] age-not' },
  {
    name: 'static',
    commands: ['l2fib add 02:00:00:00:00:0b 1 vxlan_tunnel1 static'],
    result: '[0x300000005, 5] static age-not',
  },
  {
    name: 'filter',
    commands: ['l2fib add 02:00:00:00:00:0b 1 filter'],
    result: '[0xbffffffff, -1] static age-not filter',
  },
  { name: 'learned', learned: { micro: 0 }, result: '[0x1000000000005, 5] none' },
  { name: 'learned in the third minute', learned: { micro: 2 * MINUTE }, result: '[0x1020000000005, 5] none' },
];

describe('results of the L2 FIB in traces', () => {
  for (const { name, commands = [], learned, result } of ROWS)
    it(name, () => {
      const script = overlayScript({ groups: [0, 0], fib: commands });
      const model = new Model(applyScript(parseScript(script, 'node.vpp')), false);
      // The clock counts from the first frame.
      model.run(frame(2, A, '02:00:00:00:00:0c'), UPLINK, 0, null);
      if (learned) model.run(frame(3, A, B), UPLINK, learned.micro, null);
      const records = model.run(frame(2, B, A), UPLINK, learned?.micro ?? 0, null);
      const line = records.find(({ node }) => node === 'l2-fwd')?.lines[0];
      expect(line?.values['result']?.text).to.equal(result);
    });
});
