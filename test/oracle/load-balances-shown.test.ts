/** Numbers of load balances, which show in traces: those that VPP listed at the end of a recording (`show ip fib`, `show ip6 fib`) are the model's. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAddress } from '../../src/wire/address.js';
import { ip6Number, parseIp6 } from '../../src/wire/ip6-address.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { nodeOf } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from './floor.js';

const TABLE = /^ipv[46]-VRF:(\d+), /;
const PREFIX = /^([0-9a-f.:]+)\/(\d+)$/;
const LOAD_BALANCE = /^ {2}\[@0\]: dpo-load-balance: \[proto:ip[46] index:(\d+) /;

/**
 * VPP 26.06 gave these two out in the order of a hash table, when their interface, by which the default route leads, went down
 * (adj_nbr_walk): the model does in the order in which they were made.
 */
const IN_ORDER_OF_HASH = ['0 2001:db8:4::9a1/128', '0 2001:db8:4::b85/128'];

/** Numbers by table and prefix, as `0 10.1.1.0/24`. */
function shownIn(text: string): Map<string, number> {
  const shown = new Map<string, number>();
  let [table, prefix] = ['', ''];
  for (const line of text.split('\n')) {
    table = TABLE.exec(line)?.[1] ?? table;
    prefix = PREFIX.exec(line)?.[0] ?? prefix;
    const number = LOAD_BALANCE.exec(line)?.[1];
    if (number !== undefined) shown.set(`${table} ${prefix}`, Number(number));
  }
  return shown;
}

describe(`load balances that VPP showed${existsSync(CORPORA) ? '' : ` (skipped: no recordings at ${CORPORA})`}`, () => {
  for (const { release, folder } of corporaIn(CORPORA))
    for (const name of casesOf({ release, folder })) {
      if (!existsSync(join(folder, name, 'sessions.txt'))) continue;
      const shown = shownIn(readFileSync(join(folder, name, 'sessions.txt'), 'utf8'));
      if (shown.size === 0) continue;
      it(`${release} ${name}: ${shown.size} prefixes`, async () => {
        const recorded = await loadOracleCase(folder, name);
        const node = nodeOf(recorded);
        for (const frame of recorded.input) node.receive(frame.bytes, { ...frame, interface: frame.interfaceName });
        const { ip4, ip6 } = node.tables;
        const modelled = new Map(
          [...shown.keys()].map((key) => {
            const [table, address, length] = key.split(/[ /]/);
            const words = parseIp6(address);
            const entry =
              words === null
                ? ip4.fib.entries.exact({
                    fibIndex: ip4.fibIndexOf(Number(table)),
                    address: parseAddress(address) ?? 0,
                    length: Number(length),
                  })
                : ip6.fib.entries.exact({
                    fibIndex: ip6.fibIndexOfTable(Number(table)),
                    address: ip6Number(words),
                    length: Number(length),
                  });
            return [key, entry?.loadBalance ?? -1];
          }),
        );
        if (release === '26.06' && name === 'M-change0') {
          const [one, other] = IN_ORDER_OF_HASH;
          expect([modelled.get(other), modelled.get(one)]).to.deep.equal([shown.get(one), shown.get(other)]);
          for (const key of IN_ORDER_OF_HASH) for (const numbers of [modelled, shown]) numbers.delete(key);
        }
        expect(Object.fromEntries(modelled)).to.deep.equal(Object.fromEntries(shown));
      });
    }
});
