/** The steps that NAT nodes note while they decide, against what VPP 19.08's source says they decide. By hand. */

import { expect } from 'chai';
import { STEP_UNREPEATABLE } from '../../../src/pipeline/engine/steps.js';
import { HEADER_WORDS } from '../../../src/pipeline/nat-common/header-words.js';
import { NAT44, NAT44_PORT } from '../../../src/pipeline/nat-common/nat-steps.js';
import { formatAddress } from '../../../src/wire/address.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { Bench, frameOf, NAT_IN_OUT, NAT_OUTPUT_FEATURE, ports, type Ip4Packet } from '../packets.js';

const ED = '# startup: nat { endpoint-dependent }';
const OUTSIDE = '192.168.16.10';
const OUT: Ip4Packet = { source: '10.1.1.3', destination: '8.8.8.8', protocol: 17 };
const IN: Ip4Packet = { source: '8.8.8.8', destination: OUTSIDE, protocol: 17 };
const MAPPING = `nat44 add static mapping udp local 10.1.1.3 53 external ${OUTSIDE} 53`;
const out = (packet = OUT): [string, Uint8Array] => ['pg0', frameOf(packet, ports(1000, 53, 16))];
const into = (port: number): [string, Uint8Array] => ['pg1', frameOf(IN, ports(1000, port, 16))];

interface Row {
  name: string;
  config: readonly string[];
  given: [string, Uint8Array][];
  /** The last frame's steps: 'node: what, what the next packet of the flow would not share; header before > after'. */
  expected: string[];
}

const ROWS: Row[] = [
  {
    name: 'a flow from inside gets a session and a port',
    config: NAT_IN_OUT,
    given: [out()],
    expected: [
      'nat44-in2out-slowpath: port 192.168.16.10:16253 for session 0, draw 1 of 1',
      'nat44-in2out-slowpath: session 0 new, once: 10.1.1.3:1000 8.8.8.8:53 > 192.168.16.10:16253 8.8.8.8:53',
    ],
  },
  {
    name: 'its second packet fares as all further ones will',
    config: NAT_IN_OUT,
    given: [out(), out()],
    expected: ['nat44-in2out: session 0: 10.1.1.3:1000 8.8.8.8:53 > 192.168.16.10:16253 8.8.8.8:53'],
  },
  {
    name: 'a later packet of an endpoint-dependent session fares as its session says',
    config: [ED, ...NAT_IN_OUT],
    given: [out(), out()],
    expected: ['nat44-ed-in2out: session 0: 10.1.1.3:1000 8.8.8.8:53 > 192.168.16.10:16253 8.8.8.8:53'],
  },
  {
    name: 'a mapping makes a session for a packet from outside',
    config: [...NAT_IN_OUT, MAPPING],
    given: [into(53)],
    expected: ['nat44-out2in: session 0 new mapping 0, once: 8.8.8.8:1000 192.168.16.10:53 > 8.8.8.8:1000 10.1.1.3:53'],
  },
  {
    name: 'with forwarding, what nothing translates passes, and so will the next one',
    config: NAT_OUTPUT_FEATURE,
    given: [into(5353)],
    expected: ['nat44-out2in: missed: 8.8.8.8:1000 192.168.16.10:5353'],
  },
  {
    name: 'an identity mapping lets it pass, too',
    config: [...NAT_OUTPUT_FEATURE, `nat44 add identity mapping ${OUTSIDE} udp 5353`],
    given: [into(5353)],
    expected: ['nat44-out2in: mapping 0: 8.8.8.8:1000 192.168.16.10:5353'],
  },
  {
    name: 'without forwarding the drop itself says what was missed',
    config: NAT_IN_OUT,
    given: [into(5353)],
    expected: [],
  },
  {
    name: 'a first fragment takes a later one with it, which has no ports',
    config: NAT_IN_OUT,
    given: [out({ ...OUT, flagsAndFragment: 2 }), out({ ...OUT, flagsAndFragment: ip4.MORE_FRAGMENTS })],
    expected: [
      'nat44-in2out-reass: port 192.168.16.10:16253 for session 0, draw 1 of 1',
      'nat44-in2out-reass: session 0 new, once: 10.1.1.3:1000 8.8.8.8:53 > 192.168.16.10:16253 8.8.8.8:53',
      'nat44-in2out-reass: session 0, once: 10.1.1.3 8.8.8.8 > 192.168.16.10 8.8.8.8',
    ],
  },
];

/** The seven words as '10.1.1.3:1000 8.8.8.8:53'. */
function headerText(words: Int32Array): string {
  const [source, destination, both] = words;
  const end = (address: number, port: number): string => formatAddress(address) + (both === 0 ? '' : `:${port}`);
  return `${end(source, both >>> 16)} ${end(destination, both & 0xffff)}`;
}

function stepTexts({ dataplane: { graph } }: Bench): string[] {
  const { steps } = graph;
  const texts: string[] = [];
  for (const at of steps.all()) {
    const kind = steps.kindAt(at);
    const node = graph.names[steps.nodeAt(at)];
    const word = (name: string): number => steps.words[at + kind.at[name]];
    const header = (name: string): string => {
      const first = at + kind.at[name];
      return headerText(steps.words.subarray(first, first + HEADER_WORDS));
    };
    if (kind === NAT44_PORT)
      texts.push(
        `${node}: port ${formatAddress(word('address'))}:${word('port')} for session ${word('session')}, ` +
          `draw ${word('lastDraw')} of ${word('draws')}`,
      );
    if (kind !== NAT44) continue;
    const what = [
      word('session') < 0 ? '' : `session ${word('session')}`,
      word('isNew') === 0 ? '' : 'new',
      word('mapping') < 0 ? '' : `mapping ${word('mapping')}`,
      word('isMissed') === 0 ? '' : 'missed',
    ];
    const once = steps.flagsAt(at) === STEP_UNREPEATABLE ? ', once' : '';
    const [before, after] = [header('source'), header('newSource')];
    const change = before === after ? before : `${before} > ${after}`;
    texts.push(`${node}: ${what.filter((text) => text !== '').join(' ')}${once}: ${change}`);
  }
  return texts;
}

describe('NAT44 steps', () => {
  for (const { name, config, given, expected } of ROWS)
    it(name, () => {
      const bench = new Bench(config);
      bench.dataplane.graph.steps.attach({ read: () => undefined });
      for (const [on, frame] of given) bench.send(on, frame);
      expect(stepTexts(bench)).to.deep.equal(expected);
    });
});
