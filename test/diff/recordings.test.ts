/** A node compared with itself changes nothing, whatever the capture. */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { diff } from '../../src/diff/diff.js';
import { findRelease } from '../../src/releases/releases.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');

for (const release of ['19.08', '26.06']) {
  const root = join(ORACLE, `vpp-${release}`);
  describe(`diff of recordings of VPP ${release}`, () => {
    if (!existsSync(root)) {
      it(`(skipped: there are no recordings at ${root}; VPPCAP_ORACLE names another place)`, function () {
        this.skip();
      });
      return;
    }
    it('a script with itself: nothing changes', async function () {
      this.timeout(120_000);
      for (const name of readdirSync(root)) {
        const read = () => parseScriptFile(join(root, name, 'config.vpp'), { release: findRelease(release) });
        const captures = [{ path: join(root, name, 'in.pcapng'), interfaceName: null }];
        const { verdict, groups, changedFlows, boundPorts } = await diff({ captures, before: read(), after: read() });
        expect({ verdict, groups, changedFlows, boundPorts }, name).to.deep.equal({
          verdict: 'unchanged',
          groups: [],
          changedFlows: 0,
          boundPorts: 0,
        });
      }
    });
  });
}
