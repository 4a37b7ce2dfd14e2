/** Compares the path of a packet in the trace with the model's, record by record. */

import type { ImportedPacket } from '../import/imported-trace.js';
import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { roleOf } from '../parse/nodes.js';
import { lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import { compareRecords, type ValueDifference } from './compare-records.js';
import { isUntranslated } from '../rebuild/ends.js';
import type { Numbering } from './numbering.js';
import type { Parting } from './parting.js';
import { PATH_DIFFERENCES, reasonOf, type ReleaseDifference } from '../../releases/trace-differences.js';
import { isHeadingLost, isSameNode, isSameRecord } from './same-record.js';

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
  /** What the text lacks, so that it was not judged. */
  readonly gaps: readonly string[];
  /** Values of headers differ that depend on bytes that the trace does not show. */
  readonly hasOpenValues: boolean;
}

/** What else is known. */
export interface PathContext {
  /** The text has lines cut off, so whole records may be lost. */
  readonly hasLosses: boolean;
  /** Name of the release that is modelled. */
  readonly release: string;
  /** The text is of that, so that nothing of an older release explains a difference. */
  readonly isOfThisRelease: boolean;
}

/** Goes along both paths, from where the text begins. Behind the first disagreement nothing is judged: it follows from it. */
export function comparePaths(
  packet: Pick<ImportedPacket, 'trace' | 'lengthFrom'>,
  { records: modelled, twin: twins }: ModelledPath,
  numbering: Numbering,
  { hasLosses, release, isOfThisRelease }: PathContext,
): PathComparison {
  const traced = packet.trace.records;
  const outcomes: RecordOutcome[] = traced.map(() => 'not judged');
  const explanations: Explanation[] = [];
  const gaps: string[] = [];
  let i = 0;
  let j = firstOf(traced, modelled);
  let last = '';
  let isEchoReply = false;
  let hasOpenValues = false;
  const end = (disagreement: Disagreement | null, parting: Parting | null): PathComparison => ({
    outcomes,
    disagreement,
    parting,
    explanations,
    gaps,
    hasOpenValues,
  });
  const stop = (text: string, line: number, at: number, differences: readonly ValueDifference[] = []): PathComparison =>
    end(
      { node: last, line, text, why: null },
      {
        traced: traced.slice(0, at + 1),
        modelled: modelled.slice(0, differences.length > 0 ? j + 1 : j),
        next: [traced.at(at + 1)?.node ?? null, modelled.at(differences.length > 0 ? j + 1 : j)?.node ?? null],
        differences,
      },
    );
  if (j > 0) gaps.push(`the text begins at ${traced[0].node ?? '?'}: what came before was not copied`);
  while (i < traced.length) {
    const [record, twin] = [traced[i], modelled.at(j)];
    const ahead = { traced: traced.slice(i), modelled: modelled.slice(j) };
    if (i > 0 && roleOf(record.node) === 'relay') {
      explanations.push({ name: 'relay', why: RELAY, line: record.number });
      outcomes[i++] = 'explained';
      continue;
    }
    if (twin !== undefined && isSameRecord(ahead)) {
      last = twin.node ?? '';
      const { differences, open, explained, doubts } = compareRecords(record, twin, numbering, {
        twin: isSameNode(twins.at(j)?.node ?? null, twin.node) ? twins.at(j) : undefined,
        dumpBytes: dumpBytesOf(twin),
        tracedNext: traced.at(i + 1)?.node ?? null,
        modelledNext: modelled.at(j + 1) ?? null,
        isUntranslated: isUntranslated(traced, i),
        hasDeviceLength: packet.lengthFrom === 'device',
        isEchoReply,
        isOfThisRelease,
      });
      hasOpenValues ||= open.length > 0;
      isEchoReply ||= last === 'ip4-icmp-echo-request';
      explanations.push(
        ...explained.map((row) => ({ name: row.name, why: reasonOf(row, release), line: record.number })),
      );
      gaps.push(...doubts.map((doubt) => `line ${doubt.line} may have lost its end: ${describeValues([doubt])}`));
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
    const known = isOfThisRelease ? null : explainPath(last, ahead.traced, ahead.modelled);
    if (known !== null) {
      explanations.push({ name: known.name, why: reasonOf(known, release), line: record.number });
      for (let skipped = 0; skipped < known.traced.length; skipped++) outcomes[i + skipped] = 'explained';
      i += known.traced.length;
      j += known.modelled.length;
      continue;
    }
    if (isHeadingLost(traced.at(i - 1), modelled.at(j - 1), ahead)) {
      j++;
      continue;
    }
    const later = hasLosses ? modelled.findIndex((entry, at) => at > j && isSameNode(record.node, entry.node)) : -1;
    if (later >= 0) j = later;
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
  const more = modelled.slice(j).filter(({ node }) => !ENDS.has(roleOf(node)));
  if (more.length === 0) return end(null, null);
  const final = traced[traced.length - 1];
  const goesOn = `here the packet goes on to ${more[0].node ?? '?'}`;
  if (!hasLosses && ENDS.has(roleOf(final.node)))
    return stop(`is the last node of the trace, but ${goesOn}`, final.number, traced.length - 1);
  gaps.push(`the text ends at ${last === '' ? '?' : last}, and ${goesOn}`);
  return end(null, null);
}

const RELAY = 'The frame was handed on, to another thread or interface; the model has one thread, and no part in it.';

/** Nodes that a trace may end with. */
const ENDS: ReadonlySet<NodeRole> = new Set(['tx', 'end']);

/** The model's record where the text begins: a device's may not have been copied, nor what follows it. */
function firstOf([first]: readonly NodeRecord[], modelled: readonly NodeRecord[]): number {
  const at = modelled.findIndex(({ node }) => isSameNode(first.node, node));
  return Math.max(at, 0);
}

/** Where the paths part behind a node, if they do. */
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
function dumpBytesOf(record: NodeRecord): number {
  const dump = textOf(lineOf(record, 'dump'), 'bytes') ?? '';
  const rewrite = textOf(lineOf(record, 'rewrite'), 'rewrite') ?? '';
  const l3 = dump.startsWith(rewrite) ? rewrite.length : 0;
  return l3 / 2 + (parseInt(dump.slice(l3 + 4, l3 + 8), 16) || 0);
}
