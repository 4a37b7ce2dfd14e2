/** Flows, as tables number them, and what is counted of each until it is written. */

import type { FlowKey } from '../outcome/flow-key.js';
import type { TableFile } from '../parquet/table-file.js';

/** Flows that are known at once; after that they are told anew. */
const FLOWS_KNOWN = 50_000;

export class TableFlows {
  /** Of the first flow that is known. */
  private base = 0;
  private readonly ofKey = new Map<string, number>();
  private readonly texts: (readonly [rx: string, protocol: string, source: string, destination: string])[] = [];
  private readonly frames = new Int32Array(FLOWS_KNOWN);
  private readonly bytes = new Float64Array(FLOWS_KNOWN);
  private readonly transmitted = new Int32Array(FLOWS_KNOWN);
  private readonly first = new Float64Array(FLOWS_KNOWN);
  private readonly last = new Float64Array(FLOWS_KNOWN);

  /** The number of a flow; -1 where it is new and no more can be known: `write` forgets all. */
  of(rx: string, { protocol, source, destination }: FlowKey, time: number): number {
    const key = `${rx} ${protocol} ${source} ${destination}`;
    const known = this.ofKey.get(key);
    if (known !== undefined) return known;
    const index = this.texts.length;
    if (index === FLOWS_KNOWN) return -1;
    this.texts.push([rx, protocol, source, destination]);
    this.frames[index] = 0;
    this.bytes[index] = 0;
    this.transmitted[index] = 0;
    this.first[index] = time;
    this.ofKey.set(key, this.base + index);
    return this.base + index;
  }

  count(flow: number, length: number, isTransmitted: boolean, time: number): void {
    const index = flow - this.base;
    this.frames[index]++;
    this.bytes[index] += length;
    if (isTransmitted) this.transmitted[index]++;
    this.last[index] = time;
  }

  /** Writes all flows and forgets them. Throws OutputError. */
  write(run: string, file: TableFile): void {
    this.texts.forEach((texts, i) => {
      const counts = [this.frames[i], this.bytes[i], this.transmitted[i], this.first[i], this.last[i]];
      file.add(run, this.base + i, ...texts, ...counts);
    });
    this.base += this.texts.length;
    this.texts.length = 0;
    this.ofKey.clear();
  }
}
