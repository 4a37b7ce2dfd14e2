/** The flow cache must not be noticed: same bytes, order, counters and sessions as when every packet visits its nodes. */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { builtInScript } from '../../../src/config/locate.js';
import { vlanNode } from '../../../bench/big-configurations.js';
import { loadOracleCase } from '../../../tools/oracle/oracle-case.js';
import * as tcp from '../../../src/wire/tcp.js';
import { corpusOf, forwardingCases } from '../../oracle/floor.js';
import { dualStackNode, ip6Choices, ip6Frame } from '../ip6-traffic.js';
import { MACS, tcpOf, udpOf } from '../packets.js';
import { replayIn, type InputFrame } from './replay-modes.js';

/** The frames again and again, with pauses that let some sessions time out and others not. */
const repeated = (frames: readonly InputFrame[], pauses: readonly number[]): InputFrame[] => {
  const rounds: InputFrame[] = [...frames];
  for (const pause of pauses) {
    const start = rounds[rounds.length - 1].time + pause;
    rounds.push(...frames.map((frame, i) => ({ ...frame, time: start + i * 1e-3 })));
  }
  return rounds;
};

const PODS = ['10.1.1.3', '10.1.1.12', '10.1.1.9'] as const;
const TAP_OF: Readonly<Record<string, string>> = { '10.1.1.3': 'tap2', '10.1.1.12': 'tap11', '10.1.1.9': 'tap8' };
const SERVER = '31.134.97.51';

/** Pods talk to the Internet, to each other, to a service and to the host, over TCP and UDP, with odd packets in between. */
function mixedTraffic(): InputFrame[] {
  const frames: InputFrame[] = [];
  const send = (interfaceName: string, bytes: Uint8Array): void => {
    frames.push({ interfaceName, bytes, originalLength: bytes.length, time: 1 + frames.length * 1e-3 });
  };
  for (let round = 0; round < 12; round++) {
    for (const pod of PODS) {
      const tap = TAP_OF[pod];
      const flags = round === 0 ? tcp.SYN : round === 9 ? tcp.FIN | tcp.ACK : tcp.ACK;
      for (const destination of [SERVER, '10.1.1.9', '10.104.221.85', '10.20.0.2']) {
        const to = destination === SERVER || destination === '10.104.221.85' ? 80 : 8080;
        send(
          tap,
          tcpOf({ source: pod, destination, protocol: 6, identification: round }, 40000 + (round % 2), to, flags),
        );
      }
      const ttl = round === 5 ? 2 : 64;
      const fragment = round === 7 ? 0x2000 : 0;
      const query = { source: pod, destination: SERVER, protocol: 17, ttl, fragment };
      send(tap, udpOf(query, 5000, 53, new Uint8Array(round), round % 3 !== 0));
    }
    send('tap8', tcpOf({ source: '10.1.1.9', destination: '10.1.1.12', protocol: 6 }, 8080, 40000, tcp.SYN | tcp.ACK));
    send('tap8', tcpOf({ source: '10.1.1.9', destination: '10.1.1.12', protocol: 6 }, 8080, 40000, tcp.ACK));
    for (const port of [16253, 18995, 53893, 44109, 25801, 41137])
      send(
        'GigabitEthernet0/8/0',
        tcpOf({ source: SERVER, destination: '192.168.16.1', protocol: 6 }, 80, port, round === 0 ? 0x12 : tcp.ACK),
      );
  }
  return frames;
}

/** Nodes whose interfaces have the MAC of all frames here. */
const NODES = [
  { name: 'the built-in node', script: () => readFileSync(builtInScript(), 'utf8') },
  {
    name: 'the same with endpoint-dependent NAT44',
    script: () => `# startup: nat { endpoint-dependent }\n${readFileSync(builtInScript(), 'utf8')}`,
  },
  {
    name: 'the built-in node of 26.06',
    script: () =>
      readFileSync(builtInScript('26.06'), 'utf8')
        .replace(/hw-addr \S+/g, `hw-addr ${MACS.destination}`)
        .replace(/(# interface: \S+ mac) \S+/g, `$1 ${MACS.destination}`),
  },
];

describe('pipeline/flow-cache', () => {
  for (const { name, script } of NODES)
    it(`lets packets of established flows through ${name}, and is not noticed`, async () => {
      const frames = repeated(mixedTraffic(), [1, 1, 130, 250, 3]);
      const byNodes = await replayIn('nodes', script(), frames);
      expect(byNodes.hits).to.equal(0);
      expect((await replayIn('recorded', script(), frames)).aftermath).to.deep.equal(byNodes.aftermath);
      for (const flowsInRunsOf of [1, 7, 100, Infinity]) {
        const byFlows = await replayIn({ flowsInRunsOf }, script(), frames);
        expect(byFlows.aftermath, `in runs of ${flowsInRunsOf}`).to.deep.equal(byNodes.aftermath);
        expect(byFlows.hits / frames.length).to.be.greaterThan(0.3);
      }
    });

  for (const leavesTagged of [false, true])
    it(`lets tagged packets through that leave ${leavesTagged ? 'with another tag' : 'without it'}`, async () => {
      const script = vlanNode(leavesTagged).join('\n').replace('02:fe:16:3f:5f:0f', MACS.destination);
      const tag = [0x81, 0x00, 0x00, 100];
      const frames = Array.from({ length: 100 }, (_, i) => {
        const packet = { source: '10.3.0.5', destination: SERVER, protocol: 6 };
        const untagged = tcpOf(packet, 40000 + (i % 5), 80, i < 5 ? tcp.SYN : tcp.ACK);
        const bytes = Uint8Array.from([...untagged.subarray(0, 12), ...tag, ...untagged.subarray(12)]);
        return { interfaceName: 'tap0', bytes, originalLength: bytes.length, time: 1 + i * 1e-3 };
      });
      const byFlows = await replayIn({ flowsInRunsOf: 10 }, script, frames);
      expect(byFlows.aftermath).to.deep.equal((await replayIn('nodes', script, frames)).aftermath);
      expect(byFlows.hits).to.be.at.least(80);
    });

  for (const { release, extra, share } of [
    { release: '19.08', extra: '', share: 0.25 },
    { release: '26.06', extra: '', share: 0.15 }, // packets with another label than the first take the graph
    { release: '26.06', extra: 'set ip6 flow-hash table 0 src dst sport dport proto', share: 0.25 },
  ])
    it(`is not noticed in seeded traffic of IPv6, ${release}${extra && ', without the flow label'}`, async () => {
      let hits = 0;
      let received = 0;
      const script = `${dualStackNode(release)}\n${extra}\n`;
      await fc.assert(
        fc.asyncProperty(ip6Choices, async (choices) => {
          const frames = choices.map(ip6Frame).map(({ tap, bytes }, i) => ({
            interfaceName: `tap${tap}`,
            bytes,
            originalLength: bytes.length,
            time: 1 + i * 1e-3,
          }));
          const all = repeated(frames, [0.1, 70]);
          const byFlows = await replayIn({ flowsInRunsOf: 50 }, script, all);
          expect(byFlows.aftermath).to.deep.equal((await replayIn('nodes', script, all)).aftermath);
          hits += byFlows.hits;
          received += all.length;
        }),
        { numRuns: 10, seed: 6 },
      );
      expect(hits / received).to.be.greaterThan(share);
    });

  for (const release of ['19.08', '26.06']) {
    const corpus = corpusOf(release);
    const isPresent = existsSync(corpus);
    const skipped = isPresent ? '' : ` (skipped: no corpus at ${corpus})`;
    const cases = isPresent ? forwardingCases(release) : [];
    describe(`on the frames of recordings of ${release}, again and again${skipped}`, () => {
      let hits = 0;
      for (const { folder, name } of cases)
        it(name, async function () {
          this.timeout(60_000);
          const { configPath, input } = await loadOracleCase(folder, name);
          const script = readFileSync(configPath, 'utf8');
          const frames = repeated(
            input.map((frame) => ({ ...frame, time: frame.seconds + frame.nanoseconds * 1e-9 })),
            [0.5, 0.6, 70],
          );
          const byFlows = await replayIn({ flowsInRunsOf: 50 }, script, frames);
          hits += byFlows.hits;
          expect(byFlows.aftermath).to.deep.equal((await replayIn('nodes', script, frames)).aftermath);
        });
      (isPresent ? it : it.skip)('some of them followed flows', () => {
        expect(hits).to.be.greaterThan(1000);
      });
    });
  }
});
