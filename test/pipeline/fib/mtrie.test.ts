/** The trie against a naive twin: a list of prefixes, searched from the longest. */

import { expect } from 'chai';
import fc from 'fast-check';
import { Mtrie } from '../../../src/pipeline/fib/ip4/mtrie.js';
import { maskOf } from '../../../src/wire/address.js';

interface Route {
  readonly address: number;
  readonly length: number;
}

class NaiveTable {
  private readonly leaves = new Map<string, Route & { readonly leaf: number }>();

  set(route: Route, leaf: number): void {
    this.leaves.set(`${route.address}/${route.length}`, { ...route, leaf });
  }

  delete({ address, length }: Route): boolean {
    return this.leaves.delete(`${address}/${length}`);
  }

  find(address: number, maxLength = 32): { readonly leaf: number; readonly length: number } {
    let best = { leaf: 0, length: 0 };
    for (const { address: network, length, leaf } of this.leaves.values())
      if (length <= maxLength && length >= best.length && (address & maskOf(length)) === network)
        best = { leaf, length };
    return best;
  }
}

/** Addresses that share long prefixes with each other, so that routes nest. */
const address = fc
  .tuple(fc.constantFrom(0x0a010000, 0x0a01ff00, 0x0a010280, 0xc0a81000, 0), fc.integer({ min: 0, max: 0x3ff }))
  .map(([base, low]) => (base ^ low) | 0);
const route = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([of, length]): Route => ({ address: of & maskOf(length), length }));
const step = fc.record({ isRemoval: fc.boolean(), route });

describe('Mtrie', () => {
  it('finds what a search through all prefixes finds, whatever was added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(address, { maxLength: 40 }), (steps, probes) => {
        const trie = new Mtrie();
        trie.addTable();
        const naive = new NaiveTable();
        steps.forEach(({ isRemoval, route: at }, index) => {
          if (isRemoval) {
            if (!naive.delete(at)) return;
            const cover = naive.find(at.address, at.length - 1);
            trie.remove({ fibIndex: 0, ...at }, cover.leaf, cover.length);
          } else {
            naive.set(at, index + 1);
            trie.set({ fibIndex: 0, ...at }, index + 1);
          }
        });
        for (const probe of [...probes, ...steps.map(({ route: at }) => at.address)])
          expect(trie.lookup(0, probe)).to.equal(naive.find(probe).leaf);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps tables apart', () => {
    const trie = new Mtrie();
    trie.addTable();
    trie.addTable();
    trie.set({ fibIndex: 0, address: 0x0a000000, length: 8 }, 7);
    trie.set({ fibIndex: 1, address: 0x0a010101, length: 32 }, 9);
    expect([trie.lookup(0, 0x0a010101), trie.lookup(1, 0x0a010101), trie.lookup(1, 0x0a010102)]).to.deep.equal([
      7, 9, 0,
    ]);
  });
});
