/**
 * After each recorded case of classic NAT44 the model holds the sessions that VPP held: same indices, users, order of
 * use, packets and bytes. The goldens are the recordings' sessions.txt.
 */

import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../../src/capture/frame-batch.js';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/pipeline/dataplane.js';
import { loadOracleCase, type OracleCase } from '../../../src/regression/oracle-case.js';
import type { Tables } from '../../../src/tables/tables.js';
import { modelSessionLines, recordedSessionLines } from './nat-sessions-text.js';

const corpus = join(process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle'), 'vpp-19.08');

/** Cases with NAT44 in classic mode, told from their scripts; those with VXLAN are not modelled yet. */
function classicCases(): string[] {
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus).filter((name) => {
    const path = join(corpus, name, 'config.vpp');
    if (!existsSync(path)) return false;
    const text = readFileSync(path, 'utf8');
    return text.includes('nat44 add address') && !/endpoint-dependent|create vxlan/.test(text);
  });
}

/** Runs a case's frames and returns the tables as they are after the last. */
function replay({ configPath, input }: OracleCase): Tables {
  const tables = applyScript(parseScript(readFileSync(configPath, 'utf8'), configPath));
  const ignore = (): void => undefined;
  const dataplane = new Dataplane(tables, { transmit: ignore, discard: ignore }, false);
  for (const frame of input) {
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.bytes.length + TAILROOM_BYTES);
    bytes.set(frame.bytes, HEADROOM_BYTES);
    const swIfIndex = tables.interfaces.byName(frame.interfaceName)?.swIfIndex ?? -1;
    const { length } = frame.bytes;
    const view = new DataView(bytes.buffer);
    dataplane.receive(
      bytes,
      view,
      HEADROOM_BYTES,
      length,
      frame.originalLength,
      swIfIndex,
      frame.seconds,
      frame.nanoseconds,
    );
  }
  return tables;
}

describe('NAT44 sessions at the end of a recording', () => {
  const names = classicCases();
  if (names.length === 0) it.skip(`(skipped: no corpus at ${corpus}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      const oracleCase = await loadOracleCase(corpus, name);
      const recorded = recordedSessionLines(readFileSync(join(corpus, name, 'sessions.txt'), 'utf8'));
      expect(modelSessionLines(replay(oracleCase).nat44)).to.deep.equal(recorded);
    });
});
