/**
 * Whatever is changed in a capture is found: bytes, packets left out, put in twice or exchanged. A change may only pass where the report
 * names a tolerance that allows it.
 */

import { expect } from 'chai';
import fc from 'fast-check';
import { join } from 'node:path';
import { existsSync, readdirSync } from 'node:fs';
import { openBatches } from '../../src/capture/input/open-batches.js';
import type { NatPool, VerifyOptions } from '../../src/verify/options.js';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, type GivenFrame } from './frames.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const OUTSIDE = '192.168.16.1';
const POOL: NatPool = {
  addresses: [{ first: OUTSIDE, last: OUTSIDE }],
  firstPort: 1025,
  lastPort: 65535,
  fixedPorts: [],
};
const SEED = 20191108;
const FLIPS = 200;
/** Frames of a capture that are left out, doubled and exchanged: spread over all of it. */
const PLACES = 12;

/** Linear congruential, as good as it needs to be (Numerical Recipes). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const verify = (
  actual: readonly GivenFrame[],
  expected: readonly GivenFrame[],
  options: Partial<VerifyOptions> = {},
): Promise<VerifyReport> =>
  verifyCaptures(
    [{ reader: captureOf(actual), interfaceName: null }],
    [{ reader: captureOf(expected), interfaceName: null }],
    { natPool: POOL, ...options },
  );

async function framesOf(path: string): Promise<GivenFrame[]> {
  const reader = await openBatches(path);
  const frames: GivenFrame[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++) {
      const bytes = batch.bytes.subarray(batch.offset[i], batch.offset[i] + batch.capturedLength[i]);
      const { name } = reader.interfaces[batch.interfaceIndex[i]];
      frames.push({ hex: Buffer.from(bytes).toString('hex'), ...(name === null ? {} : { on: name }) });
    }
  await reader.close();
  return frames;
}

function flipped({ hex, ...rest }: GivenFrame, at: number, bits: number): GivenFrame {
  const bytes = Buffer.from(hex, 'hex');
  bytes[at] ^= bits;
  return { hex: bytes.toString('hex'), ...rest };
}

const EXPECTATIONS = 'expectations';
const captures = readdirSync(EXPECTATIONS)
  .map((name) => join(EXPECTATIONS, name, 'expected.pcapng'))
  .filter((path) => existsSync(path));

describe('changes of expected captures', () => {
  for (const path of captures) {
    it(`are found in ${path}`, async () => {
      const frames = await framesOf(path);
      if (frames.length === 0) return;
      expect((await verify(frames, frames)).isMatch).to.equal(true);
      const random = seeded(SEED);
      // The long ones have as many changes for all of them as a short one.
      const flips = Math.ceil(FLIPS / Math.max(1, frames.length / 40));
      for (let n = 0; n < flips; n++) {
        const i = random(frames.length);
        const at = random(frames[i].hex.length / 2);
        const changed = frames.with(i, flipped(frames[i], at, 1 + random(255)));
        const report = await verify(frames, changed, { timeToleranceSeconds: 1 });
        expect(report.isMatch && report.tolerances.length === 0, `byte ${at} of frame ${i + 1}`).to.equal(false);
        // One byte of one packet is one difference, or a packet that now belongs elsewhere: one missing and one too many.
        expect(report.groups.reduce((sum, { packets }) => sum + packets, 0)).to.be.at.most(2);
      }
      for (let i = 0; i < frames.length; i += Math.ceil(frames.length / PLACES)) {
        const lost = await verify(frames, frames.toSpliced(i, 1));
        expect(lost.counts.unexpected, `frame ${i + 1} left out`).to.equal(1);
        const twice = await verify(frames, frames.toSpliced(i, 0, frames[i]));
        expect(twice.counts.missing, `frame ${i + 1} twice`).to.equal(1);
        const next = frames.findIndex(({ hex, on }, k) => k > i && on === frames[i].on && hex !== frames[i].hex);
        if (next < 0) continue;
        const swapped = frames.with(i, frames[next]).with(next, frames[i]);
        const strict = await verify(frames, swapped, { order: 'strict' });
        expect(strict.counts.reordered, `frames ${i + 1} and ${next + 1} exchanged`).to.be.greaterThan(0);
        const loose = await verify(frames, swapped);
        expect(loose.isMatch && loose.tolerances.length === 0).to.equal(false);
      }
    });
  }
});

/** A session of the NAT: what it sends, and what comes back. */
const session = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  server: fc.constantFrom('93.184.216.34', '8.8.8.8'),
  packets: fc.array(fc.record({ isReply: fc.boolean(), content: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  isError: fc.boolean(),
  isTunnelled: fc.boolean(),
});
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

/** The packets of a session with a port drawn for it. */
function packetsOf({ protocol, server, packets, isError, isTunnelled }: Session, port: number): string[] {
  const drawn = `${OUTSIDE}:${port}`;
  const remote = `${server}:80`;
  const made = packets.map(({ isReply, content }) => {
    const ends = isReply ? { from: remote, to: drawn } : { from: drawn, to: remote };
    if (protocol === 'icmp') return frame(echoIp({ ...ends, ident: port, seq: content, type: isReply ? 0 : 8 }));
    return frame(protocol === 'tcp' ? tcpIp({ ...ends, seq: content }) : udpIp({ ...ends, id: content }));
  });
  const quotes = protocol === 'tcp' ? tcpIp({ from: remote, to: drawn }) : udpIp({ from: remote, to: drawn });
  if (isError && protocol !== 'icmp') made.push(frame(icmpErrorIp({ from: OUTSIDE, to: server, quotes })));
  return isTunnelled ? made.map((inner) => vxlan(inner, 49152 + (port % 16384))) : made;
}

/** Sessions with a port each on both sides, all different for a protocol, and an order of their packets. */
const sessions = fc.uniqueArray(fc.integer({ min: 1025, max: 65535 }), { minLength: 8, maxLength: 8 }).chain((ports) =>
  fc.record({
    all: fc.array(session, { minLength: 1, maxLength: 4 }),
    ports: fc.constant(ports),
  }),
);

describe('binding of NAT ports', () => {
  const sidesOf = (
    all: readonly Session[],
    ports: readonly number[],
  ): { actual: GivenFrame[]; expected: GivenFrame[] } => ({
    actual: all.flatMap((each, n) => packetsOf(each, ports[n])).map((hex) => ({ hex })),
    expected: all.flatMap((each, n) => packetsOf(each, ports[4 + n])).map((hex) => ({ hex })),
  });

  it('takes any one-to-one mapping of ports', async () => {
    await fc.assert(
      fc.asyncProperty(sessions, async ({ all, ports }) => {
        const { actual, expected } = sidesOf(all, ports);
        const report = await verify(actual, expected, { order: 'strict' });
        expect(report.isMatch, JSON.stringify(report.groups)).to.equal(true);
      }),
      { seed: SEED },
    );
  });

  it('lets no other change of a byte pass', async () => {
    const change = fc.record({ packet: fc.nat(), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(sessions, change, async ({ all, ports }, { packet, at, bits }) => {
        const { actual, expected } = sidesOf(all, ports);
        const i = packet % actual.length;
        const place = at % (actual[i].hex.length / 2);
        const changed = actual.with(i, flipped(actual[i], place, bits));
        const report = await verify(changed, expected, { order: 'strict' });
        // The one byte that may differ is in a checksum, where 0x0000 and 0xffff are the same number, and that takes two.
        // Ports within VXLAN make its own source port a hash of them, which is not checked then.
        const isEntropy = all.some(({ isTunnelled }) => isTunnelled) && (place === 34 || place === 35);
        if (!isEntropy) expect(report.isMatch, `byte ${place} of packet ${i + 1}`).to.equal(false);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('lets no mapping pass that is not one to one', async () => {
    await fc.assert(
      fc.asyncProperty(sessions, async ({ all, ports }) => {
        // A session of which one packet leaves by the port of another session.
        const [first] = all;
        if (first.packets.length < 2 || first.isTunnelled) return;
        const split = [
          ...packetsOf({ ...first, packets: first.packets.slice(0, 1), isError: false }, ports[0]),
          ...packetsOf({ ...first, packets: first.packets.slice(1), isError: false }, ports[1]),
        ];
        const whole = packetsOf({ ...first, isError: false }, ports[4]);
        const report = await verify(
          split.map((hex) => ({ hex })),
          whole.map((hex) => ({ hex })),
          { order: 'any' },
        );
        expect(report.isMatch).to.equal(false);
      }),
      { seed: SEED },
    );
  });
});
