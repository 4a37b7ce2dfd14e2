/** Compares the way of a packet in the trace with the model's, record by record. */

import type { ImportedPacket } from '../import/imported-trace.js';
import { nodeForm } from '../parse/nodes.js';
import type { NodeRecord } from '../parse/records.js';
import { compareRecords, isSameNode, type ValueDifference } from './compare-records.js';
import { isUntranslated } from './ends.js';
import type { Numbering } from './numbering.js';
import type { Parting } from './parting.js';
import { PATH_DIFFERENCES, type ReleaseDifference } from './release-differences.js';

/** How one record of the trace fared. */
export type RecordOutcome = 'agrees' | 'explained' | 'differs' | 'not judged';

/** A release difference at work. */
export interface Explanation {
  readonly name: string;
  readonly why: string;
  /** Line of the trace where it shows. */
  readonly line: number;
}

/** The first node that decides otherwise. */
export interface Disagreement {
  readonly node: string;
  readonly line: number;
  /** 'goes to nat44-in2out instead of ip4-lookup', or a value. */
  readonly text: string;
  /** What the model has to say about it, or null. */
  readonly why: string | null;
}

/** What the model made of a packet. */
export interface ModelledPath {
  readonly records: readonly NodeRecord[];
  /** The same with other values in the place of bytes that the trace does not show. */
  readonly twin: readonly NodeRecord[];
}

export interface PathComparison {
  readonly outcomes: RecordOutcome[];
  readonly disagreement: Disagreement | null;
  /** Where that shows. */
  readonly parting: Parting | null;
  readonly explanations: Explanation[];
  /** Values of headers differ that depend on bytes that the trace does not show. */
  readonly hasOpenValues: boolean;
}

/** Goes along both paths. Behind the first disagreement nothing is judged: it follows from it. */
export function comparePaths(
  { trace: { records } }: ImportedPacket,
  { records: modelled, twin: twins }: ModelledPath,
  numbering: Numbering,
  hasLosses: boolean,
): PathComparison {
  const traced = records;
  const outcomes: RecordOutcome[] = traced.map(() => 'not judged');
  const explanations: Explanation[] = [];
  let i = 0;
  let j = 0;
  let last = '';
  let isEchoReply = false;
  let hasOpenValues = false;
  const stop = (
    text: string,
    line: number,
    at: number,
    differences: readonly ValueDifference[] = [],
  ): PathComparison => ({
    outcomes,
    disagreement: { node: last, line, text, why: null },
    parting: {
      traced: traced.slice(0, at + 1),
      modelled: modelled.slice(0, differences.length > 0 ? j + 1 : j),
      next: [traced.at(at + 1)?.node ?? null, modelled.at(differences.length > 0 ? j + 1 : j)?.node ?? null],
      fields: differences.map(({ key }) => key),
    },
    explanations,
    hasOpenValues,
  });
  while (i < traced.length) {
    const [record, twin] = [traced[i], modelled.at(j)];
    if (twin !== undefined && isSameNode(record.node, twin.node)) {
      last = record.node ?? '';
      const { differences, open, explained } = compareRecords(record, twin, numbering, {
        twin: isSameNode(twins.at(j)?.node ?? null, twin.node) ? twins.at(j) : undefined,
        dumpBytes: dumpBytesOf(twin),
        tracedNext: traced.at(i + 1)?.node ?? null,
        modelledNext: modelled.at(j + 1)?.node ?? null,
        isUntranslated: isUntranslated(traced, i),
        isEchoReply,
      });
      hasOpenValues ||= open.length > 0;
      isEchoReply ||= last === 'ip4-icmp-echo-request';
      explanations.push(...explained.map(({ name, why }) => ({ name, why, line: record.number })));
      outcomes[i] = differences.length > 0 ? 'differs' : explained.length > 0 ? 'explained' : 'agrees';
      if (differences.length > 0)
        return stop(
          describeValues(differences) + partingOf(traced.at(i + 1), modelled.at(j + 1)),
          differences[0].line,
          i,
          differences,
        );
      i++;
      j++;
      continue;
    }
    const known = explainPath(last, traced.slice(i), modelled.slice(j));
    if (known !== null) {
      explanations.push({ name: known.name, why: known.why, line: record.number });
      for (let skipped = 0; skipped < known.traced.length; skipped++) outcomes[i + skipped] = 'explained';
      i += known.traced.length;
      j += known.modelled.length;
      continue;
    }
    const ahead = hasLosses ? modelled.findIndex((later, at) => at > j && isSameNode(record.node, later.node)) : -1;
    if (ahead >= 0) j = ahead;
    else if (record.node === null) i++;
    else {
      outcomes[i] = 'differs';
      const there = twin?.node ?? 'nowhere: its way ends there';
      return stop(
        last === '' ? `begins at ${record.node}, here at ${there}` : `goes on to ${record.node}, here to ${there}`,
        record.number,
        i - 1,
      );
    }
  }
  const more = modelled.slice(j).filter(({ node }) => node === null || nodeForm(node).role !== 'tx');
  if (more.length > 0 && !hasLosses)
    return stop(
      `is the last node of the trace, but here the packet goes on to ${more[0].node ?? '?'}`,
      traced.at(-1)?.number ?? 0,
      traced.length - 1,
    );
  return { outcomes, disagreement: null, parting: null, explanations, hasOpenValues };
}

/** Where the ways part behind a node, if they do. */
const partingOf = (traced: NodeRecord | undefined, modelled: NodeRecord | undefined): string =>
  traced === undefined || isSameNode(traced.node, modelled?.node ?? null)
    ? ''
    : `; goes on to ${traced.node ?? '?'}, here to ${modelled?.node ?? 'nowhere'}`;

const describeValues = (differences: readonly ValueDifference[]): string =>
  differences.map(({ field, traced, modelled }) => `${field} ${traced}, here ${modelled}`).join('; ');

function explainPath(
  last: string,
  traced: readonly NodeRecord[],
  modelled: readonly NodeRecord[],
): ReleaseDifference | null {
  const begins = (records: readonly NodeRecord[], nodes: readonly string[]): boolean =>
    nodes.every((node, at) => records.at(at)?.node === node);
  return (
    PATH_DIFFERENCES.find(
      (row) =>
        row.after.test(last) &&
        begins(traced, row.traced) &&
        begins(modelled, row.modelled) &&
        // What follows has to be the same again.
        isSameNode(traced.at(row.traced.length)?.node ?? null, modelled.at(row.modelled.length)?.node ?? null),
    ) ?? null
  );
}

/** Bytes of the packet at ip4-rewrite: the rewrite string and the IPv4 total length. */
function dumpBytesOf({ lines }: NodeRecord): number {
  const dump = lines.find(({ form }) => form === 'dump')?.values['bytes']?.text ?? '';
  const rewrite = lines.find(({ form }) => form === 'rewrite')?.values['rewrite']?.text ?? '';
  const l3 = dump.startsWith(rewrite) ? rewrite.length : 0;
  return l3 / 2 + (parseInt(dump.slice(l3 + 4, l3 + 8), 16) || 0);
}
