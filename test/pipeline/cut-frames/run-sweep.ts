/**
 * Sweeps all recordings over many snaplens, which takes long:
 *
 *     make build && node dist/test/pipeline/cut-frames/run-sweep.js 14 200 7
 *
 * from 14 to 200 bytes in steps of 7; further arguments are beginnings of names of cases.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { parseScript } from '../../../src/config/parse-script.js';
import { loadOracleCase } from '../../../tools/oracle/oracle-case.js';
import { CORPUS } from '../../oracle/floor.js';
import { emptyResult, sweep } from './snaplen-sweep.js';

const [first = 14, last = 200, step = 1] = process.argv.slice(2, 5).map(Number);
const wanted = process.argv.slice(5);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((start) => name.startsWith(start));

for (const name of readdirSync(CORPUS).filter(isWanted).sort()) {
  const { configPath, input } = await loadOracleCase(CORPUS, name);
  const script = parseScript(readFileSync(configPath, 'utf8'), configPath);
  const result = emptyResult();
  for (let snaplen = first; snaplen <= last; snaplen += step) sweep(script, input, snaplen, result);
  const { equal, notModelled, unseenChecksums, faults } = result;
  process.stdout.write(
    `${name}: ${equal} equal, ${notModelled} not modelled, ${unseenChecksums} wrong checksums not seen, ${faults.length} faults\n`,
  );
  for (const fault of faults.slice(0, 5)) process.stdout.write(`  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
