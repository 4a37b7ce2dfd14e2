/** Adds to a comparison of a replay's output what the replay decided: the node, rule, session and line of the configuration. */

import { NAT44 } from '../../pipeline/nat-common/nat-steps.js';
import type { FrameBatch } from '../../capture/frame-batch.js';
import {
  packetStories,
  type PacketStory,
  type ReplayedCaptures,
  type SentPacket,
} from '../../replay/packet-stories.js';
import type {
  Difference,
  DifferenceGroup,
  PacketPlace,
  Recognition,
  VerifyReport,
} from '../../verify/report/report.js';
import { recognitionOf } from '../../verify/packet/fingerprint.js';

/** Causes that are explained; their first packets each. */
const CAUSES_EXPLAINED = 20;

/** What of a packet its route decides: the interface it leaves by, and the MAC addresses that go with it. */
const ROUTE_FIELD = /^interface$|(?:^|\.)eth\.(?:src|dst)$/;

/** What of a packet NAT decides. */
const NAT_FIELD = /(?:^|\.)ip4\.(?:src|dst)$|\.(?:srcport|dstport|ident)$/;

/**
 * The report with a decision for each of its first causes, where the replay has one. Replays the captures once more, so they have
 * to be files.
 *
 * @param sentOn of each capture on the actual side the interface whose packets it has; null for one of all that left, in order
 */
export async function explainDifferences(
  report: VerifyReport,
  replayed: ReplayedCaptures,
  sentOn: readonly (string | null)[] = [null],
): Promise<VerifyReport> {
  const groups = report.groups.slice(0, CAUSES_EXPLAINED);
  const sent = groups.flatMap(({ first: { actual } }) => actual ?? []);
  const missing = groups.flatMap(({ first: { recognition } }) => recognition ?? []);
  const stories = await packetStories(replayed, {
    sent: sent.map(packetAt(sentOn)),
    notSent: missing.map(fitOf),
  });
  const explained = report.groups.map((group): DifferenceGroup => {
    const { actual, recognition } = group.first;
    const story =
      recognition === null
        ? stories.sent[sent.findIndex((place) => place === actual)]
        : stories.notSent[missing.indexOf(recognition)];
    return story ? { ...group, decision: decisionIn(story, group.first) } : group;
  });
  return { ...report, groups: explained };
}

/** The frames, by index in the merged input, that missing packets should have come of: those of the differences that are listed. */
export async function framesOfMissing(
  { differences }: VerifyReport,
  captures: ReplayedCaptures,
): Promise<ReadonlySet<number>> {
  const notSent = differences.flatMap(({ recognition }) => recognition ?? []).map(fitOf);
  const { notSentFrames } = await packetStories(captures, { sent: [], notSent });
  return new Set(notSentFrames);
}

/** The frame, by index in the merged input, that a difference is about; -1 for none. */
export async function frameOf(
  { actual, recognition }: Difference,
  captures: ReplayedCaptures,
  sentOn: readonly (string | null)[] = [null],
): Promise<number> {
  const { sentFrames, notSentFrames } = await packetStories(captures, {
    sent: recognition === null && actual !== null ? [packetAt(sentOn)(actual)] : [],
    notSent: recognition === null ? [] : [fitOf(recognition)],
  });
  return sentFrames.at(0) ?? notSentFrames.at(0) ?? -1;
}

const packetAt =
  (sentOn: readonly (string | null)[]) =>
  ({ frame, capture }: PacketPlace): SentPacket => ({ number: frame, interfaceName: sentOn[capture] });

/** How well a received frame fits a packet that should have left: the same content, and as many ends as NAT did not change. */
const fitOf =
  (wanted: Recognition) =>
  ({ view, offset, capturedLength, originalLength }: FrameBatch, i: number, linkType: number): number => {
    const [at, original] = [offset[i], originalLength[i]];
    const found = recognitionOf({ view, at, end: at + capturedLength[i], original, linkType });
    if (found.content !== wanted.content) return 0;
    return 1 + Number(found.source === wanted.source) + Number(found.destination === wanted.destination);
  };

/** Of a packet's story, what has to do with the difference: the drop, the translation, the route, or the rules that let it pass. */
function decisionIn(story: PacketStory, { actual, fields }: Difference): string {
  const { source, end, path, decisions, routes } = story;
  if (actual === null) return [source, ...end.slice(0, 1)].join(', ');
  const [nats, rules] = [true, false].map((isNat) =>
    decisions.filter(({ kind }) => (kind === NAT44) === isNat).map(({ text }) => text),
  );
  const own = fields.filter(({ isConsequence }) => isConsequence !== true);
  const isNat = own.some(({ field }) => NAT_FIELD.test(field));
  const isRoute = own.some(({ field }) => ROUTE_FIELD.test(field));
  const isUntranslated = isNat && nats.length === 0 && path !== '';
  const from = isUntranslated ? `${source}, which no node translated: ${path}` : source;
  const decided = [...(isNat ? nats : []), ...(isRoute ? routes : [])];
  if (decided.length > 0 || isUntranslated) return [from, ...decided].join(', ');
  if (fields.length > 0) return [source, ...(path === '' ? [] : [path])].join(', ');
  const others = [...end, ...rules, ...nats];
  return [source, ...(others.length > 0 ? others : routes)].join(', ');
}
