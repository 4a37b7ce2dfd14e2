import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { replay } from '../../src/replay/replay.js';
import { ROOT } from '../cli/run-vppcap.js';

describe('pipeline/frame-comment', () => {
  // The writer is chosen whatever the case of the extension, so the comments have to be there as well.
  for (const name of ['out.pcapng', 'OUT.PCAPNG'])
    it(`stands with each frame of ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'vppcap-comment-'));
      try {
        const output = join(folder, name);
        const captures = [{ path: join(ROOT, 'captures', 'pod-to-internet.pcap'), interfaceName: null }];
        await replay({ captures, script: parseScriptFile(builtInScript()), output, drops: null, verdicts: null });
        const written = readFileSync(output, 'latin1');
        for (let frame = 1; frame <= 6; frame++) expect(written).to.include(`rx frame ${frame} on `);
        expect(written).to.include('acl 2 rule 14 | nat44 session 4');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
