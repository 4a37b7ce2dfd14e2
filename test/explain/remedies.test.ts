/** Every cause that a node declares has a remedy, or one that says why there is none, or is of what vppcap does not model. */

import { expect } from 'chai';
import { builtInScript } from '../../src/config/locate.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript, parseScriptFile } from '../../src/config/parse-script.js';
import { CUT_SYMBOL } from '../../src/pipeline/engine/cut-off.js';
import { nodesOf } from '../../src/pipeline/engine/plugin.js';
import type { CauseText } from '../../src/pipeline/engine/node.js';
import { REMEDIES, remedyOf } from '../../src/explain/remedies.js';
import { NAT_IN_OUT } from '../pipeline/packets.js';

const SCRIPTS = [
  parseScriptFile(builtInScript()),
  parseScript(['# startup: nat { endpoint-dependent }', ...NAT_IN_OUT].join('\n'), 'ed.vpp'),
];

interface Declared {
  readonly node: string;
  readonly symbol: string;
  readonly text: CauseText;
}

const DECLARED: Declared[] = SCRIPTS.flatMap((script) =>
  nodesOf(applyScript(script)).flatMap(({ name: node, causes }) =>
    Object.entries(causes ?? {}).map(([symbol, text]) => ({ node, symbol, text })),
  ),
);

const isNotModelled = ({ text }: Declared): boolean => String(text).includes('not modelled:');

/** Symbols that mean the same in every node although the nodes word it differently. */
const SAME = new Set(['DOWN', 'NOT_MODELLED', 'DONT_FRAGMENT', 'FILTERED', 'UNKNOWN_PROTOCOL', 'TTL']);

describe('remedies', () => {
  it('there is one for every cause', () => {
    const without = DECLARED.filter((one) => !isNotModelled(one) && remedyOf(one.node, one.symbol) === undefined);
    expect(without.map(({ node, symbol }) => `${node} ${symbol}`)).to.deep.equal([]);
  });

  it('a symbol that means different things has a remedy in each node', () => {
    const texts = new Map<string, Set<string>>();
    for (const { symbol, text } of DECLARED) texts.set(symbol, (texts.get(symbol) ?? new Set()).add(String(text)));
    const ambiguous = [...texts].filter(([symbol, all]) => all.size > 1 && !SAME.has(symbol)).map(([symbol]) => symbol);
    expect(ambiguous).to.include('NOT_ENABLED');
    expect(ambiguous.filter((symbol) => symbol in REMEDIES)).to.deep.equal([]);
  });

  it('none is for a cause that no node declares', () => {
    // Any node may end a frame that the capture cut off.
    const known = new Set([CUT_SYMBOL, ...DECLARED.flatMap(({ node, symbol }) => [symbol, `${node} ${symbol}`])]);
    expect(Object.keys(REMEDIES).filter((key) => !known.has(key))).to.deep.equal([]);
  });
});
