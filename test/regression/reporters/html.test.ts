/** The HTML report in a browser: what it shows, that it needs nothing else, and that nothing of a capture or a script gets loose. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { html as reporter } from '../../../src/regression/reporters/html.js';
import { visible } from '../../../src/report/page.js';
import type { CaseResult, PacketRecord, SuiteSummary } from '../../../src/regression/result.js';
import { testCase } from '../../../src/regression/test-case.js';
import { ROOT } from '../../cli/run-vppcap.js';
import { Browser, hasChromium } from './browser.js';

/** Everything that a browser might take for more than text. */
const HOSTILE = `</pre></script><script>pwned=1</script><img src=x onerror="pwned=1">'"><svg onload=pwned=1> \u202e&amp; javascript:`;
/** As a reader sees it: the mark that turns the direction of writing by its number. */
const SHOWN = HOSTILE.replace('\u202e', '\\u202e');

const packet = (bytes: readonly number[], interfaceName = 'tap0'): PacketRecord => ({
  frame: 1,
  interfaceName,
  seconds: 0,
  nanoseconds: 0,
  originalLength: bytes.length,
  bytes: Uint8Array.from(bytes),
});

const base: CaseResult = {
  name: 'plain',
  folder: 'suite/plain',
  title: 'Nothing special',
  origin: 'by hand',
  status: 'passed',
  differences: [],
  notes: [],
  tolerances: [],
  packets: { received: 1, sent: 1, expected: 1 },
  milliseconds: 1,
  exitCode: 0,
  verify: null,
  detail: null,
};

/** Every text of strangers is hostile. */
const HOSTILE_CASE: CaseResult = {
  ...base,
  name: HOSTILE,
  folder: HOSTILE,
  title: `title ${HOSTILE}`,
  status: 'failed',
  differences: [{ kind: 'packets', message: HOSTILE, file: HOSTILE }],
  notes: [HOSTILE],
  tolerances: [HOSTILE],
  detail: {
    received: [
      {
        name: HOSTILE,
        packet: packet([...Buffer.from(`<b>&"'${HOSTILE}`)], HOSTILE),
        verdict: {
          frame: 0,
          rx: HOSTILE,
          nodes: ['ethernet-input', HOSTILE],
          drop: HOSTILE,
          out: [],
          counters: {},
          file: HOSTILE,
          number: 1,
          disposition: 'dropped',
          cause: HOSTILE,
        },
        decisions: [{ node: HOSTILE, text: HOSTILE, config: { file: HOSTILE, line: 1, text: HOSTILE } }],
        remedy: HOSTILE,
      },
    ],
    sent: [],
    expected: [],
  },
  coverage: {
    configuration: HOSTILE,
    frames: 1,
    items: [
      {
        kind: 'ACL rule',
        name: HOSTILE,
        text: HOSTILE,
        origin: `${HOSTILE}:1`,
        packets: 0,
        sessionPackets: 0,
        unreachable: { why: 'shadowed', text: HOSTILE, by: [HOSTILE] },
      },
    ],
  },
};

async function report(results: readonly CaseResult[]): Promise<string> {
  let text = '';
  const write = (part: string): void => void (text += part);
  const made = await reporter.create({ write, hasColors: false, root: ROOT });
  made.start?.({ folders: ['suite'], cases: results.map(({ name }) => name), shard: null });
  for (const result of results) made.result(result);
  const count = (status: CaseResult['status']): number => results.filter((result) => result.status === status).length;
  const summary: SuiteSummary = {
    passed: count('passed'),
    accepted: 0,
    failed: count('failed'),
    errors: 0,
    skipped: 0,
    milliseconds: 1234,
    exitCode: 1,
  };
  await made.end(summary);
  return text;
}

describe('HTML of the report', () => {
  it('shows characters that would not be seen, or would turn others around', () => {
    expect(visible('a\0b\u001bc\u202ed\n')).to.equal('a\u2400b\u241bc\\u202ed\n');
  });
});

describe('HTML report in Chromium', function () {
  this.timeout(120_000);
  let browser: Browser | null = null;
  before(async function () {
    if (!hasChromium) this.skip();
    browser = await Browser.start();
  });
  after(() => browser?.close());

  const show = async (results: readonly CaseResult[], change = (text: string): string => text): Promise<Browser> => {
    if (!browser) throw new Error('no browser');
    await browser.show(change(await report(results)));
    await unfold(browser);
    return browser;
  };
  /** Frames are drawn where their case is open, and their stories where they are. */
  const unfold = async (page: Browser): Promise<void> => {
    for (let i = 0; i < 3; i++)
      await page.evaluate(
        `document.querySelectorAll('details').forEach((each) => { each.open = true; });
         new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))`,
      );
  };
  const search = async (page: Browser, words: string): Promise<void> => {
    await page.evaluate(
      `search.value = ${JSON.stringify(words)}; search.dispatchEvent(new Event('input', { bubbles: true }));
       new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))`,
    );
  };
  const real = async (name: string): Promise<CaseResult> => {
    const found = { name, folder: join(ROOT, 'expectations', name) };
    const options = { allowed: [join(ROOT, 'captures')], needsDetail: true, needsCoverage: true };
    return (await testCase(found, options)).result;
  };
  const PWNED = `'pwned' in window`;

  it('shows hostile text as text, and asks nobody for anything', async () => {
    const page = await show([HOSTILE_CASE, base]);
    expect(await page.evaluate(PWNED)).to.equal(false);
    expect(await page.evaluate(`document.querySelectorAll('img, svg, iframe, link, script').length`)).to.equal(2);
    expect(page.requests).to.have.length(1);
    expect(page.complaints).to.deep.equal([]);
    for (const selector of [
      '.case .name',
      '.case .title',
      '.differences p',
      '.frame .from',
      '.path li:last-child',
      '.cause',
      '.story li',
      '.story .config-line',
      '.configuration .name',
      '.never p',
      '.never .text',
    ])
      expect((await page.texts(selector))[0], selector).to.contain(SHOWN);
  });

  it('runs no script but its own, even if one got in', async () => {
    const page = await show([base], (text) =>
      text.replace(
        '<div id="app">',
        '<script>pwned=1</script><img src=x onerror=pwned=1><p id=in onclick=pwned=1>in</p><div id="app">',
      ),
    );
    await page.evaluate(`document.getElementById('in').click()`);
    expect(await page.evaluate(PWNED)).to.equal(false);
    expect(page.complaints.join()).to.contain('Content Security Policy');
  });

  it('marks exactly the bytes that differ, and names the fields', async () => {
    const page = await show([await real('pod-to-internet')]);
    const within = '.frame:nth-of-type(5)';
    // MACs, of which some octets are the same; TTL; IP checksum and source; port; TCP checksum.
    const marks = await page.texts(`${within} details:last-of-type .bytes mark`);
    expect(marks.filter((mark) => /^[0-9a-f]{2}$/.test(mark)).join(' ')).to.equal(
      '08 00 27 02 a5 36 08 27 44 9f d8 3f 6c ae c0 a8 10 01 64 c9 07 de',
    );
    expect(await page.texts(`${within} .changes tbody th`)).to.deep.equal([
      'eth.dst',
      'eth.src',
      'ip4.ttl',
      'ip4.checksum',
      'ip4.src',
      'tcp.srcport',
      'tcp.checksum',
    ]);
    expect(await page.texts(`${within} .changes tbody tr:nth-child(5) td`)).to.deep.equal(['10.1.1.3', '192.168.16.1']);
    expect((await page.texts(`${within} .path li`)).slice(0, 3)).to.deep.equal([
      'ethernet-input',
      'ip4-input',
      'acl-plugin-in-ip4-fa',
    ]);
  });

  it('a closed row tells why a frame was dropped, an open one which rule decided', async () => {
    const page = await show([await real('acl-deny-to-pod')]);
    const denied = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.frame:has(summary .cause)')].map((each) => each.querySelector('summary').textContent)`,
    );
    expect(denied.filter((row) => row.includes('denied on output of tap1 by ACL 0 "to-pod" rule 1'))).not.to.deep.equal(
      [],
    );
    expect((await page.texts('.frame:has(summary .cause) .story li')).join('\n')).to.match(
      /acl-plugin-out-ip4-fa on tap1 rule 1 of ACL 0 "to-pod".*node\.vpp:13/,
    );
  });

  it('a search finds frames, and shows their cases with them alone', async () => {
    const page = await show([await real('acl-deny-to-pod'), await real('pod-to-internet')]);
    const all = (await page.texts('.frame')).length;
    await search(page, 'denied to-pod');
    expect(await page.texts('.case > summary .name')).to.deep.equal(['acl-deny-to-pod']);
    for (const row of await page.texts('.frame > summary')) expect(row).to.match(/denied on output of tap1/);
    await search(page, '');
    await unfold(page);
    expect(await page.texts('.frame')).to.have.length(all);
  });

  it('says below a difference what decided so, on a line of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-html-'));
    cpSync(join(ROOT, 'expectations', 'acl-deny-to-pod'), folder, { recursive: true });
    const node = join(folder, 'node.vpp');
    writeFileSync(node, readFileSync(node, 'utf8').replace('8080-8080', '9090-9090'));
    const { result } = await testCase({ name: 'denied', folder }, { allowed: [], needsDetail: true });
    rmSync(folder, { recursive: true });
    const page = await show([result]);
    // A case has a text as it is shown once it is drawn, which waits for it to come into view.
    const difference = await page.evaluate<string>(
      `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
        .then(() => document.querySelector('.differences p').innerText)`,
    );
    const [first, second] = difference.split('\n');
    expect(first).to.match(/^frame 1 on tap1 of the expected capture is missing: /);
    expect(second.trim()).to.match(
      /^rx frame 2 on GigabitEthernet0\/8\/0, dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1 .*node\.vpp:13$/,
    );
  });

  it('draws the nodes from left to right', async () => {
    const page = await show([await real('acl-deny-to-pod')]);
    await page.resize(1280, 900, 'light');
    const boxes = await page.evaluate<{ left: number; right: number }[]>(
      `[...document.querySelector('.path').children].map((item) => {
        const { left, right } = item.getBoundingClientRect();
        return { left, right };
      })`,
    );
    expect(boxes).to.have.length(7);
    for (const [i, { left }] of boxes.slice(1).entries())
      expect(left, `node ${i + 1}`).to.be.greaterThan(boxes[i].right);
  });

  it('finds cases by name and by state', async () => {
    const page = await show([base, { ...base, name: 'other', status: 'failed', exitCode: 1 }]);
    const names = (): Promise<string[]> => page.texts('.case .name');
    expect(await names()).to.deep.equal(['plain', 'other']);
    await search(page, 'OTHer');
    expect(await names()).to.deep.equal(['other']);
    await page.evaluate(`document.querySelector('input[value=failed]').click()`);
    await search(page, 'OTHer');
    expect(await names()).to.deep.equal([]);
    expect(await page.texts('#none')).to.have.length(1);
    await search(page, '');
    expect(await names()).to.deep.equal(['plain']);
  });

  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const)
    it(`has no fault that axe finds, ${width} wide and ${colorScheme}`, async () => {
      const page = await show([await real('acl-deny-to-pod'), HOSTILE_CASE]);
      await page.resize(width, 844, colorScheme);
      expect(await page.faults()).to.deep.equal([]);
      const isDark = await page.evaluate(`getComputedStyle(document.body).backgroundColor === 'rgb(18, 22, 29)'`);
      expect(isDark).to.equal(colorScheme === 'dark');
    });

  it('lists what was never exercised, and why it cannot be', async () => {
    const page = await show([HOSTILE_CASE, await real('acl-deny-to-pod')]);
    expect(await page.texts('.bars .count')).to.deep.equal(['0 / 1, 1 out of reach', '2 / 2', '0 / 1', '1 / 2']);
    expect(await page.texts('.never .tag')).to.deep.equal(['shadowed']);
    expect((await page.texts('.never .line')).slice(1)).to.deep.equal(['node.vpp:12', 'node.vpp:10']);
  });
});
