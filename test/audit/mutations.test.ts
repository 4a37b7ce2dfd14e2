/** Whatever is done to a recording of a node that did everything right is reported, with its cause; and nothing else is. */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import type { AuditReport } from '../../src/audit/report.js';
import { auditSchema } from '../../scripts/audit-schema.js';
import type { NodeScript } from '../../src/config/node-script.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { findRelease } from '../../src/releases/releases.js';
import { captureOf, MUTATIONS, readRecording, seeded, type CaptureRecord, type Recording } from './mutations.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const SEEDS = 8;
/** Mutations of one release at least. */
const LEAST = 200;

const scriptOf = (folder: string, release: string): NodeScript => ({
  ...parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) }),
  state: [readStateFile(join(folder, 'state.txt'))],
});

const auditOf = (records: readonly CaptureRecord[], script: NodeScript): Promise<AuditReport> =>
  audit({
    captures: [{ path: 'rxtx.pcap', interfaceName: null }],
    script,
    open: () => Promise.resolve(captureOf(records)),
  });

const causesOf = ({ groups }: AuditReport): string[] =>
  groups.map(({ kind, cause, count }) => `${kind} ${cause} ${String(count)}`);

for (const release of ['19.08', '26.06']) {
  const root = join(ORACLE, 'running', `vpp-${release}`);
  describe(`mutated recordings of VPP ${release}`, () => {
    if (!existsSync(root)) {
      it(`(skipped: there are no recordings at ${root}; VPPCAP_ORACLE names another place)`, function () {
        this.skip();
      });
      return;
    }
    const cases = readdirSync(root).map((name) => {
      const folder = join(root, name);
      return { name, script: scriptOf(folder, release), recording: readRecording(folder) };
    });
    /** Sessions of flows have a port for themselves with each host. */
    const applies = (mutation: string, { config }: Recording): boolean =>
      mutation !== 'two sessions on one port' || !/endpoint-dependent|^nat44 plugin enable/m.test(config);
    let count = 0;
    for (const mutation of Object.keys(MUTATIONS))
      it(`${mutation}: is reported as that`, async function () {
        this.timeout(120_000);
        const wrong: string[] = [];
        for (const { name, script, recording } of cases)
          for (let seed = 1; seed <= SEEDS; seed++) {
            if (!applies(mutation, recording)) continue;
            const mutated = MUTATIONS[mutation](recording, seeded(seed * 7919));
            if (mutated === null) continue;
            const report = await auditOf(mutated.records, script);
            auditSchema.parse(report);
            const where = `${name} seed ${String(seed)}: ${causesOf(report).join(', ')}`;
            const isRight = report.groups.length === 1 && mutated.causes.includes(report.groups[0].cause);
            if (!isRight || report.groups[0].count !== 1) wrong.push(where);
            count++;
          }
        expect(wrong).to.deep.equal([]);
      });
    it(`unmutated ones are as expected`, async () => {
      for (const { name, script, recording } of cases)
        expect(causesOf(await auditOf(recording.records, script)), name).to.deep.equal([]);
    });
    it(`at least ${String(LEAST)} were tried`, () => {
      expect(count).to.be.at.least(LEAST);
    });
  });
}
