/** Small captures of which it follows from the node's script which frames are needed. */

import { expect } from 'chai';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { parseScript } from '../../src/config/parse-script.js';
import type { HeldFrame } from '../../src/shrink/held-captures.js';
import { diffProbe, nodeProbe, type Probe } from '../../src/shrink/probe.js';
import { Shrinker } from '../../src/shrink/shrink.js';
import { shrinkScripts } from '../../src/shrink/shrink-scripts.js';
import { dropSign, fateSign } from '../../src/shrink/signs.js';
import { icmpOf, tcpOf, udpOf, viewOf } from '../pipeline/packets.js';

const NODE = `# interface: eth0 mac 02:fe:00:00:00:01
# interface: eth1 mac 02:fe:00:00:00:02
set interface state eth0 up
set interface ip address eth0 10.1.1.1/24
set interface state eth1 up
set interface ip address eth1 192.168.16.1/24
set ip arp static eth0 10.1.1.3 02:00:00:00:01:03
set ip arp static eth1 192.168.16.100 02:00:00:00:02:64
ip route add 0.0.0.0/0 via 192.168.16.100 eth1
set acl-plugin acl deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0 dport 23, permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0
set acl-plugin interface eth0 input acl 0
nat44 add address 192.168.16.2
set interface nat44 in eth0 out eth1
`;
const [POD, SERVER, OUTSIDE] = ['10.1.1.3', '93.184.216.34', '192.168.16.2'];
/** NAT44's first draws in 19.08: port = 1025 + floor(s / 66578), s the generator's state (RECORDINGS: A-seed0). */
const [FIRST, SECOND, THIRD] = [16253, 18995, 53893];
const DATA = Uint8Array.of(1, 2, 3, 4);

const query = (port: number): Uint8Array => udpOf({ source: POD, destination: SERVER, protocol: 17 }, port, 53, DATA);
const syn = (to: number): Uint8Array => tcpOf({ source: POD, destination: SERVER, protocol: 6 }, 4000, to, 2);
const toEth1 = (frame: Uint8Array): Uint8Array => {
  frame.set(Buffer.from('02fe00000002020000000264', 'hex'));
  return frame;
};
const answer = (port: number): Uint8Array =>
  toEth1(udpOf({ source: SERVER, destination: OUTSIDE, protocol: 17 }, 53, port, DATA));
const unreachable = (port: number): Uint8Array => {
  const sent = udpOf({ source: OUTSIDE, destination: SERVER, protocol: 17, ttl: 63 }, port, 53, DATA);
  const body = Buffer.concat([Buffer.alloc(4), sent.subarray(14, 42)]);
  return toEth1(icmpOf({ source: SERVER, destination: OUTSIDE, protocol: 1 }, 3, 3, body));
};
/** The first 24 bytes of what is behind IPv4, and the rest, as fragments; the last comes first. */
const fragments = (): Uint8Array[] => {
  const whole = udpOf({ source: POD, destination: SERVER, protocol: 17 }, 7000, 53, new Uint8Array(40));
  return [24, 0].map((from) => {
    const end = from === 0 ? 24 : 48;
    const frame = Uint8Array.from([...whole.subarray(0, 34), ...whole.subarray(34 + from, 34 + end)]);
    const view = viewOf(frame);
    view.setUint16(16, 20 + end - from);
    view.setUint16(20, (from === 0 ? 0x2000 : 0) | (from / 8));
    view.setUint16(24, 0);
    let sum = 0;
    for (let i = 14; i < 34; i += 2) sum += view.getUint16(i);
    view.setUint16(24, ~((sum & 0xffff) + (sum >> 16)));
    return frame;
  });
};

const held = (frames: readonly Uint8Array[]): HeldFrame[] =>
  frames.map((bytes, i) => ({
    ...{ bytes, originalLength: bytes.length, seconds: 1, nanoseconds: i * 1000 },
    ...{ interfaceIndex: 0, capture: 0, number: i + 1, index: i },
  }));
const CAPTURES = [
  {
    name: 'in.pcap',
    interfaceName: null,
    interfaces: [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: null, timestampDigits: 6 }],
  },
];

const nodeOf = (text: string, signOf: Parameters<typeof nodeProbe>[1]): Probe =>
  nodeProbe(parseScript(text, 'node.vpp'), signOf);
const drop = (text: string | null): Probe => nodeOf(NODE, (side) => dropSign(side, text));
const fate = nodeOf(NODE, fateSign);

interface Row {
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  readonly probe: Probe;
  /** Number of the frame that is to show it; the first that does where it is left out. */
  readonly wanted?: number;
  /** Numbers of the frames that are needed; null where none shows it. */
  readonly needed: readonly number[] | null;
  /** Where the last frame goes: its UDP destination port. */
  readonly port?: number;
}

const OTHERS = Array.from({ length: 40 }, (_, i) => query(20_000 + i));

const ROWS: readonly Row[] = [
  { name: 'a drop by a rule needs its frame', frames: [...OTHERS, syn(80), syn(23)], probe: drop('acl'), needed: [42] },
  { name: 'no frame is dropped', frames: OTHERS, probe: drop(null), needed: null },
  { name: 'no frame is dropped for that', frames: [syn(23)], probe: drop('no route'), needed: null },
  {
    name: 'a stray answer needs nothing, though its port is the first that NAT44 draws',
    frames: [query(5000), answer(THIRD), query(5001), query(5002)],
    probe: drop('no session'),
    needed: [2],
    port: THIRD,
  },
  {
    name: 'an answer needs what made its session, and goes to the port that NAT44 draws then',
    frames: [query(5000), query(5001), query(5001), ...OTHERS, answer(FIRST), answer(SECOND)],
    probe: fate,
    wanted: 45,
    // Either of two equal ones would do; the later goes first.
    needed: [2, 45],
    port: FIRST,
  },
  {
    name: 'an ICMP error needs the packet that it is about',
    frames: [query(5000), query(5001), ...OTHERS, unreachable(SECOND)],
    probe: fate,
    wanted: 43,
    needed: [2, 43],
  },
  {
    name: 'the first fragment needs the one that was kept for it',
    frames: [...OTHERS, ...fragments()],
    probe: fate,
    wanted: 42,
    needed: [41, 42],
  },
];

describe('shrink, by hand', () => {
  for (const { name, frames, probe, wanted, needed, port } of ROWS)
    it(name, async () => {
      const all = held(frames);
      const shrinker = new Shrinker(CAPTURES);
      const found = await shrinker.shrink(all, probe, wanted === undefined ? null : all[wanted - 1]);
      expect(found?.frames.map(({ number }) => number) ?? null).to.deep.equal(needed);
      if (found === null) return;
      const last = found.frames[found.frames.length - 1];
      if (port !== undefined) expect(viewOf(last.bytes).getUint16(36)).to.equal(port);
      expect(await shrinker.shows(probe, found.frames, found.sign), 'as they are').to.equal(true);
    });

  it('a script is as short as it can be', async () => {
    const shrinker = new Shrinker(CAPTURES);
    const found = await shrinker.shrink(held([...OTHERS, syn(23)]), drop('acl'));
    const [short] = await shrinkScripts(
      [NODE],
      ([text]) =>
        shrinker.shows(
          nodeOf(text, (side) => dropSign(side, 'acl')),
          found?.frames ?? [],
          found?.sign ?? '',
        ),
      () => undefined,
    );
    expect(short.split('\n')).to.deep.equal([
      '# interface: eth0 mac 02:fe:00:00:00:01',
      'set interface state eth0 up',
      'set interface ip address eth0 10.1.1.1/24',
      'set acl-plugin acl deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0 dport 23',
      'set acl-plugin interface eth0 input acl 0',
      '',
    ]);
  });

  it('of two scripts those lines stay that differ, and what both need', async () => {
    const other = NODE.replace(
      'deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0 dport 23',
      'deny proto 17 src 0.0.0.0/0 dst 0.0.0.0/0',
    );
    const probeOf = ([before, after]: readonly string[]): Probe =>
      diffProbe(parseScript(before, 'before.vpp'), parseScript(after, 'after.vpp'), 'dropped');
    const shrinker = new Shrinker(CAPTURES);
    const found = await shrinker.shrink(held([syn(80), ...OTHERS]), probeOf([NODE, other]));
    expect(found?.frames.map(({ number }) => number)).to.deep.equal([2]);
    const short = await shrinkScripts(
      [NODE, other],
      (texts) => shrinker.shows(probeOf(texts), found?.frames ?? [], found?.sign ?? ''),
      () => undefined,
    );
    const [before, after] = short.map((text) => text.split('\n').filter((line) => line.includes('acl')));
    expect(after.at(0)).to.equal(
      'set acl-plugin acl deny proto 17 src 0.0.0.0/0 dst 0.0.0.0/0, permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0',
    );
    expect(before.at(0)).to.equal('set acl-plugin acl permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0');
    expect(short.join('')).not.to.include('nat44');
  });
});
