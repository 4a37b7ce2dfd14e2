/**
 * Recordings in which commands were given between frames (family M), through the built command: what leaves is as recorded, whether packets
 * are told about one by one or not, and whatever the number of threads. test/oracle/floor.test.ts compares nodes, reasons and counters.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { runVppcap } from '../cli/run-vppcap.js';
import { CORPORA } from './floor.js';

describe('recordings with changes between frames', () => {
  let scratch = '';
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'vppcap-changes-'));
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  for (const release of ['19.08', '26.06']) {
    const folder = join(CORPORA, 'changes', `vpp-${release}`);
    if (!existsSync(folder)) {
      it.skip(`${release}: no recordings at ${folder}`);
      continue;
    }
    for (const name of readdirSync(folder))
      it(`${release} ${name}`, async function () {
        this.timeout(60_000);
        const at = (file: string): string => join(folder, name, file);
        const { output, volatile } = await loadOracleCase(folder, name);
        expect(output).to.not.have.length(0);
        const run = (...options: string[]): void => {
          const given = ['-c', at('config.vpp'), '--changes', at('changes.vpp'), '-q', ...options];
          const { code, stderr } = runVppcap(['replay', at('in.pcapng'), ...given]);
          expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        };
        const ignore = [...new Set([...volatile.values()].flat())].flatMap((field) => ['--ignore', field]);
        run('-o', join(scratch, 'out.pcapng'), '--expect', at('out.pcapng'), ...ignore);
        run('-o', join(scratch, 'one.pcap'), '--workers', '1');
        run('-o', join(scratch, 'two.pcap'), '--workers', '2');
        expect(readFileSync(join(scratch, 'one.pcap')).equals(readFileSync(join(scratch, 'two.pcap')))).to.equal(true);
      });
  }
});
