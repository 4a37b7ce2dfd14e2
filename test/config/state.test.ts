/**
 * The state of a node that had run before, read from pasted text of show commands. The texts are short forms of recorded answers
 * (VPP 19.08 and 26.06); what they come to is worked out by hand.
 */

import { expect } from 'chai';
import { Node } from '../../src/node/node.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { parseAddress } from '../../src/wire/address.js';

const INTERFACES = [
  'create packet-generator interface pg0',
  'set interface state pg0 up',
  'set interface ip address pg0 10.1.1.1/24',
  'create packet-generator interface pg1',
  'set interface state pg1 up',
  'set interface ip address pg1 192.168.16.1/24',
];

const CLASSIC = [...INTERFACES, 'nat44 add address 192.168.16.1', 'set interface nat44 in pg0 out pg1'].join('\n');

const CLOCK = 'Time now 5.65';

/** Draws 1 and 2 of the generator are the ports 16253 and 18995 (recordings C-nat0, P-live0). */
const SESSIONS = [
  'NAT44 sessions:',
  '-------- thread 0 vpp_main: 2 sessions --------',
  '  10.1.1.4: 2 dynamic translations, 0 static translations',
  '    i2o 10.1.1.4 proto udp port 6273 fib 0',
  '    o2i 192.168.16.1 proto udp port 18995 fib 0',
  '       index 1',
  '       last heard .80',
  '       total pkts 5, total bytes 213',
  '       dynamic translation',
  '',
  '    i2o 10.1.1.4 proto tcp port 31442 fib 0',
  '    o2i 192.168.16.1 proto tcp port 16253 fib 0',
  '       index 0',
  '       last heard .84',
  '       total pkts 3, total bytes 156',
  '       dynamic translation',
].join('\n');

const ARP = [
  '    Time           IP4       Flags      Ethernet              Interface       ',
  '      2.2059    10.1.1.56      D    02:00:00:00:01:38 pg0',
].join('\n');

const nodeWith = (text: string, script = CLASSIC): Node => new Node(script, { state: [{ file: 'show.txt', text }] });

const refusal = (text: string, script = CLASSIC): string => {
  try {
    nodeWith(text, script);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing';
};

describe('state from show commands', () => {
  const FORMS: { name: string; text: string }[] = [
    { name: 'headings', text: `### show clock\n${CLOCK}\n### show nat44 sessions detail\n${SESSIONS}\n### show ip arp\n${ARP}` },
    { name: 'prompts', text: `vpp# show clock\n${CLOCK}\nvpp# sh nat44 sess det\n${SESSIONS}\nvpp# show ip arp\n${ARP}\nvpp# ` },
    { name: 'vppctl', text: `$ sudo vppctl show ip arp\n${ARP}\n$ sudo vppctl show nat44 sessions detail\n${SESSIONS}\n$ sudo vppctl show clock\n${CLOCK}` },
    { name: 'echoes, CRLF and a pager', text: `show ip arp\n${ARP}\nshow clock\n${CLOCK}\nshow nat44 sessions detail\n${SESSIONS.replace('\n       index 0', '\n-- more --\r       index 0')}`.replaceAll('\n', '\r\n') },
  ]; // prettier-ignore
  for (const { name, text } of FORMS)
    it(`behind ${name}`, () => {
      const { tables } = nodeWith(text);
      const { sessions, users, pool, ports } = tables.nat44;
      expect(sessions.count).to.equal(2);
      expect(sessions.lastHeard(0)).to.equal(0.84);
      expect(sessions.totalPackets(1)).to.equal(5);
      const user = users.find(parseAddress('10.1.1.4') ?? 0, 0);
      expect([users.oldest[user], users.newest[user]], 'least recently used first').to.deep.equal([1, 0]);
      expect(pool.addresses[0].isBusy(0, 18995)).to.equal(true);
      expect(ports.draws, 'behind the second draw').to.equal(2);
      expect(tables.clock.now).to.equal(5.65);
      expect(tables.ip4.neighbours.find(parseAddress('10.1.1.56') ?? 0, 1)?.origin).to.match(/^show\.txt:\d+$/);
      expect(tables.loadedState?.assumed).to.deep.equal([]);
    });

  it('without any command, by what only one answer has', () => {
    expect(nodeWith(SESSIONS).tables.loadedState?.read).to.deep.equal(['2 NAT44 sessions']);
  });

  it('says what it takes for granted', () => {
    const { assumed } = nodeWith(`### show nat44 sessions\n${SESSIONS.replace('index 1', 'index 2')}`).tables
      .loadedState ?? {
      assumed: [],
    };
    expect(assumed).to.have.length(2);
    expect(assumed[0]).to.match(/^no "show clock"/);
    expect(assumed[1]).to.match(/^which of 1 free session indices VPP gives out first is not shown/);
  });

  it('counts draws by hand', () => {
    const script = [...CLASSIC.split('\n')].join('\n');
    const { tables } = new Node(script);
    tables.nat44.ports.restart(2);
    expect(tables.nat44.ports.randomPort(), 'draw 3').to.equal(53893);
  });

  const REFUSED: { name: string; text: string; script?: string; expected: string }[] = [
    {
      name: 'an address that is not in the pool',
      text: SESSIONS.replaceAll('192.168.16.1 ', '192.168.16.9 '),
      expected:
        "show.txt:4:1: the session's outside address 192.168.16.9 is none of the pool's addresses in the configuration",
    },
    {
      name: 'a session index twice',
      text: SESSIONS.replace('index 0', 'index 1'),
      expected: 'show.txt:11:1: session 1 stands in line 4 already',
    },
    {
      name: 'an interface that is not there',
      text: ARP.replace(' pg0', ' pg7'),
      expected: 'show.txt:2:1: the configuration has no interface "pg7"',
    },
    {
      name: 'endpoint-dependent sessions of a classic node',
      text: SESSIONS.replace('       index 1', '       external host 1.1.1.1:53\n       index 1'),
      expected: 'show.txt:4:1: a session of endpoint-dependent NAT44, and the configuration is of another kind',
    },
    {
      name: 'classic sessions of an endpoint-dependent node',
      text: SESSIONS,
      script: `# startup: nat { endpoint-dependent }\n${CLASSIC}`,
      expected: 'show.txt:4:1: a session without external host, and the configuration is of endpoint-dependent NAT44',
    },
    {
      name: 'text that tells no state',
      text: 'show version\nvpp v19.08.2',
      expected: 'show.txt:1:1: no answer of a show command that tells a state: expected',
    },
  ];
  for (const { name, text, script = CLASSIC, expected } of REFUSED)
    it(`refuses ${name}`, () => {
      expect(refusal(text, script)).to.include(expected);
    });
});
