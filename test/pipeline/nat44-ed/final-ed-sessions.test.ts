/**
 * After each recorded case of endpoint-dependent NAT44 the model holds the sessions that VPP held: same indices, users,
 * both hosts, order of use, packets and bytes. The goldens are the recordings' sessions.txt.
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
import { recordedSessionLines } from '../nat44/nat-sessions-text.js';
import { edSessionLines } from './ed-sessions-text.js';

const corpus = join(process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle'), 'vpp-19.08');

/** Cases in endpoint-dependent mode, told from their scripts; those with VXLAN are not modelled yet. */
function edCases(): string[] {
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus).filter((name) => {
    const path = join(corpus, name, 'config.vpp');
    if (!existsSync(path)) return false;
    const text = readFileSync(path, 'utf8');
    return text.includes('endpoint-dependent') && !text.includes('create vxlan');
  });
}

/** Runs a case's frames and returns the tables as they are after the last. */
function replay({ configPath, input }: OracleCase): Tables {
  const tables = applyScript(parseScript(readFileSync(configPath, 'utf8'), configPath));
  const ignore = (): void => undefined;
  const dataplane = new Dataplane(tables, { transmit: ignore, discard: ignore }, false);
  for (const { bytes: frame, originalLength, interfaceName, seconds, nanoseconds } of input) {
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.length + TAILROOM_BYTES);
    bytes.set(frame, HEADROOM_BYTES);
    const view = new DataView(bytes.buffer);
    const swIfIndex = tables.interfaces.byName(interfaceName)?.swIfIndex ?? -1;
    const { length } = frame;
    dataplane.receive(bytes, view, HEADROOM_BYTES, length, originalLength, swIfIndex, seconds, nanoseconds);
  }
  return tables;
}

describe('NAT44 ED sessions at the end of a recording', () => {
  const names = edCases();
  if (names.length === 0) it.skip(`(skipped: no corpus at ${corpus}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      const oracleCase = await loadOracleCase(corpus, name);
      const recorded = recordedSessionLines(readFileSync(join(corpus, name, 'sessions.txt'), 'utf8'));
      expect(edSessionLines(replay(oracleCase).nat44)).to.deep.equal(recorded);
    });
});
