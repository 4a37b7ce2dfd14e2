/** A judgement in sentences. */

import type { ImportedTrace } from '../import/imported-trace.js';
import { tracedRelease } from '../import/traced-release.js';
import type { RecordOutcome } from './compare-paths.js';
import type { PacketJudgement, TraceJudgement } from './judge-trace.js';

export interface JudgementCounts {
  readonly packets: number;
  readonly records: number;
  readonly agree: number;
  readonly explained: number;
  readonly differ: number;
  readonly notJudged: number;
}

export function countsOf({ packets }: TraceJudgement): JudgementCounts {
  const count = (outcome: RecordOutcome): number =>
    packets.reduce((sum, { outcomes }) => sum + outcomes.filter((found) => found === outcome).length, 0);
  return {
    packets: packets.length,
    records: packets.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
    agree: count('agrees'),
    explained: count('explained'),
    differ: packets.filter(({ disagreement }) => disagreement !== null).length,
    notJudged: count('not judged'),
  };
}

/** True where something was compared, and nothing decides otherwise. */
export const isAgreement = (judgement: TraceJudgement): boolean => {
  const { agree, explained, differ } = countsOf(judgement);
  return differ === 0 && agree + explained > 0;
};

/** @param isQuiet only what differs */
export function judgementLines(judgement: TraceJudgement, isQuiet: boolean): string[] {
  const lines = judgement.packets.flatMap((packet) => packetLines(packet, isQuiet));
  if (isQuiet) return lines;
  lines.push(...unreadLines(judgement.trace));
  lines.push(...explanationLines(judgement), ...judgement.numbering.map((text) => `numbered otherwise: ${text}`));
  const { packets, records, agree, explained, differ, notJudged } = countsOf(judgement);
  const parts = [
    `${agree} agree`,
    ...(explained > 0 ? [`${explained} are explained by a difference between releases`] : []),
    ...(notJudged > 0 ? [`${notJudged} were not judged`] : []),
  ];
  const isJudged = agree + explained > 0;
  const none = isJudged ? 'none decides otherwise' : 'nothing could be judged';
  const verdict = differ === 0 ? none : `${counted(differ, 'packet')} decided otherwise`;
  lines.push(
    '',
    `${counted(records, 'node record')} of ${counted(packets, 'packet')}: ${parts.join(', ')}; ${verdict}`,
  );
  return lines;
}

function packetLines(
  { packet, outcomes, disagreement, assumptions, gaps, notReplayed, undecidedFrom }: PacketJudgement,
  isQuiet: boolean,
): string[] {
  const name = `packet ${packet.number} (line ${packet.trace.line})`;
  const lines: string[] = [];
  if (notReplayed !== null) lines.push(`${name}: not judged: ${notReplayed}`);
  else if (disagreement !== null) {
    const { node, line, text, why } = disagreement;
    lines.push(`${name}, ${node === '' ? 'its first node' : node} (line ${line}): ${text}`);
    if (why !== null) lines.push(`  ${why}`);
  } else if (!isQuiet) {
    const unjudged = outcomes.filter((outcome) => outcome === 'not judged').length;
    lines.push(
      `${name}: ${unjudged === 0 ? 'agrees' : `agrees as far as it can be judged, ${counted(unjudged, 'record')} not${undecidedFrom === null ? '' : `: ${undecidedFrom}`}`}`,
    );
  }
  if (isQuiet) return lines;
  lines.push(...gaps.map((gap) => `  ${gap}`));
  for (const { line, text, isMade } of assumptions)
    lines.push(`  ${isMade ? 'assumed' : 'unknown'} of the time before the trace (line ${line}): ${text}`);
  return lines;
}

/** What of a text was not understood, if anything; for people. */
export function unreadLines(trace: ImportedTrace): string[] {
  const { unread, hasCutLines } = trace;
  const lines = hasCutLines ? ['lines of the text are cut off: what stands at their ends was not taken'] : [];
  if (unread.length > 0) {
    const looks = `; the text is worded most like VPP ${tracedRelease(trace).name}`;
    const [{ number, text }] = unread;
    const all = unread.length === 1 ? '1 line of a known node was' : `${unread.length} lines of known nodes were`;
    lines.push(`${all} not understood, first line ${number} \`${text.slice(0, SHOWN_CHARACTERS)}\`${looks}`);
  }
  return lines;
}

/** Of a line that is not understood. */
const SHOWN_CHARACTERS = 60;

/** Each difference between releases once, with the lines where it shows. */
function explanationLines({ packets }: TraceJudgement): string[] {
  const byWhy = new Map<string, number[]>();
  for (const { why, line } of packets.flatMap(({ explanations }) => explanations))
    byWhy.set(why, [...(byWhy.get(why) ?? []), line]);
  return Array.from(
    byWhy,
    ([why, at]) => `explained (${at.length === 1 ? 'line' : 'lines'} ${[...new Set(at)].join(', ')}): ${why}`,
  );
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
