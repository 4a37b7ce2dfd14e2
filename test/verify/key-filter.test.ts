import { expect } from 'chai';
import fc from 'fast-check';
import { filterOf, mayBeIn } from '../../src/verify/match/key-filter.js';
import { NatEndpoints } from '../../src/verify/ports/nat-pool.js';
import { NO_POOL } from '../../src/verify/options.js';
import { WHOLE } from '../../src/verify/packet/packet-form.js';
import { PacketKey } from '../../src/verify/packet/packet-key.js';
import { PendingPackets } from '../../src/verify/match/pending-packets.js';
import { column } from './columns.js';
import { fromHex } from './frames.js';
import { frame, tcpIp } from './packets.js';

type KeyWords = readonly [high: number, low: number];

const MANY = 100_000;

/** Packets of which nothing is known but their keys. */
function waiting(keys: readonly KeyWords[]): { packets: PendingPackets; places: Int32Array } {
  const packets = new PendingPackets();
  packets.keyHigh = Int32Array.from(keys, ([high]) => high);
  packets.keyLow = Int32Array.from(keys, ([, low]) => low);
  return { packets, places: Int32Array.from(keys, (_, place) => place) };
}

/** How many of some keys pass a filter made of others. */
function passing(of: readonly KeyWords[], keys: readonly KeyWords[]): number {
  const [held, asked] = [waiting(of), waiting(keys)];
  return mayBeIn(filterOf(held.packets, held.places), asked.packets, asked.places).length;
}

/** Mulberry32, with its seed. */
function wordsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return word ^ (word >>> 14);
  };
}

describe('the filter of keys', () => {
  const word = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, -0x80000000, 0x7fffffff));
  const keys = fc.array(fc.tuple(word, word), { maxLength: 300 });

  it('lets every key through that is in, in order, whatever else is', () => {
    fc.assert(
      fc.property(keys, keys, fc.nat({ max: 3 }), (inside, others, every) => {
        const { packets, places } = waiting(inside);
        const isAsked = (_: unknown, n: number): boolean => n % (every + 1) === 0;
        const asked = [...inside.filter(isAsked), ...others];
        const all = waiting(asked);
        const found = mayBeIn(filterOf(packets, places), all.packets, all.places);
        expect([...found]).to.include.members(Array.from({ length: asked.length - others.length }, (_, n) => n));
        expect([...found]).to.deep.equal([...found].sort((a, b) => a - b));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('looks at the given places only', () => {
    const { packets } = waiting([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const filter = filterOf(packets, Int32Array.of(1));
    expect([...mayBeIn(filter, packets, Int32Array.of(0, 1, 2))]).to.deep.equal([1]);
    expect([...mayBeIn(filter, packets, Int32Array.of(0, 2))]).to.deep.equal([]);
  });

  it('lets nothing through where nothing is in', () => {
    expect(
      passing(
        [],
        [
          [0, 0],
          [1, 2],
          [-1, -1],
        ],
      ),
    ).to.equal(0);
  });

  for (const count of [100, 5000, 65_536, 65_537, MANY])
    it(`lets fewer than one in twenty through that is not in: ${count} random keys`, () => {
      const next = wordsFrom(count);
      const some = (length: number): KeyWords[] => Array.from({ length }, () => [next(), next()]);
      expect(passing(some(count), some(MANY))).to.be.below(MANY / 20);
    });

  it('lets fewer than one in twenty through that is not in: keys of packets that are much alike', () => {
    const key = new PacketKey({ endpoints: new NatEndpoints(NO_POOL), comparesPadding: false });
    const packets = column(fromHex(frame(tcpIp())), 0);
    const keysOf = (ttl: number): KeyWords[] =>
      Array.from({ length: MANY }, (_, seq) => {
        packets.bytes[22] = ttl;
        packets.view.setUint32(38, seq);
        key.make(packets, 0, [], WHOLE);
        return [key.high, key.low];
      });
    expect(passing(keysOf(64), keysOf(63))).to.be.below(MANY / 20);
  });
});
