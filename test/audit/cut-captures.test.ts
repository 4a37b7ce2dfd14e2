/** Captures of nodes that did everything right, cut off by a snaplen: nothing is reported that they did not do; what they did still is. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import type { AuditReport } from '../../src/audit/report.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { findRelease } from '../../src/releases/releases.js';
import { captureOf, MUTATIONS, readRecording, seeded, type CaptureRecord } from './mutations.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');

/** Snaplens of what arrived and of what was sent: of tcpdump, and up to the TCP flags at least. */
const SNAPLENS = [
  [64, 64],
  [48, 48],
  [96, 72],
  [72, 128],
] as const;

const DUE_TO_CUT = /^not modelled: the capture cut|it is not known what VPP did/;

const cut = (records: readonly CaptureRecord[], [arrived, sent]: readonly [number, number]): CaptureRecord[] =>
  records.map((record) => ({ ...record, bytes: record.bytes.subarray(0, record.isSent ? sent : arrived) }));

for (const [release, name] of [
  ['19.08', 'P-live2'],
  ['26.06', 'P-live3'],
]) {
  const folder = join(ORACLE, 'running', `vpp-${release}`, name);
  describe(`audit of cut captures of VPP ${release}`, () => {
    if (!existsSync(folder)) {
      it(`(skipped: there is no recording at ${folder}; VPPCAP_ORACLE names another place)`, function () {
        this.skip();
      });
      return;
    }
    const script = parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) });
    const state = { state: [readStateFile(join(folder, 'state.txt'))] };
    const recording = readRecording(folder);
    const auditOf = (records: readonly CaptureRecord[], hasState: boolean): Promise<AuditReport> =>
      audit({
        captures: [{ path: 'rxtx.pcap', interfaceName: null }],
        script: { ...script, ...(hasState ? state : {}) },
        open: () => Promise.resolve(captureOf(records)),
      });
    for (const snaplens of SNAPLENS)
      for (const hasState of [true, false])
        it(`after ${snaplens.join(' and ')} bytes, with${hasState ? '' : 'out'} its state: as expected`, async () => {
          const { groups, unjudged, sent, asExpected } = await auditOf(cut(recording.records, snaplens), hasState);
          expect(groups).to.deep.equal([]);
          if (hasState)
            expect(unjudged.map(({ reason }) => reason).filter((reason) => !DUE_TO_CUT.test(reason))).to.deep.equal([]);
          expect(asExpected / sent).to.be.above(0.8);
        });
    it('reports a packet that is missing', async () => {
      const mutated = MUTATIONS['a sent frame is lost'](recording, seeded(7));
      const { groups } = await auditOf(cut(mutated?.records ?? [], [64, 64]), true);
      expect(groups.map(({ kind, cause, count }) => `${kind} ${cause} ${String(count)}`)).to.deep.equal([
        'missing lost 1',
      ]);
    });
  });
}
