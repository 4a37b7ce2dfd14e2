/** Reads a whole capture into plain rows, checking the room around every frame on the way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import type { CaptureDamage, CaptureInterface } from '../../src/capture/frame-batch.js';
import { openBatches } from '../../src/capture/input/open-batches.js';

export interface Row {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly hex: string;
  readonly originalLength: number;
  readonly interfaceIndex: number;
  /** Only where the capture tells. */
  readonly direction?: number;
}

export interface Capture {
  readonly rows: Row[];
  readonly interfaces: readonly CaptureInterface[];
  readonly damage: CaptureDamage | null;
}

export async function readAll(path: string): Promise<Capture> {
  const reader = await openBatches(path);
  const rows: Row[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    expect(batch.count).to.be.within(1, batch.capacity);
    let freeFrom = 0;
    for (let i = 0; i < batch.count; i++) {
      const at = batch.offset[i];
      const end = at + batch.capturedLength[i];
      if (at - HEADROOM_BYTES < freeFrom) throw new Error(`frame ${i} has ${at - freeFrom} bytes of headroom`);
      if (end + TAILROOM_BYTES > batch.bytes.length) throw new Error(`frame ${i} has no tailroom`);
      freeFrom = end;
      rows.push({
        seconds: batch.seconds[i],
        nanoseconds: batch.nanoseconds[i],
        hex: Buffer.from(batch.bytes.subarray(at, end)).toString('hex'),
        originalLength: batch.originalLength[i],
        interfaceIndex: batch.interfaceIndex[i],
        ...(batch.hasDirections && batch.direction[i] !== 0 ? { direction: batch.direction[i] } : {}),
      });
      batch.bytes.fill(0xa5, at - HEADROOM_BYTES, end); // the bytes are lent: whatever is done to them is our business
    }
  }
  await reader.close();
  return { rows, interfaces: reader.interfaces, damage: reader.damage };
}

/** A directory for the test's files, and how to read bytes as if they were a file in it. */
export class TemporaryDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'vppcap-'));

  file(name: string, bytes: Buffer): string {
    const path = join(this.path, name);
    writeFileSync(path, bytes);
    return path;
  }

  read(bytes: Buffer, name = 'x.pcap'): Promise<Capture> {
    return readAll(this.file(name, bytes));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The message an action rejects or throws with, without the directory; fails if it does neither. */
export async function messageOf(directory: TemporaryDirectory, action: () => unknown, name: string): Promise<string> {
  try {
    await action();
  } catch (error) {
    expect(error).to.be.instanceOf(Error).with.property('name', name);
    return (error as Error).message.replaceAll(`${directory.path}/`, '');
  }
  throw new Error(`expected ${name}`);
}
