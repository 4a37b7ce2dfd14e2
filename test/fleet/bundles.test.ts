/** What a node's folder may hold in the place of a script, or besides it. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { auditBundle } from '../../src/fleet/audit-bundle.js';
import type { BundleResult } from '../../src/fleet/audit-bundle.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';
import { CORPORA } from '../oracle/floor.js';

describe('bundles', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-bundles-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** @param contents text by name of the file; what is a path is copied under its own name */
  function bundle(name: string, paths: readonly string[], contents: Readonly<Record<string, string>> = {}): string {
    const at = join(folder, name);
    mkdirSync(at);
    for (const path of paths) cpSync(path, join(at, basename(path)));
    for (const [file, text] of Object.entries(contents)) writeFileSync(join(at, file), text);
    return at;
  }
  const audited = (at: string, config?: string): Promise<BundleResult> =>
    auditBundle({ name: basename(at), folder: at }, { config });

  describe('of show text', () => {
    const SHOWN_FILE = join(ROOT, 'configs/show-commands.txt');
    const SHOWN = readFileSync(SHOWN_FILE, 'utf8');
    /** What a node with that state received and sent. */
    const bothOf = (config: string, name: string): string => {
      const path = join(folder, name);
      const capture = join(ROOT, 'captures/pod-to-internet.pcap');
      runVppcap(['replay', capture, '-c', config, '--state', SHOWN_FILE, '--both', '-q', '-o', path]);
      return path;
    };
    let both = '';
    before(() => {
      const script = join(folder, 'made.vpp');
      runVppcap(['import-node', SHOWN_FILE, '-o', script]);
      both = bothOf(script, 'both.pcapng');
    });

    it('the script is made of it; what differs has its line there, and what the text lacks', async () => {
      const { verdict, audit, notShown, error } = await audited(bundle('told', [both], { 'show.txt': SHOWN }));
      expect({ verdict, error }).to.deep.equal({ verdict: 'as expected', error: null });
      expect(audit?.sent).to.equal(6);
      expect(notShown).to.deep.equal([
        'static and load-balancing mappings of NAT44 ("show nat44 static mappings" would show it)',
        'ACLs ("show acl-plugin acl" would show it)',
      ]);
    });

    it('what differs is at a line of that script, and what the text lacks is told beside it', () => {
      // The pod's MAC: of the six frames the last one goes to it, the server's SYN and ACK.
      const at = bundle('otherwise', [both], {
        'show.txt': SHOWN.replaceAll('00:00:00:00:00:02', '00:00:00:00:00:03'),
      });
      const { stdout, code } = runVppcap(['audit', at]);
      expect(code).to.equal(1);
      expect(stdout).to.match(/: 1 changed; 6 frames arrived, 5 of 6 sent as expected; not shown: static and load-bal/);
      expect(stdout).to.match(/otherwise\/node\.vpp \(made of show\.txt\):\d+: set ip arp tap2 10\.1\.1\.3 /);
    });

    it('a script, be it one for all, is taken in its place', async () => {
      const sessions = SHOWN.slice(SHOWN.indexOf('show nat44 sessions'));
      const config = join(ROOT, 'configs/contiv-node.vpp');
      const at = bundle('sessions', [bothOf(config, 'contiv.pcapng')], { 'show.txt': `vpp# ${sessions}` });
      expect((await audited(at)).error).to.match(
        /^\S+show\.txt:1:1: no answer of a show command that tells of interfac/,
      );
      const { verdict, audit } = await audited(at, config);
      expect(verdict).to.equal('as expected');
      expect(audit?.state?.read).to.deep.equal(['1 NAT44 session']);
    });

    it('neither a script nor text', async () => {
      const { error, exitCode } = await audited(bundle('bare', [both]));
      expect(error).to.match(
        /bare: no node\.vpp, the script of the node, no text of its show commands \(\*\.txt\), and -c/,
      );
      expect(exitCode).to.equal(2);
    });
  });

  for (const release of ['19.08', '26.06'])
    for (const name of ['running/P-live2', 'loaded/Q-load1']) {
      const at = join(CORPORA, name.replace('/', `/vpp-${release}/`));
      (existsSync(at) ? it : it.skip)(
        `${release} ${name}: VPP's own capture and its show commands, nothing else`,
        async () => {
          const files = ['rxtx.pcap', 'state.txt'].map((file) => join(at, file));
          const { verdict, audit, notShown } = await audited(bundle(`${release}-${basename(name)}`, files));
          expect(verdict).to.equal('as expected');
          expect(audit?.assumptions).to.deep.equal([]);
          expect(notShown).to.deep.equal([]);
        },
      );
    }

  const changed = join(CORPORA, 'changes', 'vpp-19.08', 'M-change1');
  (existsSync(changed) ? it : it.skip)('changes.vpp is what the node was given meanwhile', async () => {
    // Its numbers are of the frames that arrived alone.
    const { input } = await loadOracleCase(join(changed, '..'), 'M-change1');
    const changes = readFileSync(join(changed, 'changes.vpp'), 'utf8').replace(
      /^# before frame (\d+)$/gm,
      (_, index) => {
        const { seconds, nanoseconds } = input[Number(index)];
        const after = BigInt(seconds - input[0].seconds) * 1_000_000_000n + BigInt(nanoseconds - input[0].nanoseconds);
        return `# at +${String(after / 1_000_000_000n)}.${String(after % 1_000_000_000n).padStart(9, '0')}s`;
      },
    );
    const captures = ['in.pcapng', 'out.pcapng'].map((file) => join(changed, file));
    const script = { 'node.vpp': readFileSync(join(changed, 'config.vpp'), 'utf8') };
    const node = await audited(bundle('changed', captures, { ...script, 'changes.vpp': changes }));
    const unchanged = await audited(bundle('unchanged', captures, script));
    expect(node.audit?.groups).to.deep.equal([]);
    expect(unchanged.verdict).to.equal('different');
  });
});
