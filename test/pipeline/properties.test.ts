/** What holds for any traffic through any configuration, tried with random ones. */

import { expect } from 'chai';
import fc from 'fast-check';
import { parseAddress } from '../../src/wire/address.js';
import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';
import { Bench, icmpOf, l4Checksum, L3, L4, NAT_IN_OUT, tcpOf, TWO_INTERFACES, udpOf, viewOf } from './packets.js';
import { POOL, SERVICE, TWICE, configs, traffic, twiceNats } from './random-traffic.js';

const RUNS = { numRuns: 120 };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What leaves for each frame. */
function replay(bench: Bench, sent: readonly { on: string; pause: number; frame: Uint8Array }[]): string[][] {
  return sent.map(({ on, pause, frame }) =>
    bench.send(on, frame, pause).output.map((packet) => `${packet.on} ${hex(packet.bytes)}`),
  );
}

describe('properties of the dataplane', () => {
  it('every received frame is transmitted, dropped, punted or consumed', () => {
    fc.assert(
      fc.property(configs, traffic, (config, sent) => {
        const bench = new Bench(config);
        const left = replay(bench, sent);
        const { received, transmitted, dropped, punted, consumed, originated } = bench.dataplane.totals;
        expect(received).to.equal(sent.length);
        expect(transmitted + dropped + punted + consumed).to.equal(received);
        expect(transmitted + originated.transmitted).to.equal(left.flat().length);
      }),
      RUNS,
    );
  });

  it('the same frames give the same bytes, whatever lies behind them in memory, with and without verdicts', () => {
    fc.assert(
      fc.property(configs, traffic, fc.nat({ max: 255 }), (config, sent, garbage) => {
        const expected = replay(new Bench(config), sent);
        expect(replay(new Bench(config, garbage), sent)).to.deep.equal(expected);
        expect(replay(new Bench(config, garbage, false), sent)).to.deep.equal(expected);
      }),
      RUNS,
    );
  });

  it('no two NAT44 sessions share an outside address, port and protocol', () => {
    const dynamic = configs.filter((config) => !config[0].includes('endpoint'));
    fc.assert(
      fc.property(dynamic, traffic, (config, sent) => {
        const bench = new Bench(config);
        replay(bench, sent);
        const { sessions } = bench.tables.nat44;
        const live = Array.from({ length: sessions.length }, (_, index) => index).filter((i) => sessions.isUsed(i));
        const outsides = live.map((i) => `${sessions.out2inAddress(i)} ${sessions.out2inWord(i)}`);
        expect(new Set(outsides).size).to.equal(outsides.length);
      }),
      RUNS,
    );
  });

  /** Sound packets of pods to servers. */
  const flows = fc.array(
    fc.record({
      protocol: fc.constantFrom(1, 6, 17),
      pod: fc.constantFrom('10.1.1.3', '10.1.1.4'),
      server: fc.constantFrom('8.8.8.8', '9.9.9.9'),
      from: fc.integer({ min: 1, max: 65535 }),
      to: fc.integer({ min: 1, max: 65535 }),
      data: fc.uint8Array({ maxLength: 30 }),
      hasChecksum: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  );
  type Flow = typeof flows extends fc.Arbitrary<(infer F)[]> ? F : never;

  const packetOf = (
    { protocol, from, to, data, hasChecksum }: Omit<Flow, 'pod' | 'server'>,
    source: string,
    destination: string,
  ): Uint8Array => {
    const packet = { source, destination, protocol };
    if (protocol === 6) return tcpOf(packet, from, to, 2, [2, 4, 5, 180]);
    if (protocol === 17) return udpOf(packet, from, to, data, hasChecksum);
    return icmpOf(packet, 8, 0, Uint8Array.of(from >> 8, from & 255, 0, 1, ...data));
  };

  const natConfig = fc.constantFrom(
    NAT_IN_OUT,
    ['nat mss-clamping 1000', ...NAT_IN_OUT],
    ['# startup: nat { endpoint-dependent }', ...NAT_IN_OUT],
  );

  it('the translation of an answer undoes that of its question', () => {
    fc.assert(
      fc.property(natConfig, flows, (config, sent) => {
        const bench = new Bench(config);
        for (const flow of sent) {
          const { output } = bench.send('pg0', packetOf(flow, flow.pod, flow.server));
          expect(output).to.have.length(1);
          const answered = bench.send('pg1', answerTo(output[0].bytes)).output;
          expect(answered.map(({ on }) => on)).to.deep.equal(['pg0']);
          const view = viewOf(answered[0].bytes);
          expect(ip4.source(view, L3)).to.equal(parseAddress(flow.server));
          expect(ip4.destination(view, L3)).to.equal(parseAddress(flow.pod));
          if (flow.protocol === 1) expect(view.getUint16(L4 + 4)).to.equal(flow.from);
          else expect([view.getUint16(L4), view.getUint16(L4 + 2)]).to.deep.equal([flow.to, flow.from]);
        }
      }),
      RUNS,
    );
  });

  it('checksums that were right stay right', () => {
    fc.assert(
      fc.property(natConfig, flows, (config, sent) => {
        const bench = new Bench(config);
        for (const flow of sent) {
          const question = bench.send('pg0', packetOf(flow, flow.pod, flow.server)).output;
          const answer = bench.send('pg1', answerTo(question[0].bytes)).output;
          for (const { bytes } of [...question, ...answer]) {
            const view = viewOf(bytes);
            expect(checksum.fold(checksum.sumWords(view, L3, ip4.HEADER_BYTES))).to.equal(0xffff);
            const isAbsent = flow.protocol === 17 && !flow.hasChecksum;
            if (isAbsent) expect(view.getUint16(L4 + 6)).to.equal(0);
            else expect(l4Checksum(bytes) % 0xffff).to.equal(0);
          }
        }
      }),
      RUNS,
    );
  });

  /** A service of one or more pods, asked for by hosts outside and (with a classifier) by the pods themselves. */
  const serviceConfig = fc
    .record({
      pods: fc.uniqueArray(fc.constantFrom('10.1.1.3', '10.1.1.4'), { minLength: 1, maxLength: 2 }),
      twiceNat: twiceNats,
      affinity: fc.constantFrom('', ' affinity 1'),
      isClassified: fc.boolean(),
    })
    .map(({ pods, twiceNat, affinity, isClassified }) => [
      '# startup: nat { endpoint-dependent }',
      ...TWO_INTERFACES,
      `nat44 add address ${POOL}`,
      `nat44 add address ${TWICE} twice-nat`,
      'nat44 forwarding enable',
      ...(isClassified
        ? ['set interface nat44 in pg0 out pg0', 'set interface nat44 in pg1 out pg1']
        : ['set interface nat44 in pg0', 'set interface nat44 out pg1']),
      ...['tcp', 'udp'].map((protocol) =>
        pods.length === 1
          ? `nat44 add static mapping ${protocol} local ${pods[0]} 8080 external ${SERVICE} 80${twiceNat} out2in-only`
          : `nat44 add load-balancing static mapping protocol ${protocol} external ${SERVICE}:80` +
            pods.map((pod, i) => ` local ${pod}:8080 probability ${i + 1}`).join('') +
            `${twiceNat} out2in-only${affinity}`,
      ),
    ]);

  it('a service answers under its own address, from one back end per flow, with right checksums', () => {
    const clients = fc.array(
      fc.record({
        protocol: fc.constantFrom(6, 17),
        client: fc.constantFrom('8.8.8.8', '9.9.9.9'),
        from: fc.integer({ min: 1, max: 65535 }),
        data: fc.uint8Array({ maxLength: 30 }),
        hasChecksum: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(serviceConfig, clients, (config, sent) => {
        const bench = new Bench(config);
        const backEndOf = new Map<string, number>();
        for (const { client, ...flow } of sent) {
          const packet = packetOf({ ...flow, to: 80 }, client, SERVICE);
          const asked = bench.send('pg1', packet).output;
          expect(asked.map(({ on }) => on)).to.deep.equal(['pg0']);
          const pod = ip4.destination(viewOf(asked[0].bytes), L3);
          const key = `${flow.protocol} ${client} ${flow.from}`;
          expect(pod).to.equal(backEndOf.get(key) ?? pod);
          backEndOf.set(key, pod);
          const answered = bench.send('pg0', answerTo(asked[0].bytes)).output;
          expect(answered.map(({ on }) => on)).to.deep.equal(['pg1']);
          const view = viewOf(answered[0].bytes);
          expect(ip4.source(view, L3)).to.equal(parseAddress(SERVICE));
          expect(ip4.destination(view, L3)).to.equal(parseAddress(client));
          expect([view.getUint16(L4), view.getUint16(L4 + 2)]).to.deep.equal([80, flow.from]);
          if (flow.protocol === 6 || flow.hasChecksum) expect(l4Checksum(answered[0].bytes) % 0xffff).to.equal(0);
        }
      }),
      RUNS,
    );
  });

  it("every live endpoint-dependent session is in exactly one user's list", () => {
    const endpointDependent = configs.filter((config) => config[0].includes('endpoint'));
    fc.assert(
      fc.property(endpointDependent, traffic, (config, sent) => {
        const bench = new Bench(config);
        replay(bench, sent);
        const { sessions, users } = bench.tables.nat44;
        const live = Array.from({ length: sessions.length }, (_, index) => index).filter((i) => sessions.isUsed(i));
        expect(live.length).to.equal(sessions.count);
        const listed: number[] = [];
        for (const user of new Set(live.map((i) => sessions.userIndex(i))))
          for (let i = users.oldest[user]; i >= 0; i = sessions.newer(i)) listed.push(i);
        expect(listed.sort((a, b) => a - b)).to.deep.equal(live);
      }),
      RUNS,
    );
  });
});

/** The packet back: addresses and ports swapped, an echo request made a reply, which changes no checksum but ICMP's. */
function answerTo(frame: Uint8Array): Uint8Array {
  const answer = frame.slice();
  const view = viewOf(answer);
  const source = ip4.source(view, L3);
  ip4.setSource(view, L3, ip4.destination(view, L3));
  ip4.setDestination(view, L3, source);
  if (ip4.protocol(view, L3) === ip4.PROTOCOL_ICMP) {
    view.setUint8(L4, 0);
    view.setUint16(L4 + 2, 0);
    view.setUint16(L4 + 2, checksum.compute(view, L4, ip4.totalLength(view, L3) - ip4.HEADER_BYTES), true);
    return answer;
  }
  const from = view.getUint16(L4);
  view.setUint16(L4, view.getUint16(L4 + 2));
  view.setUint16(L4 + 2, from);
  return answer;
}
