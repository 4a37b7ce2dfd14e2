/** What became of a case's input frames against what it expects: drops, counters and ways through the graph. */

import type { Verdict } from '../pipeline/verdicts.js';
import type { CaseDescription } from './case.js';
import { parseFrameNumbers } from './frame-numbers.js';

/** Drop reasons of a verdict, 'node: reason' each. */
export const dropsOf = ({ drop }: Pick<Verdict, 'drop'>): string[] => drop?.split('; ') ?? [];

/** Every drop is listed with its node and reason, and every listed drop happens. */
export function compareDrops({ expect: { drops } }: CaseDescription, verdicts: readonly Verdict[]): string[] {
  const open = new Map<string, number>();
  for (const { node, reason, count } of drops)
    open.set(`${node}: ${reason}`, (open.get(`${node}: ${reason}`) ?? 0) + count);
  const differences: string[] = [];
  for (const verdict of verdicts) {
    const { frame, rx, cause } = verdict;
    for (const drop of dropsOf(verdict)) {
      const left = open.get(drop) ?? 0;
      if (left > 0) open.set(drop, left - 1);
      else differences.push(`input frame ${frame + 1} on ${rx} was dropped (${drop}): ${cause ?? 'no cause recorded'}`);
    }
  }
  for (const [drop, left] of open) if (left > 0) differences.push(`expected ${left} more of the drop "${drop}"`);
  return differences;
}

/** The counters at the end, where the case tells them: all of them. */
export function compareCounters(
  { expect: { counters } }: CaseDescription,
  actual: ReadonlyMap<string, number>,
): string[] {
  if (counters === undefined) return [];
  const expected = new Map<string, number>(
    Object.entries(counters).flatMap(([node, reasons]) =>
      Object.entries(reasons).map(([reason, count]) => [`${node}: ${reason}`, count] as const),
    ),
  );
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((name) => expected.get(name) !== actual.get(name))
    .map((name) => `counter ${name}: expected ${expected.get(name) ?? 0}, got ${actual.get(name) ?? 0}`);
}

/** Each frame's way through the graph, where the case tells it. */
export function comparePaths({ expect: { paths } }: CaseDescription, verdicts: readonly Verdict[]): string[] {
  return (paths ?? []).flatMap(({ frames, what, path }) => {
    const expected = path.trim().split(/\s+/);
    return parseFrameNumbers(frames, verdicts.length).flatMap((frame) => {
      const words = `input frame ${frame}${what === undefined ? '' : ` (${what})`}`;
      if (frame < 1 || frame > verdicts.length)
        return [`${words}: the case tells its path, but ${verdicts.length} frames were replayed`];
      const difference = pathDifference(expected, verdicts[frame - 1].nodes);
      return difference === null ? [] : [`${words}: ${difference}`];
    });
  });
}

/** The first node that differs, or null. */
function pathDifference(expected: readonly string[], visited: readonly string[]): string | null {
  const length = Math.max(expected.length, visited.length);
  for (let i = 0; i < length; i++) {
    if (expected.at(i) === visited.at(i)) continue;
    const behind = i > 0 ? ` behind ${expected[i - 1]}` : '';
    return `expected ${expected.at(i) ?? 'the end'}${behind}, got ${visited.at(i) ?? 'the end'}`;
  }
  return null;
}
