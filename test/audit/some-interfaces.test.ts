/** Recordings of whole nodes, of which two interfaces are captured: nothing is reported of what was not seen, and what is lost between the two is. */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import type { AuditReport } from '../../src/audit/report.js';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { MemoryCapture, type MemoryFrame } from '../../src/capture/memory-capture.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { InterfaceAssignment } from '../../src/dataplane/interface-assignment.js';
import { findRelease } from '../../src/releases/releases.js';
import { readAll } from '../capture/read-all.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const INTERFACE = { linkType: LINKTYPE_ETHERNET, snapLength: 0, name: null, timestampDigits: 6 };

/** Frames of VPP's own capture of a node, by the interface that they came or left by. */
async function framesOf(folder: string, release: string) {
  const script = parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) });
  const tables = applyScript(script);
  const places = new InterfaceAssignment(tables);
  const sent = new Map<string, MemoryFrame[]>();
  const all = new Map<string, MemoryFrame[]>();
  for (const { hex, ...row } of (await readAll(join(folder, 'rxtx.pcap'))).rows) {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    const view = new DataView(bytes.buffer);
    const by = places.sentBy(view, 0, bytes.length);
    const port = by >= 0 ? by : places.place(view, 0, bytes.length, false);
    if (port < 0) continue;
    const { name } = tables.interfaces.all[port];
    const frame = { ...row, bytes, interfaceIndex: 0 };
    all.set(name, [...(all.get(name) ?? []), frame]);
    if (by >= 0) sent.set(name, [...(sent.get(name) ?? []), frame]);
  }
  const auditOf = (names: readonly string[], without: MemoryFrame | null): Promise<AuditReport> =>
    audit({
      captures: names.map((path) => ({ path, interfaceName: path })),
      script: { ...script, state: [readStateFile(join(folder, 'state.txt'))] },
      open: (path) =>
        Promise.resolve(
          new MemoryCapture(
            path,
            [INTERFACE],
            (all.get(path) ?? []).filter((one) => one !== without),
          ),
        ),
    });
  return { sent, auditOf };
}

for (const release of ['19.08', '26.06'])
  describe(`audit of two interfaces of recorded nodes of VPP ${release}`, () => {
    for (const family of ['running', 'loaded']) {
      const root = join(ORACLE, family, `vpp-${release}`);
      if (!existsSync(root)) {
        it(`(skipped: there are no recordings at ${root}; VPPCAP_ORACLE names another place)`, function () {
          this.skip();
        });
        continue;
      }
      it(`${family}: as expected, and a frame that is lost between them is missing`, async function () {
        this.timeout(60_000);
        let lost = 0;
        let found = 0;
        for (const name of readdirSync(root)) {
          const { sent, auditOf } = await framesOf(join(root, name), release);
          const names = [...sent.keys()].sort().slice(-2);
          const report = await auditOf(names, null);
          expect(report.groups, name).to.deep.equal([]);
          for (const of of names) {
            const frames = sent.get(of) ?? [];
            const { missing } = await auditOf(names, frames[frames.length >> 1]);
            lost++;
            found += missing;
          }
        }
        // The others came by an interface that is not captured, or answer for the node.
        expect(found / lost).to.be.at.least(3 / 8);
      });
    }
  });
