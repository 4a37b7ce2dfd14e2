/**
 * Pictures of the report's page for docs/ and the README, of the tutorial's capture, taken in Debian's Chromium from the built command:
 *
 *     node scripts/pictures.mjs        writes docs/pictures/*.png, of at most 300 kB each
 */

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const OUT = 'docs/pictures';
const LARGEST_BYTES = 300_000;

if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: apt install chromium`);
const folder = mkdtempSync(join(tmpdir(), 'vppcap-pictures-'));
const at = (name) => join(folder, name);

const vppcap = (...args) => {
  const command = [resolve('dist/bin/vppcap.js'), ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', cwd: folder });
  if (status > 1) throw new Error(`vppcap ${args.join(' ')}: ${stderr}`);
};
const openFlow = (page) => page.locator('button.open').first().click();
const openFrame = (page) => page.locator('details.frame > summary').nth(1).click();
const scrollTo = (selector) => (page) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => element.scrollIntoView());

for (const name of ['tftp-answer-lost.pcap', 'pod-to-internet.pcap']) copyFileSync(join('captures', name), at(name));
const script = readFileSync('configs/contiv-node.vpp', 'utf8');
writeFileSync(at('node.vpp'), script);
writeFileSync(at('wrong.vpp'), script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
vppcap('report', 'tftp-answer-lost.pcap', '-q', '-c', 'node.vpp', '-o', 'report.html');
vppcap('replay', 'pod-to-internet.pcap', '--both', '-q', '-c', 'node.vpp', '-o', 'rxtx.pcapng');
vppcap('audit', 'rxtx.pcapng', '-q', '-c', 'wrong.vpp', '--report', 'audit.html');
// A case that fails, since its node lets another port pass than the one that is expected.
cpSync('expectations/acl-deny-to-pod', at('cases/acl-deny-to-pod'), { recursive: true });
const rules = at('cases/acl-deny-to-pod/node.vpp');
writeFileSync(rules, readFileSync(rules, 'utf8').replace('8080-8080', '9090-9090'));
cpSync('expectations/vxlan', at('cases/vxlan'), { recursive: true });
vppcap('test', 'cases', '-q', '--report', 'suite.html');

const PICTURES = [
  { name: 'report', page: 'report.html', size: [1280, 1000] },
  { name: 'report-story', page: 'report.html', size: [1280, 1000], before: [openFlow, scrollTo('#flows-title')] },
  { name: 'report-dark', page: 'report.html', size: [1280, 1000], colorScheme: 'dark' },
  { name: 'report-phone', page: 'report.html', size: [390, 844] },
  { name: 'report-phone-story', page: 'report.html', size: [390, 844], before: [openFlow, scrollTo('.story')] },
  { name: 'suite', page: 'suite.html', size: [1280, 1000], before: [openFrame, scrollTo('.compared')] },
  { name: 'audit', page: 'audit.html', size: [1280, 1000] },
];

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
mkdirSync(OUT, { recursive: true });
try {
  for (const { name, page: file, size, colorScheme = 'light', before = [] } of PICTURES) {
    const [width, height] = size;
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(at(file)).href);
    for (const action of before) await action(page);
    const path = join(OUT, `${name}.png`);
    await page.screenshot({ path });
    const { size: bytes } = statSync(path);
    if (bytes > LARGEST_BYTES) throw new Error(`${path} has ${bytes} bytes, more than ${LARGEST_BYTES}`);
    console.log(`${path}: ${width} x ${height}, ${bytes} bytes`);
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
