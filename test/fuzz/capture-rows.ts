/** A capture as plain rows, for comparing: what the reader says of each frame. */

import type { CaptureDamage, CaptureInterface } from '../../src/capture/frame-batch.js';
import { openBatches } from '../../src/capture/input/open-batches.js';

export interface CaptureRow {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
  readonly interfaceIndex: number;
  readonly bytes: Buffer;
}

export interface CaptureRows {
  readonly rows: readonly CaptureRow[];
  readonly interfaces: readonly CaptureInterface[];
  readonly damage: CaptureDamage | null;
}

/** Rejects with CaptureError as openBatches does. */
export async function readRows(path: string): Promise<CaptureRows> {
  const reader = await openBatches(path);
  try {
    const rows: CaptureRow[] = [];
    for (let batch = await reader.next(); batch !== null; batch = await reader.next())
      for (let i = 0; i < batch.count; i++)
        rows.push({
          seconds: batch.seconds[i],
          nanoseconds: batch.nanoseconds[i],
          originalLength: batch.originalLength[i],
          interfaceIndex: batch.interfaceIndex[i],
          bytes: Buffer.from(batch.bytes.subarray(batch.offset[i], batch.offset[i] + batch.capturedLength[i])),
        });
    return { rows, interfaces: reader.interfaces, damage: reader.damage };
  } finally {
    await reader.close();
  }
}

/** Everything of a row as text; times with so many digits of a second. */
export const rowText = (row: CaptureRow, digits: number, interfaceName: string | null): string =>
  [
    interfaceName,
    row.seconds,
    String(row.nanoseconds).padStart(9, '0').slice(0, digits),
    row.originalLength,
    row.bytes.toString('hex'),
  ].join(' ');
