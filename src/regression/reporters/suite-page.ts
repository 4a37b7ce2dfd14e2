/** What the page of a suite shows, of results that come one after the other: bounded, whatever the suite. */

import { basename } from 'node:path';
import { LINKTYPE_ETHERNET } from '../../capture/frame-batch.js';
import { coverageCounts, isExercised, type Coverage } from '../../outcome/coverage/coverage.js';
import { packetWords } from '../../explain/packet-words.js';
import type { ComparedPacket, SuiteCase, SuiteCoverage, SuiteData, SuiteFrame } from '../../report/suite-data.js';
import { decodeFrame, differingFields } from '../../verify/packet/fields.js';
import type { Difference, PacketPlace } from '../../verify/report/report.js';
import type {
  CaseDetail,
  CaseResult,
  CaseStatus,
  PacketRecord,
  ReceivedFrame,
  SuiteStart,
  SuiteSummary,
} from '../result.js';
import { counted, seconds, suiteWords, summaryWords } from './words.js';

/** Frames of a case that passes, and of one that does not. */
const FRAMES_SHOWN = { good: 40, bad: 150 };
const BYTES_SHOWN = { good: 128, bad: 1514 };
const DIFFERENCES_SHOWN = 50;
const COMPARED_SHOWN = 20;
const LARGEST_CHARACTERS = 4_500_000;

/** Values that occur often, each once. */
class Shared<T> {
  readonly all: T[] = [];
  private readonly byKey = new Map<string, number>();

  at(key: string, value: T): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.byKey.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}

export class SuitePage {
  private readonly cases: SuiteCase[] = [];
  private readonly paths = new Shared<readonly string[]>();
  private readonly causes = new Shared<SuiteData['causes'][number]>();
  private readonly lines = new Shared<SuiteData['lines'][number]>();

  add(result: CaseResult): void {
    const { name, title, status, origin, folder, milliseconds, packets, differences, notes, tolerances } = result;
    const how = isGood(status) ? 'good' : 'bad';
    const { received = [], sent = [] } = result.detail ?? {};
    this.cases.push({
      ...{ name, title: title === name ? '' : title, status },
      facts: [
        folder,
        ...(origin === null ? [] : [`expectation: ${origin}`]),
        `${counted(packets.received, 'frame')} in, ${packets.sent} out, ${packets.expected} expected`,
        `${seconds(milliseconds)} s`,
      ],
      differences: differences.slice(0, DIFFERENCES_SHOWN).map(({ kind, message, file }) => ({ kind, message, file })),
      otherDifferences: Math.max(0, differences.length - DIFFERENCES_SHOWN),
      notes: [...notes, ...(tolerances.length === 0 ? [] : [`tolerated: ${tolerances.join('; ')}`])],
      compared: compared(result),
      frames: received.slice(0, FRAMES_SHOWN[how]).map((frame) => this.frameOf(frame, sent, BYTES_SHOWN[how])),
      otherFrames: Math.max(0, received.length - FRAMES_SHOWN[how]),
    });
  }

  finish(suite: SuiteStart, summary: SuiteSummary, coverages: readonly Coverage[]): SuiteData {
    const { passed, accepted, failed, errors, skipped, milliseconds } = summary;
    const counts: readonly [CaseStatus, number][] = [
      ['failed', failed],
      ['error', errors],
      ['skipped', skipped],
      ['accepted', accepted],
      ['passed', passed],
    ];
    const isAllGood = failed + errors + skipped === 0;
    const others = {
      what: `${suite.command ?? 'vppcap test'} · ${suiteWords(suite)} · ${seconds(milliseconds)} s`,
      headline: isAllGood ? `All ${passed + accepted} cases pass` : summaryWords(summary),
      counts: counts.filter(([, count]) => count > 0).map(([status, count]) => ({ status, count })),
      ...{ paths: this.paths.all, causes: this.causes.all, lines: this.lines.all },
      coverage: coverages.map(coverageOf),
    };
    return { ...others, cases: casesThatFit(this.cases, LARGEST_CHARACTERS - JSON.stringify(others).length) };
  }

  private frameOf(
    { name, packet, verdict, decisions, remedy }: ReceivedFrame,
    sent: readonly PacketRecord[],
    most: number,
  ): SuiteFrame {
    const { rx, out, nodes, cause, drop, disposition } = verdict;
    const outputs = out.map((index) => sent[index]);
    // Of a frame that ended in a node, what left is something else: an ICMP error about it, an ARP request.
    const isEnded = disposition === 'dropped' || disposition === 'punted';
    const own = isEnded ? undefined : outputs.at(0);
    return {
      frame: name.replace('frame ', ''),
      packet: wordsOf(packet),
      ...{ rx, how: disposition, vppReason: drop },
      tx: [...new Set(outputs.map(interfaceOf))],
      path: this.paths.at(nodes.join(), nodes),
      cause: cause === null ? -1 : this.causes.at(cause, { cause, remedy }),
      steps: decisions.map(({ node, text, config }) => {
        const place = config === null ? '' : `${basename(config.file)}:${config.line}`;
        return {
          node,
          text,
          line: config === null ? -1 : this.lines.at(`${place} ${config.text}`, { place, text: config.text }),
        };
      }),
      changes: own === undefined ? [] : changesOf(packet, own, LINKTYPE_ETHERNET),
      before: hexOf(packet, most),
      after: own === undefined ? '' : hexOf(own, most),
      others: outputs.slice(own === undefined ? 0 : 1).map((other) => ({
        title: `${isEnded ? 'made by VPP, ' : ''}sent on ${interfaceOf(other)}: ${wordsOf(other)}`,
        bytes: hexOf(other, most),
      })),
    };
  }
}

const isGood = (status: CaseStatus): boolean => status !== 'failed' && status !== 'error';

/** Without frames of cases that pass, as many as there is no room for. */
function casesThatFit(cases: readonly SuiteCase[], room: number): readonly SuiteCase[] {
  for (let most = FRAMES_SHOWN.bad; ; most = Math.floor(most / 2)) {
    const shown = cases.map((one) => ({
      ...one,
      frames: one.frames.slice(0, most),
      otherFrames: one.otherFrames + Math.max(0, one.frames.length - most),
    }));
    if (most === 0 || JSON.stringify(shown).length <= room) return shown;
  }
}

const interfaceOf = ({ interfaceName }: PacketRecord): string => interfaceName ?? '?';

const wordsOf = ({ bytes, originalLength, linkType }: PacketRecord): string =>
  packetWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, originalLength, linkType);

const hexOf = ({ bytes }: PacketRecord, most: number): string => Buffer.from(bytes.subarray(0, most)).toString('hex');

const changesOf = (before: PacketRecord, after: PacketRecord, linkType: number): ComparedPacket['changes'] =>
  differingFields(before.bytes, after.bytes, linkType).map((one) => ({
    ...{ field: one.field, before: one.expected, after: one.actual },
  }));

function compared({ verify, detail }: CaseResult): ComparedPacket[] {
  if (verify === null || detail === null) return [];
  return verify.differences.slice(0, COMPARED_SHOWN).map((difference) => comparedPacket(difference, detail));
}

function comparedPacket({ kind, expected, actual, summary }: Difference, detail: CaseDetail): ComparedPacket {
  const before = expected === null ? undefined : packetAt(detail.expected, expected);
  const after = actual === null ? undefined : detail.sent.at(actual.frame - 1);
  const place = actual ?? expected;
  const hex = (packet: PacketRecord | undefined): string =>
    packet === undefined ? '' : hexOf(packet, BYTES_SHOWN.bad);
  return {
    title: [place?.frame, place?.interfaceName, `${kind}: ${summary}`].filter(Boolean).join(' '),
    changes: comparedFields(before, after),
    expected: hex(before),
    actual: hex(after),
  };
}

/** What differs, and of a packet without the other one all that is in it. */
function comparedFields(before: PacketRecord | undefined, after: PacketRecord | undefined): ComparedPacket['changes'] {
  const linkType = before?.linkType ?? LINKTYPE_ETHERNET;
  if (before !== undefined && after !== undefined) return changesOf(before, after, linkType);
  const fields = (packet: PacketRecord | undefined): [string, string][] =>
    packet === undefined ? [] : [...decodeFrame(packet.bytes, linkType).fields];
  return [
    ...fields(before).map(([field, value]) => ({ field, before: value, after: '' })),
    ...fields(after).map(([field, value]) => ({ field, before: '', after: value })),
  ];
}

/** Packets of several captures stand one behind the other, each capture's numbered from 1. */
function packetAt(packets: readonly PacketRecord[], { capture, frame }: PacketPlace): PacketRecord | undefined {
  let at = -1;
  return packets.find((packet) => {
    if (packet.frame === 1) at++;
    return at === capture && packet.frame === frame;
  });
}

function coverageOf(coverage: Coverage): SuiteCoverage {
  const { configuration, frames, items } = coverage;
  const kinds = coverageCounts(coverage).map((count) => ({
    ...count,
    never: items
      .filter((item) => item.kind === count.kind && !isExercised(item))
      .map(({ name, text, origin, unreachable }) => ({
        ...{ name, text, place: origin.replace(/^.*[/\\]/, '') },
        unreachable: unreachable === null ? null : { why: unreachable.why, text: unreachable.text },
      })),
  }));
  return { configuration, frames, kinds };
}
