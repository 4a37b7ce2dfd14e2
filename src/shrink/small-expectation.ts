/** What a case expects of the few frames that are kept. */

import { basename, extname } from 'node:path';
import type { Verdict } from '../outcome/verdicts.js';
import type { CaseYaml } from '../regression/case/case-schema.js';
import { dropsOf, verdictsByFrame } from '../regression/compare/compare-verdicts.js';
import { frameNumbers } from '../regression/compare/frame-numbers.js';
import { expectedDrops } from '../regression/draft/expectation.js';
import type { CaseReplay } from '../regression/replay-case.js';
import type { PacketRecord } from '../regression/result.js';
import type { Difference, PacketPlace } from '../verify/report/report.js';
import { pathsOf, type FailedCase } from './failed-case.js';
import { holdFiles } from './held-captures.js';

/** A frame that is kept: where it was among all, and what became of it then and becomes of it now. */
export interface Kept {
  readonly index: number;
  readonly was: Verdict | undefined;
  readonly is: Verdict | undefined;
}

export const keptFrames = (indices: readonly number[], { replay }: FailedCase, now: CaseReplay): Kept[] => {
  const [was, is] = [verdictsByFrame(replay.verdicts), verdictsByFrame(now.verdicts)];
  return indices.map((index, i) => ({ index, was: was.get(index + 1), is: is.get(i + 1) }));
};

/** What the case tells of the ways of frames that are kept, by their numbers now; not of those that only go another way since fewer came before. */
export const keptPaths = (failed: FailedCase, kept: readonly Kept[]): CaseYaml['expect']['paths'] =>
  pathsOf(failed).flatMap(({ numbers, ...entry }) => {
    const own = kept.flatMap(({ index, was, is }, i) =>
      numbers.includes(index + 1) && is?.nodes.join(' ') === was?.nodes.join(' ') ? i + 1 : [],
    );
    return own.length === 0 ? [] : { ...entry, frames: frameNumbers(own) };
  });

/** Drops of the frames that are kept; of the last one only those that the case has room for. */
export function keptDrops({ regressionCase, replay }: FailedCase, kept: readonly Kept[]): CaseYaml['expect']['drops'] {
  const { drops } = regressionCase.description.expect;
  const all = replay.verdicts.flatMap(dropsOf);
  const expectedOf = (drop: string): number =>
    drops.reduce((sum, { node, reason, count }) => sum + (`${node}: ${reason}` === drop ? count : 0), 0);
  const isSurplus = (drop: string): boolean => all.filter((one) => one === drop).length > expectedOf(drop);
  const own = kept.flatMap(({ was }) => was ?? []);
  const last = own.at(-1);
  const happen = own.map((verdict) => ({
    drop:
      verdict === last
        ? dropsOf(verdict)
            .filter((drop) => !isSurplus(drop))
            .join('; ') || null
        : verdict.drop,
  }));
  // A frame that leaves although it should not: what it should have been dropped by is one that is missing.
  const missing = drops.find(({ node, reason }) => {
    const drop = `${node}: ${reason}`;
    return all.filter((one) => one === drop).length < expectedOf(drop);
  });
  const should = missing !== undefined && last?.drop === null ? [{ drop: `${missing.node}: ${missing.reason}` }] : [];
  return expectedDrops([...happen, ...should]);
}

interface ExpectedFile {
  readonly name: string;
  readonly interfaceName: string | null;
  readonly packets: readonly PacketRecord[];
}

/**
 * What the case expects of the frames that are kept: what they send now where what they sent was as expected, else the packets of the
 * expected captures that it differed from.
 * @param first the difference that is to be there still, where it is of a packet
 */
export async function keptPackets(
  { regressionCase, replay, verify }: FailedCase,
  first: Difference | null,
  kept: readonly Kept[],
  now: CaseReplay,
): Promise<ExpectedFile[]> {
  const { expected, description } = regressionCase;
  const theirs = await holdFiles(expected);
  const packetAt = (place: PacketPlace | null, k: number): PacketRecord[] =>
    theirs.frames
      .filter(({ capture, number }) => place?.capture === k && capture === k && number === place.frame)
      .map((one) => ({
        ...one,
        frame: one.number,
        interfaceName: theirs.captures[k].interfaces[one.interfaceIndex].name,
      }));
  const differences = verify === null ? [] : [...verify.groups.map(({ first }) => first), ...verify.differences];
  const { map } = description.compare;
  return expected.map(({ file, interfaceName }, k) => {
    const isNameless = theirs.captures[k].interfaces.every(({ name }) => name === null);
    const packets = kept.flatMap(({ was, is }): PacketRecord[] =>
      (was?.out ?? []).flatMap((n, i): PacketRecord[] => {
        const sent = replay.sent[n];
        if (interfaceName !== null && sent.interfaceName !== interfaceName) return [];
        const difference = differences.find(({ actual }) => actual?.frame === sent.frame);
        if (difference !== undefined) return packetAt(difference.expected, k);
        const name = sent.interfaceName ?? '';
        return [{ ...now.sent[is?.out[i] ?? -1], interfaceName: isNameless ? null : (map[name] ?? name) }];
      }),
    );
    if (first?.kind === 'missing') packets.push(...packetAt(first.expected, k));
    return {
      name: `expected${expected.length === 1 ? '' : `-${String(k + 1)}`}${extname(basename(file, '.gz'))}`,
      interfaceName,
      packets,
    };
  });
}
