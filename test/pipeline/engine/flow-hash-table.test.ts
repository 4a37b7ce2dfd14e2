import { expect } from 'chai';
import fc from 'fast-check';
import { FlowHashTable2, FlowHashTable4, LARGEST_VALUE } from '../../../src/pipeline/engine/state/flow-hash-table.js';

/** Few distinct words, so that keys collide, are replaced and deleted often. */
const word = fc.integer({ min: -3, max: 3 });
const operation = fc.record({
  kind: fc.constantFrom('set', 'delete', 'get'),
  key: fc.tuple(word, word, word, word),
  value: fc.nat(1000),
});

describe('tables/flow-hash-table', () => {
  type Key = [number, number, number, number];
  /** One interface to both widths: the two-word table ignores the rest of the key. */
  const narrow = () => {
    const table = new FlowHashTable2();
    return {
      get: ([k0, k1]: Key) => table.get(k0, k1),
      set: ([k0, k1]: Key, value: number) => table.set(k0, k1, value),
      delete: ([k0, k1]: Key) => table.delete(k0, k1),
      size: () => table.size,
    };
  };
  const wide = () => {
    const table = new FlowHashTable4();
    return {
      get: (key: Key) => table.get(...key),
      set: (key: Key, value: number) => table.set(...key, value),
      delete: (key: Key) => table.delete(...key),
      size: () => table.size,
    };
  };
  const tables = [
    { name: 'FlowHashTable2', words: 2, make: narrow },
    { name: 'FlowHashTable4', words: 4, make: wide },
  ];
  for (const { name, words, make } of tables)
    it(`${name} equals a Map under any sequence of operations`, () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
          const table = make();
          const twin = new Map<string, number>();
          for (const { kind, key, value } of operations) {
            const twinKey = key.slice(0, words).join(' ');
            if (kind === 'set') {
              expect(table.set(key, value)).to.equal(twin.get(twinKey) ?? -1);
              twin.set(twinKey, value);
            } else if (kind === 'delete') {
              expect(table.delete(key)).to.equal(twin.get(twinKey) ?? -1);
              twin.delete(twinKey);
            }
            expect(table.get(key)).to.equal(twin.get(twinKey) ?? -1);
            expect(table.size()).to.equal(twin.size);
          }
        }),
      );
    });

  for (const { name, make } of tables) {
    for (const value of [0, 1, LARGEST_VALUE - 1, LARGEST_VALUE])
      it(`${name} keeps ${value}`, () => {
        const table = make();
        table.set([1, 2, 3, 4], value);
        expect(table.get([1, 2, 3, 4])).to.equal(value);
        expect(table.size()).to.equal(1);
      });
    for (const value of [-0x80000000, -2, -1, LARGEST_VALUE + 1, 2 ** 31, 2 ** 32, NaN])
      it(`${name} refuses ${value}, and stays as it was`, () => {
        const table = make();
        table.set([1, 2, 3, 4], 5);
        for (const key of [
          [1, 2, 3, 4],
          [9, 9, 9, 9],
        ] as const)
          expect(() => table.set([...key], value)).to.throw(RangeError, `${value} is no index`);
        expect([table.get([1, 2, 3, 4]), table.get([9, 9, 9, 9]), table.size()]).to.deep.equal([5, -1, 1]);
      });
  }

  it('keeps 100,000 keys through growth and deletion of every other', () => {
    const table = new FlowHashTable4();
    const count = 100_000;
    for (let i = 0; i < count; i++) table.set(i, i * 7, ~i, 6, i);
    for (let i = 0; i < count; i += 2) table.delete(i, i * 7, ~i, 6);
    let wrong = 0;
    for (let i = 0; i < count; i++) if (table.get(i, i * 7, ~i, 6) !== (i % 2 === 0 ? -1 : i)) wrong++;
    expect(wrong).to.equal(0);
    expect(table.size).to.equal(count / 2);
  });
});
