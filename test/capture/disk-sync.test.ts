/** A file is brought to the disk in steps, and what any of them met is told at the end. */

import { expect } from 'chai';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskSync } from '../../src/capture/output/disk-sync.js';

const STEP = 32 * 1024 * 1024;

/** Runs with a descriptor of a file that is open for writing. */
async function withFile(use: (descriptor: number) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-'));
  const descriptor = fs.openSync(join(folder, 'out'), 'w');
  try {
    await use(descriptor);
  } finally {
    fs.closeSync(descriptor);
    fs.rmSync(folder, { recursive: true });
  }
}

/** 'EINVAL' …, or '' where nothing is rejected. */
const codeOf = (run: Promise<void>): Promise<string> =>
  run.then(
    () => '',
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'no code',
  );

describe('DiskSync', () => {
  it('finishes where no step was due, and where some were', async () => {
    await withFile(async (descriptor) => {
      const disk = new DiskSync(descriptor);
      disk.keepUp(STEP - 1);
      expect(await codeOf(disk.finish())).to.equal('');
      disk.keepUp(STEP);
      disk.keepUp(2 * STEP);
      await disk.rest();
      disk.keepUp(3 * STEP);
      expect(await codeOf(disk.finish())).to.equal('');
    });
  });

  it('tells at the next step, and at the end, what a step met', async () => {
    // What is no file on a disk cannot be brought to one.
    const descriptor = fs.openSync('/dev/null', 'w');
    const disk = new DiskSync(descriptor);
    disk.keepUp(STEP);
    await disk.rest();
    expect(() => {
      disk.keepUp(2 * STEP);
    }).to.throw('EINVAL');
    expect(await codeOf(disk.finish())).to.equal('EINVAL');
    fs.closeSync(descriptor);
  });
});
