/**
 * A capture cut anywhere into two: the second part, replayed from the state that was saved behind the first one, gives the same as in one
 * piece. Of every recording; where it is cut is drawn from a seed. VPPCAP_CUTS says how many cuts each recording gets (1).
 */

import { existsSync } from 'node:fs';
import { expect } from 'chai';
import type { Node, Outcome } from '../../src/node/node.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase, type OracleCase, type RecordedFrame } from '../../tools/oracle/oracle-case.js';
import { nodeOf } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from './floor.js';

const CUTS = Number(process.env['VPPCAP_CUTS'] ?? 1);

/** What a frame came to, as far as frames' numbers and what made sessions are no part of it. */
const said = ({ sent, end, nodes, counters }: Outcome): unknown => ({
  sent: sent.map(({ interface: name, bytes }) => `${name} ${Buffer.from(bytes).toString('hex')}`),
  end,
  nodes,
  counters,
});

const run = (node: Node, frames: readonly RecordedFrame[]): unknown[] =>
  frames.map((frame) => said(node.receive(frame.bytes, { ...frame, interface: frame.interfaceName })));

const continued = (recorded: OracleCase, text: string): Node =>
  nodeOf({ ...recorded, state: [{ file: 'saved.txt', text }] });

/** Cuts by a recording's name, the same each time. */
function* cutsOf(name: string, frames: number): Generator<number> {
  let seed = 0x2545f491;
  for (const character of name) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  for (let i = 0; i < CUTS; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    yield 1 + (seed % (frames - 1));
  }
}

describe(`recordings cut into two${existsSync(CORPORA) ? '' : ` (skipped: no recordings at ${CORPORA})`}`, () => {
  for (const { release, folder } of corporaIn(CORPORA))
    for (const name of casesOf({ release, folder }))
      it(`${release} ${name}`, async function () {
        this.timeout(120_000);
        const recorded = await loadOracleCase(folder, name);
        if (recorded.changes !== null) this.skip();
        const { input } = recorded;
        let whole: unknown[];
        try {
          whole = run(nodeOf(recorded), input);
        } catch (error) {
          if (error instanceof ConfigError) this.skip();
          throw error;
        }
        for (const cut of cutsOf(name, input.length)) {
          const first = nodeOf(recorded);
          run(first, input.slice(0, cut));
          const rest = run(continued(recorded, first.saveState()), input.slice(cut));
          const different = rest.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(whole[cut + i]));
          if (different >= 0)
            expect({ cut, frame: cut + different, ...(rest[different] as object) }).to.deep.equal({
              cut,
              frame: cut + different,
              ...(whole[cut + different] as object),
            });
        }
      });
});
