/**
 * Outputs are whole or absent: the built command is killed at seeded moments, and what has its outputs' names afterwards is
 * what had them before, or all of what an undisturbed run writes. VPPCAP_FAULTS sets how many kills; the default is for every day.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { MAIN, ROOT, runVppcap } from '../cli/run-vppcap.js';

const KILLS = Number(process.env['VPPCAP_FAULTS'] ?? 12);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
const OLD = 'what was there before';
const FRAMES_TIMES = 4000;

const OUTPUTS = [
  { name: 'pcap', args: ['-o', 'out.pcap'], files: ['out.pcap'] },
  { name: 'pcapng', args: ['-o', 'out.pcapng'], files: ['out.pcapng'] },
  {
    name: 'folder',
    args: ['-o', 'new/folder/'],
    files: ['new/folder/GigabitEthernet0-8-0.pcap', 'new/folder/tap2.pcap'],
  },
  {
    name: 'drops and verdicts',
    args: ['-o', 'out.pcap', '--drops', 'drops.pcapng', '--verdicts', 'verdicts.jsonl'],
    files: ['out.pcap', 'drops.pcapng', 'verdicts.jsonl'],
  },
];

/** xorshift32: the same moments for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const filesBelow = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

describe(`outputs under ${KILLS} kills`, function () {
  this.timeout(120_000 + KILLS * 5000);
  let folder = '';
  let input = '';
  before(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-faults-'));
    const capture = fs.readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'));
    const frames = Array.from({ length: FRAMES_TIMES }, () => capture.subarray(24));
    input = join(folder, 'in.pcap');
    fs.writeFileSync(input, Buffer.concat([capture.subarray(0, 24), ...frames]));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [k, { name, args, files }] of OUTPUTS.entries()) {
    it(`are whole or absent: ${name}`, async () => {
      const whole = join(folder, `whole-${k}`);
      fs.mkdirSync(whole);
      const start = performance.now();
      expect(runVppcap(['replay', input, '-q', ...args], whole).code).to.equal(0);
      const undisturbed = performance.now() - start;
      const random = seeded(0x5eed + k);
      for (let n = 0; n < Math.ceil(KILLS / OUTPUTS.length); n++) {
        const run = join(folder, `run-${k}-${n}`);
        fs.mkdirSync(run);
        const isOverwriting = random() < 0.5 && !files[0].includes('/');
        if (isOverwriting) for (const file of files) fs.writeFileSync(join(run, file), OLD);
        const signal = SIGNALS[Math.floor(random() * SIGNALS.length)];
        const child = spawn(process.execPath, [MAIN, 'replay', input, '-q', ...args], { cwd: run, stdio: 'ignore' });
        const closed = once(child, 'close');
        await sleep(random() * undisturbed * 1.1);
        child.kill(signal);
        const [code, by] = (await closed) as [number | null, string | null];
        const where = `${signal} in run ${n}`;
        if (code === null) expect(by, where).to.equal(signal);
        else expect(code, where).to.equal(0);
        for (const file of files) {
          const path = join(run, file);
          if (!fs.existsSync(path)) expect([isOverwriting, code], where).to.deep.equal([false, null]);
          else if (isOverwriting && fs.readFileSync(path, 'latin1') === OLD) expect(code, where).to.equal(null);
          else {
            expect(fs.readFileSync(path).equals(fs.readFileSync(join(whole, file))), `${file}: ${where}`).to.equal(
              true,
            );
          }
        }
        const others = filesBelow(run).filter((file) => !files.includes(file));
        if (signal !== 'SIGKILL') {
          expect(others, where).to.deep.equal([]);
          if (code === null && filesBelow(run).length === 0) expect(fs.readdirSync(run), where).to.deep.equal([]);
        } else for (const other of others) expect(other, where).to.match(/\.partial$/);
        fs.rmSync(run, { recursive: true });
      }
    });
  }
});
