/** Every cause that a node declares has a remedy, or one that says why there is none, or is of what vppcap does not model. */

import { expect } from 'chai';
import { CUT_SYMBOL } from '../../src/pipeline/engine/cut-off.js';
import type { CauseText } from '../../src/pipeline/engine/node.js';
import { createTables, nodesOf } from '../../src/pipeline/engine/plugin.js';
import { remediesOf, remedyOf } from '../../src/explain/remedies.js';
import type { Release } from '../../src/releases/release.js';
import { RELEASES } from '../../src/releases/releases.js';
import { MAC_ZERO } from '../../src/wire/address.js';

interface Declared {
  readonly node: string;
  readonly symbol: string;
  readonly text: CauseText;
}

function declaredIn(release: Release): Declared[] {
  const tables = createTables(release);
  tables.interfaces.create('pg0', 'pg', MAC_ZERO, 'node.vpp:1');
  tables.interfaces.create('loop0', 'loopback', MAC_ZERO, 'node.vpp:2');
  return nodesOf(tables).flatMap(({ name: node, causes }) =>
    Object.entries(causes ?? {}).map(([symbol, cause]) => ({
      ...{ node, symbol },
      text: typeof cause === 'object' ? cause.text : cause,
    })),
  );
}

const DECLARED = new Map(RELEASES.map((release) => [release, declaredIn(release)]));

const isNotModelled = ({ text }: Declared): boolean => String(text).includes('not modelled:');

/** Symbols that mean the same in every node although the nodes word it differently. */
const SAME = new Set(['DOWN', 'NOT_MODELLED', 'DONT_FRAGMENT', 'FILTERED', 'UNKNOWN_PROTOCOL', 'TTL']);

describe('remedies', () => {
  for (const [release, declared] of DECLARED) {
    const remedies = remediesOf(release);

    it(`there is one for every cause of ${release.name}`, () => {
      const without = declared.filter(
        (one) => !isNotModelled(one) && remedyOf(remedies, one.node, one.symbol) === undefined,
      );
      expect(without.map(({ node, symbol }) => `${node} ${symbol}`)).to.deep.equal([]);
    });

    it(`a symbol that means different things in ${release.name} has a remedy in each node`, () => {
      const texts = new Map<string, Set<string>>();
      for (const { symbol, text } of declared) texts.set(symbol, (texts.get(symbol) ?? new Set()).add(String(text)));
      const ambiguous = [...texts].filter(([name, all]) => all.size > 1 && !SAME.has(name)).map(([name]) => name);
      expect(ambiguous).to.include('NOT_ENABLED');
      expect(ambiguous.filter((symbol) => symbol in remedies)).to.deep.equal([]);
    });

    it(`no two plugins of ${release.name} have one of the same name`, () => {
      const keys = release.plugins.flatMap((plugin) => Object.keys(plugin.remedies ?? {}));
      expect(keys.filter((key, at) => keys.indexOf(key) < at)).to.deep.equal([]);
    });
  }

  it('none is for a cause that no node declares', () => {
    // Any node may end a frame that the capture cut off.
    const known = new Set([
      CUT_SYMBOL,
      ...[...DECLARED.values()].flat().flatMap(({ node, symbol }) => [symbol, `${node} ${symbol}`]),
    ]);
    const keys = RELEASES.flatMap((release) => Object.keys(remediesOf(release)));
    expect(keys.filter((key) => !known.has(key))).to.deep.equal([]);
  });
});
