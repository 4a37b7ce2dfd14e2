/**
 * Compares the dataplane with recordings of vectors, burst by burst.
 *
 *     node dist/tools/oracle-vectors.js [--release 19.08] [--case N-burst0] [--all-diffs | --first-diff]
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casesOf, corporaIn } from './oracle/corpora.js';
import { loadOracleCase } from './oracle/oracle-case.js';
import { runVectorCase } from './oracle/vector-run.js';

const { values: options } = parseArgs({
  options: {
    release: { type: 'string' },
    case: { type: 'string' },
    'first-diff': { type: 'boolean', default: false },
    'all-diffs': { type: 'boolean', default: false },
  },
});

const folder = process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle');
for (const kind of ['vectors', 'loaded'])
  for (const corpus of existsSync(join(folder, kind)) ? corporaIn(join(folder, kind)) : []) {
    if (corpus.release !== (options.release ?? corpus.release)) continue;
    for (const name of casesOf(corpus)) {
      if (name !== (options.case ?? name)) continue;
      const bursts = runVectorCase(await loadOracleCase(corpus.folder, name));
      const count = (key: 'bytes' | 'drops' | 'counters'): number => bursts.filter((burst) => burst[key]).length;
      console.log(
        `${corpus.release} ${name}: ${bursts.length} bursts, bytes ${count('bytes')}, drops ${count('drops')}, counters ${count('counters')}`,
      );
      const wrong = bursts.filter(({ differences }) => differences.length > 0);
      if (wrong.length > 0) process.exitCode = 1;
      for (const { burst, first, last, differences } of options['all-diffs']
        ? wrong
        : options['first-diff']
          ? wrong.slice(0, 1)
          : [])
        console.log(`--- burst ${burst}: frames ${first} to ${last}\n  ${differences.join('\n  ')}`);
    }
  }
