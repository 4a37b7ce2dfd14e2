/**
 * Distinct paths of traced packets with their counts, as `show trace paths` tells them (VPP 26.06 src/plugins/tracepath/tracepath.c). Its ID is
 * left out: a hash of the indices that a running VPP gave its nodes.
 */

import type { TraceRecords } from '../pipeline/engine/trace/trace-records.js';

/** Paths that are kept; frames of further ones only count. */
const PATHS_KEPT = 10_000;

export class TracePaths {
  private readonly counts = new Map<string, number>();
  private others = 0;

  /** @param most how many are told */
  constructor(private readonly most: number) {}

  /** The frame that ran. */
  add(records: TraceRecords): void {
    const path = records.visited().join();
    const count = this.counts.get(path);
    if (count === undefined && this.counts.size >= PATHS_KEPT) this.others++;
    else this.counts.set(path, (count ?? 0) + 1);
  }

  text(nodeNames: readonly string[]): string {
    const { counts, others, most } = this;
    if (counts.size === 0) return '\nNo trace paths found\n';
    const shown = [...counts].sort(([, a], [, b]) => b - a).slice(0, most);
    const rows = shown.map(([path, count], i) => {
      const names = path.split(',').map((node) => nodeNames[Number(node)]);
      const length = String(names.length).padStart(2);
      return `  [${i}] Count: ${count}  Length: ${length}  Threads: [0]\n      Path: ${names.join(' -> ')}\n\n`;
    });
    const left = counts.size - shown.length;
    const more = left > 0 ? `  ... ${left} more paths not shown (use --max to see more)\n` : '';
    const rest = others > 0 ? `  ... ${others} packets of further paths were not kept apart\n` : '';
    const heading = `Found ${counts.size} unique paths across all threads (showing top ${shown.length}):`;
    return `\n${heading}\n\n${rows.join('')}${more}${rest}`;
  }
}
