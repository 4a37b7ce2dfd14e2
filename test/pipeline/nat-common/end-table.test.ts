import { expect } from 'chai';
import fc from 'fast-check';
import { EndTable } from '../../../src/pipeline/nat-common/independent/end-table.js';

const operation = fc.record({
  kind: fc.constantFrom('set', 'set', 'delete', 'clear'),
  address: fc.integer({ min: -3, max: 3 }),
  word: fc.nat(2),
  session: fc.nat(9),
});

describe('pipeline/nat-common/end-table', () => {
  it('equals a Map under any sequence of operations, also for addresses that came and went', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const table = new EndTable();
        const twin = new Map<string, number>();
        for (const { kind, address, word, session } of operations) {
          const key = `${address} ${word}`;
          const before = twin.get(key) ?? -1;
          if (kind === 'set') {
            expect(table.set(address, word, session)).to.equal(before);
            twin.set(key, session);
          } else if (kind === 'delete') {
            expect(table.delete(address, word)).to.equal(before);
            twin.delete(key);
          } else if (session === 0) {
            table.clear();
            twin.clear();
          }
          for (let at = -3; at <= 3; at++)
            for (let of = 0; of <= 2; of++) expect(table.get(at, of)).to.equal(twin.get(`${at} ${of}`) ?? -1);
        }
      }),
      { numRuns: 50 },
    );
  });
});
