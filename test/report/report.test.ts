/** The page of a replay: what is collected, and what a reader sees of it in Debian's Chromium. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeTraffic } from '../../bench/traffic.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { builtInScript } from '../../src/config/locate.js';
import type { ReportData } from '../../src/report/report-data.js';
import { replayWithReport } from '../../src/report/report.js';
import { TimelineCounts } from '../../src/report/timeline.js';
import { Browser, hasChromium } from '../regression/reporters/browser.js';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';

const LOST = join(ROOT, 'captures/tftp-answer-lost.pcap');
const LARGEST_PAGE = 5_000_000;

const dataOf = (page: string): ReportData =>
  JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? '') as ReportData;

describe('report', function () {
  this.timeout(120_000);
  let folder = '';
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-report-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function reportOf(capture: string, interfaceName: string | null = null): Promise<string> {
    const script = parseScriptFile(builtInScript());
    const captures = [{ path: capture, interfaceName }];
    const options = { captures, script, output: null, drops: null, verdicts: null };
    await replayWithReport(options, at('page.html'), 'vppcap');
    return readFileSync(at('page.html'), 'utf8');
  }

  describe('of the tutorial’s capture', () => {
    let data: ReportData;
    before(async () => {
      data = dataOf(await reportOf(LOST));
    });

    it('tells in a sentence what happened', () => {
      expect(data.headline).to.match(/^Of 8 frames of .*, 4 left and 4 did not, all because: denied on output of tap2/);
      expect(data.numbers.map(({ value, words }) => `${value} ${words}`)).to.include.members([
        '8 received',
        '4 sent on',
        '4 dropped or punted',
      ]);
    });

    it('joins both ways of a flow, through NAT44', () => {
      const dns = data.flows.find(({ client }) => client === '10.1.1.3:40001');
      expect(dns).to.include({
        ...{ protocol: 'UDP', server: '8.8.8.8:53', translated: '192.168.16.1:16253 → 8.8.8.8:53' },
        ...{ rx: 'tap2', tx: 'GigabitEthernet0/8/0', dropped: 0, first: 0, last: 0.02148 },
      });
      expect(dns?.packets).to.deep.equal([1, 1]);
      expect(dns?.bytes).to.deep.equal([76, 92]);
    });

    it('tells the story of the packet that is lost, with its lines', () => {
      const lost = data.flows.filter(({ dropped }) => dropped > 0);
      expect(lost.map(({ client, packets }) => [client, ...packets])).to.deep.equal([
        ['192.0.2.69:40741', 3, 0],
        ['192.0.2.69:40742', 1, 0],
      ]);
      const story = data.stories[lost[0].stories[0]];
      expect(story).to.include({ frame: 'frame 4', rx: 'GigabitEthernet0/8/0', how: 'dropped' });
      const last = story.steps[story.steps.length - 1];
      expect(last.node).to.equal('acl-plugin-out-ip4-fa');
      expect(data.configuration[last.line].text).to.match(/^set acl-plugin acl tag pod permit/);
      expect(data.causes).to.have.lengthOf(1);
      expect(data.causes[0]).to.include({ count: 4, flows: 2, how: 'dropped', firstFrame: 'frame 4' });
      expect(data.causes[0].remedy).to.match(/^a rule that permits it has to come before rule 4 of ACL 4/);
    });

    it('shows which bytes are otherwise when a packet leaves', () => {
      const story = data.stories.find(({ frame }) => frame === 'frame 1');
      const changes = new Map(story?.changes.map(({ field, before, after }) => [field, [before, after]]));
      expect(changes.get('ip4.src')).to.deep.equal(['10.1.1.3', '192.168.16.1']);
      expect(changes.get('udp.srcport')).to.deep.equal(['40001', '16253']);
      expect(changes.get('ip4.ttl')).to.deep.equal(['64', '63']);
    });

    it('has the sessions at the end as VPP prints them', () => {
      const nat = data.sessions.find(({ command }) => command === 'show nat44 sessions detail');
      expect(nat?.text).to.match(/^ {2}10\.1\.1\.3: 2 dynamic translations, 0 static translations$/m);
      expect(nat?.text).to.match(/^ {4}o2i 192\.168\.16\.1 proto udp port 16253 fib 0$/m);
    });

    it('counts packets by node and way', () => {
      const nodes = data.graph.map(({ name }) => name);
      const denied = data.paths.filter(({ nodes: path }) => path.some((node) => nodes[node] === 'error-drop'));
      expect(denied.reduce((sum, { frames }) => sum + frames, 0)).to.equal(4);
      expect(data.paths.reduce((sum, { frames }) => sum + frames, 0)).to.equal(8);
    });
  });

  it('a timeline has as many intervals as a page shows, and loses nothing', () => {
    const counts = new TimelineCounts();
    for (let n = 0; n < 5000; n++) counts.count('frames', 1000 + n * n * 1e-3);
    const { start, interval, frames } = counts.result();
    expect(start).to.equal(1000);
    expect(frames.length).to.be.lessThanOrEqual(600);
    expect(frames.reduce((sum, one) => sum + one, 0)).to.equal(5000);
    expect(frames[0]).to.equal(Math.ceil(Math.sqrt(interval / 1e-3)));
  });

  it('the page stays small, whatever the capture', async () => {
    writeTraffic(at('many.pcap'), { frames: 60_000, frameBytes: 60, flows: 30_000 });
    const page = await reportOf(at('many.pcap'), 'tap2');
    expect(page.length).to.be.lessThan(LARGEST_PAGE);
    const { flows, otherFlows } = dataOf(page);
    expect(flows.length + otherFlows.flows).to.equal(30_000);
    const packets = flows.reduce((sum, flow) => sum + flow.packets[0] + flow.packets[1], 0);
    expect(packets + otherFlows.packets).to.equal(60_000);
  });

  it('is made on the command line, by a command and beside a replay', () => {
    const [alone, beside] = [at('alone.html'), at('beside.html')];
    expect(runVppcap(['report', LOST, '-o', alone]).stdout).to.match(/^received 8 = transmitted 4 \+ dropped 4/);
    runVppcap(['replay', LOST, '-o', at('out.pcapng'), '--report', beside, '-q']);
    expect(readFileSync(beside, 'utf8')).to.equal(readFileSync(alone, 'utf8'));
  });

  it('the licences of what is in the page come with it, also of what a library has in it', () => {
    const licenses = readFileSync(join(ROOT, 'dist/page/LICENSES.txt'), 'utf8');
    const names = Array.from(licenses.matchAll(/^(\S+) \d+\.\d+\.\d+ \(MIT\)$/gm), ([, name]) => name);
    expect(names).to.deep.equal(['@dagrejs/dagre', '@dagrejs/graphlib', 'preact', 'uplot']);
    expect(licenses.match(/^Copyright|^The MIT License|Copyright \(c\)/gim)?.length).to.be.at.least(names.length);
  });

  describe(`in a browser${hasChromium ? '' : ' (skipped: no Chromium)'}`, () => {
    let browser: Browser;
    before(async function () {
      if (!hasChromium) this.skip();
      browser = await Browser.start();
    });
    after(async () => {
      if (hasChromium) await browser.close();
    });

    const rows = (): Promise<string[]> => browser.texts('table.flows tbody tr:not(.detail) td:nth-child(2)');
    const click = (selector: string, nth = 0): Promise<unknown> =>
      browser.evaluate(
        `document.querySelectorAll(${JSON.stringify(selector)})[${nth}].dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
      );
    const type = (words: string): Promise<unknown> =>
      browser.evaluate(
        `(() => { const field = document.querySelector('input[type=search]'); field.value = ${JSON.stringify(words)}; field.dispatchEvent(new Event('input', { bubbles: true })); })()`,
      );
    /** Preact draws in the next turn. */
    const drawn = (): Promise<unknown> =>
      browser.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');

    it('shows all parts, asks for nothing else and complains of nothing', async () => {
      const url = await browser.show(await reportOf(LOST));
      const titles = [
        'Node graph',
        'Time',
        'Flows',
        'Drops by cause',
        'Configuration',
        'Sessions at the end',
        'Counters',
      ];
      expect(await browser.texts('h2')).to.deep.equal(titles);
      expect(await rows()).to.have.lengthOf(4);
      expect(browser.requests).to.deep.equal([url]);
      expect(browser.complaints).to.deep.equal([]);
    });

    it('search, drops, nodes and lines narrow the flows down', async () => {
      await browser.show(await reportOf(LOST));
      await type('tftp nothing');
      await drawn();
      expect(await rows()).to.deep.equal([]);
      await type('8.8.8.8');
      await drawn();
      expect(await rows()).to.deep.equal(['10.1.1.3:40001']);
      await type('');
      await click('.drops button');
      await drawn();
      expect(await rows()).to.deep.equal(['192.0.2.69:40741', '192.0.2.69:40742']);
      await click('.chosen-words button');
      await drawn();
      expect(await rows()).to.have.lengthOf(4);
      const nodes = await browser.texts('g.node');
      await click(
        'g.node',
        nodes.findIndex((text) => text.includes('nat44-in2out-output-slowpath')),
      );
      await drawn();
      expect(await rows()).to.have.members(['10.1.1.3:40001', '10.1.1.3:50123']);
    });

    it('a flow opens its story', async () => {
      await browser.show(await reportOf(LOST));
      await click('button.open');
      await drawn();
      const [story] = await browser.texts('.story');
      expect(story)
        .to.match(/frame 4, on GigabitEthernet0\/8\/0/)
        .and.to.match(/It was dropped: denied on output of tap2/);
    });

    it('a column sorts', async () => {
      await browser.show(await reportOf(LOST));
      await click('table.flows thead button', 1);
      await drawn();
      const clients = ['10.1.1.3:40001', '10.1.1.3:50123', '192.0.2.69:40741', '192.0.2.69:40742'];
      expect(await rows()).to.deep.equal(clients);
      await click('table.flows thead button', 1);
      await drawn();
      expect(await rows()).to.deep.equal(clients.toReversed());
    });

    it('nothing of a name is markup', async () => {
      const hostile = at('<img src=x onerror=alert(1)>&amp;\u2028.pcap');
      copyFileSync(LOST, hostile);
      await browser.show(await reportOf(hostile));
      expect((await browser.texts('h1'))[0]).to.contain('<img src=x onerror=alert(1)>&amp;');
      expect(await browser.evaluate('document.images.length')).to.equal(0);
      expect(browser.complaints).to.deep.equal([]);
    });

    describe('beside what was judged', () => {
      const HOSTILE = '<script>alert(1)</script>';
      let audited = '';
      before(() => {
        const script = readFileSync(builtInScript(), 'utf8');
        const [node, both, page] = [at('wrong.vpp'), at('both.pcapng'), at('audit.html')];
        const wrong = script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n');
        writeFileSync(node, wrong.replace('acl tag reflective', `acl tag ${HOSTILE.replaceAll(' ', '')}`));
        runVppcap(['replay', join(ROOT, 'captures/pod-to-internet.pcap'), '--both', '-q', '-o', both]);
        expect(runVppcap(['audit', both, '-c', node, '--report', page, '-q']).code).to.equal(1);
        audited = readFileSync(page, 'utf8');
      });

      it('an audit shows its differences by cause, and the line behind them', async () => {
        await browser.show(audited);
        expect((await browser.texts('h2'))[0]).to.equal('Differences by cause');
        expect(await browser.texts('.findings > li > details > summary')).to.deep.equal([
          '5 changed: the node translated it otherwise',
          '1 unexpected: the node sent what the model drops',
        ]);
        const [{ place, command }] = dataOf(audited).findings?.groups[0].decisions ?? [];
        expect([place, command]).to.deep.equal([`${at('wrong.vpp')}:172`, 'nat44 add address 192.168.16.9']);
        expect((await browser.texts('.findings a'))[0]).to.equal('wrong.vpp:172');
        expect(await browser.evaluate('document.scripts.length')).to.equal(2);
        expect((await browser.texts('.script')).join()).to.contain(HOSTILE);
        expect(browser.complaints).to.deep.equal([]);
      });

      it('a diff shows its changes, before and after', async () => {
        const page = at('diff.html');
        const closed = at('closed.vpp');
        const script = readFileSync(builtInScript(), 'utf8');
        writeFileSync(closed, script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
        const both = ['-c', builtInScript(), '-c', closed];
        expect(runVppcap(['diff', LOST, ...both, '--report', page, '-q']).code).to.equal(1);
        await browser.show(readFileSync(page, 'utf8'));
        expect((await browser.texts('h2'))[0]).to.equal('Changes by what decided');
        const [address] = await browser.texts('.findings > li');
        expect(address).to.contain('closed.vpp:172').and.to.contain('contiv-node.vpp:172');
        expect((await browser.texts('h1'))[0]).to.equal('2 of 5 flows change, with 3 of 8 frames.');
        expect(await browser.faults()).to.deep.equal([]);
        expect(browser.complaints).to.deep.equal([]);
      });

      it('has no fault that axe finds', async () => {
        await browser.resize(390, 900, 'dark');
        await browser.show(audited);
        expect(await browser.faults()).to.deep.equal([]);
      });
    });

    for (const [width, colorScheme] of [
      [1280, 'light'],
      [390, 'light'],
      [1280, 'dark'],
    ] as const)
      it(`has no fault that axe finds, ${width} wide and ${colorScheme}`, async () => {
        await browser.resize(width, 900, colorScheme);
        await browser.show(await reportOf(LOST));
        await click('button.open');
        await drawn();
        expect(await browser.faults()).to.deep.equal([]);
      });
  });
});
