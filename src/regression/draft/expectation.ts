/** What came out of a case, in the form in which case.yaml and its captures expect it. */

import { resolve } from 'node:path';
import { groupBy } from '../../pipeline/engine/state/group-by.js';
import { openWriter } from '../../capture/output/open-writer.js';
import type { Verdict } from '../../outcome/verdicts.js';
import type { CaseYaml } from '../case/case-schema.js';
import { dropsOf, lastFrame, nodeAndReason, verdictsByFrame } from '../compare/compare-verdicts.js';
import { frameNumbers, parseFrameNumbers } from '../compare/frame-numbers.js';
import type { PacketRecord } from '../result.js';
import { FrameRecord } from '../../capture/frame-record.js';

type Expect = CaseYaml['expect'];
type Paths = NonNullable<Expect['paths']>;
type Walked = Pick<Verdict, 'frame' | 'nodes'>;

/** Drops and punts by node and reason, in order of their first frames. */
export function expectedDrops(verdicts: readonly Pick<Verdict, 'drop'>[]): NonNullable<Expect['drops']> {
  const drops = groupBy(verdicts.flatMap(dropsOf), (drop) => drop);
  return Array.from(drops, ([drop, { length: count }]) => ({ ...nodeAndReason(drop), count }));
}

/** Counters by node and reason, sorted. */
export function expectedCounters(counters: ReadonlyMap<string, number>): NonNullable<Expect['counters']> {
  const byNode: Record<string, Record<string, number>> = {};
  for (const [name, count] of [...counters].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { node, reason } = nodeAndReason(name);
    byNode[node] = { ...byNode[node], [reason]: count };
  }
  return byNode;
}

/** The entries of `paths` with the ways that their frames go now. An entry whose frames part ways is split. */
export function updatedPaths(paths: Paths, verdicts: readonly Walked[]): Paths {
  const byFrame = verdictsByFrame(verdicts);
  return paths.flatMap((entry): Paths => {
    const frames = parseFrameNumbers(entry.frames, lastFrame(verdicts));
    const groups = expectedPaths(frames.flatMap((frame) => byFrame.get(frame) ?? []));
    if (groups.length === 1 && groups[0].path === entry.path.trim().split(/\s+/).join(' '))
      return [{ ...entry, frames: groups[0].frames }];
    const { what } = entry;
    return groups.map(({ frames: own, path }) => ({ frames: own, ...(what === undefined ? {} : { what }), path }));
  });
}

/** Frames by the way they went, in order of their first frames. */
export const expectedPaths = (verdicts: readonly Walked[]): Paths =>
  Array.from(
    groupBy(verdicts, ({ nodes }) => nodes.join(' ')),
    ([path, own]) => ({ frames: frameNumbers(own.map(({ frame }) => frame + 1)), path }),
  );

/** Writes packets as a capture; the name says in which format. Rejects with OutputError. */
export async function writeExpected(file: string, packets: readonly PacketRecord[]): Promise<void> {
  const names = [...new Set(packets.map(({ interfaceName }) => interfaceName ?? ''))];
  const timestampDigits = packets.some(({ nanoseconds }) => nanoseconds % 1000 !== 0) ? 9 : 6;
  const writer = openWriter(resolve(file), { interfaces: names.map((name) => ({ name })), timestampDigits });
  try {
    for (const { bytes, originalLength, seconds, nanoseconds, interfaceName } of packets) {
      const interfaceIndex = names.indexOf(interfaceName ?? '');
      writer.write(FrameRecord.of(bytes, { originalLength, seconds, nanoseconds, interfaceIndex }));
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
