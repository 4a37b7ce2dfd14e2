/** What became of a case's input frames against what it expects: drops, counters and ways through the graph. */

import type { Verdict } from '../../outcome/verdicts.js';
import type { CaseDescription } from '../case/case.js';
import { frameName } from '../../capture/input-frames.js';
import { frameNames, parseFrameNumbers, type NameOf } from './frame-numbers.js';
import { groupBy } from '../../pipeline/engine/state/group-by.js';
import { counted } from '../reporters/words.js';

/** Drop reasons of a verdict, 'node: reason' each. */
export const dropsOf = ({ drop }: Pick<Verdict, 'drop'>): string[] => drop?.split('; ') ?? [];

/** 'node: reason' in its parts. */
export function nodeAndReason(name: string): { node: string; reason: string } {
  const colon = name.indexOf(': ');
  return { node: name.slice(0, colon), reason: name.slice(colon + 2) };
}

/** As long as there is one capture, its frames need no more than their number. */
const byNumber: NameOf = (_file, number) => frameName(number, null);

/** Drops of one kind that are told one by one. */
const DROPS_SHOWN = 10;

/**
 * Every drop is listed with its node and reason, and every listed drop happens.
 * @param lost indices of frames that expected packets should have come of which did not leave
 */
export function compareDrops(
  description: CaseDescription,
  verdicts: readonly Verdict[],
  nameOf: NameOf = byNumber,
  lost: ReadonlySet<number> = new Set(),
): string[] {
  const expected = new Map<string, number>();
  for (const { node, reason, count } of description.expect.drops)
    expected.set(`${node}: ${reason}`, (expected.get(`${node}: ${reason}`) ?? 0) + count);
  const drops = verdicts.flatMap((verdict) => dropsOf(verdict).map((drop) => ({ drop, verdict })));
  const dropped = groupBy(drops, ({ drop }) => drop);
  const told = new Map(toldPaths(description, verdicts).map(({ verdict, nodes }) => [verdict, nodes.join(' ')]));
  // A frame whose path the case tells, or of which a packet should have left, and that ended elsewhere is new.
  const isNew = (verdict: Verdict): boolean => {
    const path = told.get(verdict);
    return path === undefined ? lost.has(verdict.frame) : path !== verdict.nodes.join(' ');
  };
  const dropOf = ({ file, number, rx, cause }: Verdict, drop: string): string =>
    `input ${nameOf(file, number)} on ${rx} was dropped (${drop}): ${cause ?? 'no cause recorded'}`;
  return [...new Set([...dropped.keys(), ...expected.keys()])].flatMap((drop) => {
    const count = expected.get(drop) ?? 0;
    const got = (dropped.get(drop) ?? []).map(({ verdict }) => verdict);
    if (got.length < count) return [`expected ${count - got.length} more of the drop "${drop}"`];
    if (count === 0) return got.map((verdict) => dropOf(verdict, drop));
    return got.length === count ? [] : [surplus(drop, count, got, isNew, nameOf)];
  });
}

/** More drops than are listed: which of them are new, where the case tells it of as many as there are too many, or else all. */
function surplus(
  drop: string,
  count: number,
  got: readonly Verdict[],
  isNew: (verdict: Verdict) => boolean,
  nameOf: NameOf,
): string {
  const { node, reason } = nodeAndReason(drop);
  const head = `expected ${counted(count, 'drop')} at ${node} (${reason}), got ${got.length}: `;
  const others = got.filter(isNew);
  const isKnown = others.length === got.length - count;
  const lines = (isKnown ? others : got).map(
    ({ file, number, rx, cause }) =>
      `    ${isKnown ? 'new: ' : ''}${nameOf(file, number)} on ${rx}: ${cause ?? 'no cause recorded'}`,
  );
  const more = lines.length - DROPS_SHOWN;
  const shown = more > 0 ? [...lines.slice(0, DROPS_SHOWN), `    and ${more} more`] : lines;
  return [head + frameNames(got, nameOf), ...shown].join('\n');
}

interface ToldPath {
  readonly frame: number;
  readonly what: string | undefined;
  readonly nodes: readonly string[];
  /** Undefined where the frame was not replayed. */
  readonly verdict: Verdict | undefined;
}

function toldPaths({ expect: { paths = [] } }: CaseDescription, verdicts: readonly Verdict[]): ToldPath[] {
  const byFrame = verdictsByFrame(verdicts);
  const last = lastFrame(verdicts);
  return paths.flatMap(({ frames, what, path }) => {
    const nodes = path.trim().split(/\s+/);
    return parseFrameNumbers(frames, last).map((frame) => ({ frame, what, nodes, verdict: byFrame.get(frame) }));
  });
}

/** Verdicts by the numbers that case.yaml has for frames: from 1 over all captures in time order. */
export const verdictsByFrame = <T extends Pick<Verdict, 'frame'>>(verdicts: readonly T[]): Map<number, T> =>
  new Map(verdicts.map((verdict) => [verdict.frame + 1, verdict]));

export const lastFrame = (verdicts: readonly Pick<Verdict, 'frame'>[]): number => (verdicts.at(-1)?.frame ?? -1) + 1;

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
export function comparePaths(
  description: CaseDescription,
  verdicts: readonly Verdict[],
  nameOf: NameOf = byNumber,
): string[] {
  const last = lastFrame(verdicts);
  return toldPaths(description, verdicts).flatMap(({ frame, what, nodes, verdict }) => {
    const name = verdict === undefined ? frameName(frame, null) : nameOf(verdict.file, verdict.number);
    const words = `input ${name}${what === undefined ? '' : ` (${what})`}`;
    if (verdict === undefined)
      return [`${words}: the case tells its path, but ${absence(frame, last, verdicts.length)}`];
    const difference = pathDifference(nodes, verdict.nodes);
    return difference === null ? [] : [`${words}: ${difference}`];
  });
}

function absence(frame: number, last: number, count: number): string {
  if (frame >= 1 && frame <= last) return 'it was not replayed';
  return `${counted(count, 'frame')} ${count === 1 ? 'was' : 'were'} replayed`;
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
