/** VPP's own captures of nodes that had run before: all that they sent is as expected, with the state and without. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import { auditSchema } from '../../scripts/audit-schema.js';
import type { AuditReport } from '../../src/audit/report.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { parseChanges } from '../../src/config/changes.js';
import type { NodeScript } from '../../src/config/node-script.js';
import { readAll } from '../capture/read-all.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { vectorRuleOf } from '../../src/dataplane/vector-rule.js';
import { findRelease } from '../../src/releases/releases.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');

async function auditOf(folder: string, release: string, hasState: boolean, bursts?: string): Promise<AuditReport> {
  const script = parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) });
  const state = hasState ? { state: [readStateFile(join(folder, 'state.txt'))] } : {};
  const captures = [{ path: join(folder, 'rxtx.pcap'), interfaceName: null }];
  const vectors = bursts === undefined ? {} : { vectors: vectorRuleOf(bursts) };
  const report = await audit({ captures, script: { ...script, ...state }, ...vectors });
  auditSchema.parse(report);
  return report;
}

/** Both captures of a recording of a node that was fresh: what it received, and what it sent. */
async function freshAuditOf(folder: string, release: string, bursts?: string): Promise<AuditReport> {
  const script = parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) });
  const changes = existsSync(join(folder, 'changes.vpp')) ? { changes: await timedChanges(folder, script) } : {};
  return audit({
    captures: ['in.pcapng', 'out.pcapng'].map((file) => ({ path: join(folder, file), interfaceName: null })),
    script: { ...script, ...changes },
    ...(bursts === undefined ? {} : { vectors: vectorRuleOf(bursts) }),
  });
}

/** A recording numbers the frames that arrived; among those that were sent, times say the same. */
async function timedChanges(folder: string, script: NodeScript): Promise<ReturnType<typeof parseChanges>> {
  const { rows } = await readAll(join(folder, 'in.pcapng'));
  const [first] = rows;
  const file = join(folder, 'changes.vpp');
  const timed = readFileSync(file, 'utf8').replace(/^# before frame (\d+)/gm, (_, number: string) => {
    const { seconds, nanoseconds } = rows[Number(number)];
    return `# at +${(seconds - first.seconds + (nanoseconds - first.nanoseconds) / 1e9).toFixed(6)}s`;
  });
  return parseChanges(timed, file, script);
}

/** Frames that nobody could send, with the same bytes in several, so that which became which is anybody's guess. */
const GUESSED = 'F-malformed';
/** Bridged frames have the MACs of other hosts, so that a capture without directions does not tell which the node sent. */
const BRIDGED = 'L-vlan4';

/** Captures of bursts in which nothing is between two of them that had no output, so that nobody could tell where one ends. */
const BLURRED = new Set(['19.08 N-burst4']);

for (const release of ['19.08', '26.06'])
  describe(`audit of recordings of VPP ${release}`, () => {
    for (const family of ['running', 'loaded']) {
      const root = join(ORACLE, family, `vpp-${release}`);
      if (!existsSync(root)) {
        it(`(skipped: there are no recordings at ${root}; VPPCAP_ORACLE names another place)`, function () {
          this.skip();
        });
        continue;
      }
      for (const name of readdirSync(root))
        it(`${name}: as expected, with its state and without`, async () => {
          const known = await auditOf(join(root, name), release, true);
          expect(known.groups).to.deep.equal([]);
          expect(known.assumptions).to.deep.equal([]);
          const bare = await auditOf(join(root, name), release, false);
          expect(bare.groups).to.deep.equal([]);
          expect(bare.assumptions.length).to.be.above(0);
          expect(bare.sent).to.equal(known.sent);
        });
    }
    const loaded = join(ORACLE, 'loaded', `vpp-${release}`);
    for (const name of existsSync(loaded) ? readdirSync(loaded) : [])
      it(`${name}, with its bursts: every frame is judged`, async () => {
        const bursts = join(loaded, name, 'bursts.json');
        const { groups, unjudged, choices } = await auditOf(join(loaded, name), release, true, bursts);
        expect(groups).to.deep.equal([]);
        expect(unjudged).to.deep.equal([]);
        expect(choices.predicted).to.equal(choices.read);
        expect((await auditOf(join(loaded, name), release, false, bursts)).groups).to.deep.equal([]);
      });
    const burst = join(ORACLE, 'vectors', `vpp-${release}`);
    for (const name of existsSync(burst) ? readdirSync(burst) : [])
      it(`${name}, two captures: as expected, with its bursts and without`, async () => {
        const folder = join(burst, name);
        const known = await freshAuditOf(folder, release, join(folder, 'bursts.json'));
        expect(known.groups).to.deep.equal([]);
        expect(known.assumptions).to.deep.equal([]);
        expect(known.unjudged).to.deep.equal([]);
        expect(known.choices.predicted).to.equal(known.choices.read);
        if (BLURRED.has(`${release} ${name}`)) return;
        expect((await freshAuditOf(folder, release)).groups).to.deep.equal([]);
      });
    for (const kind of ['', 'ip6-vlan', 'changes']) {
      const root = join(ORACLE, kind, `vpp-${release}`);
      if (!existsSync(root)) continue;
      it(`fresh nodes${kind === '' ? '' : ` of ${kind}`}, two captures: as expected`, async function () {
        this.timeout(90_000);
        for (const name of readdirSync(root)) {
          if (name.startsWith(GUESSED)) continue;
          const { groups, unjudged } = await freshAuditOf(join(root, name), release);
          expect(groups, name).to.deep.equal([]);
          expect(
            unjudged.some(({ reason }) => reason.startsWith('whether a bridge')),
            name,
          ).to.equal(name === BRIDGED);
        }
      });
    }
  });
