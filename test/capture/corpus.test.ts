/** The captures of tcpdump's own tests, hostile ones among them: read them, survive them, account for every frame. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { expect } from 'chai';

import { CaptureError } from '../../src/capture/frame-batch.js';
import { readAll } from './read-all.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const CORPUS = join(dirname(ORACLE), 'pcaps', 'tcpdump');
const SAMPLE = 40;

const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((name) => /\.(pcap|pcapng)$/.test(name)) : [];
const why = files.length === 0 ? ` (skipped: no captures at ${CORPUS})` : '';

describe(`capture corpus${why}`, function () {
  this.timeout(120_000);
  before(function () {
    if (files.length === 0) this.skip();
  });

  it('survives every file', async () => {
    for (const name of files) {
      try {
        const { rows, interfaces } = await readAll(join(CORPUS, name));
        for (const row of rows) expect(row.interfaceIndex, name).to.be.below(interfaces.length);
      } catch (error) {
        expect(error, name).to.be.instanceOf(CaptureError);
      }
    }
  });

  it('finds as many frames as capinfos does', async function () {
    if (spawnSync('capinfos', ['--version']).status !== 0) this.skip();
    const step = Math.max(1, Math.floor(files.length / SAMPLE));
    const sample = files.filter((name, i) => i % step === 0 || name.endsWith('ng'));
    let compared = 0;
    for (const name of sample) {
      const child = spawnSync('capinfos', ['-c', '-M', '-T', '-r', join(CORPUS, name)], { encoding: 'utf8' });
      if (child.status !== 0) continue; // a link type it does not know
      const { rows } = await readAll(join(CORPUS, name));
      expect(rows.length, name).to.equal(Number(child.stdout.trim().split('\t')[1]));
      compared++;
    }
    expect(compared).to.be.greaterThan(sample.length / 2);
  });
});
