/** What an audit found: how much is as expected, and what is not, grouped by cause. */

import { packetWords } from '../../explain/packet-words.js';
import type { FrameFilter } from '../../filter/frame-filter.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import type { Assumptions } from '../assumptions.js';
import type { CapturedFrame, ReceivedFrame, Run } from '../captured-frame.js';
import type { SentenceOf } from '../../explain/decisions.js';
import { judge, sourcePortField, type Cause, type FieldChange } from './difference.js';
import type { Surprise } from '../choices.js';
import { behindDrop, behindLoss, waysOf } from './blame.js';
import { closest } from './closest.js';
import { DropRecords } from './drop-record.js';
import type { Example, Group, Kind, Marked } from './group.js';
import { isNotModelled } from '../../outcome/frame-end.js';
import { UnjudgedFrames } from './unjudged.js';
import type { WayDifference } from '../dispatch/way-judge.js';
import { PacketFacts } from '../packet-facts.js';
import { HORIZON_SECONDS, SKEW_SECONDS, type SentFrame, type SentFrames } from '../sent-frames.js';
import { BRIDGED, CAME_UNSEEN, type Unseen } from '../unseen.js';
import { NO_STORY, type ModelledPacket, type Story } from '../modelled-packet.js';

const CAME_OF_UNMODELLED = 'the node may have sent them for a frame of which it is not known what VPP did with it';
const NEIGHBOUR_UNKNOWN = 'whether the node knew a neighbour that the model asks for: a state would tell';
const EXAMPLES = 5;
const ARP_AT = ethernet.HEADER_BYTES;
const LONE_KEPT = 100;

export class Findings {
  received = 0;
  /** Index of the first received frame. */
  firstReceived = Infinity;
  sent = 0;
  expected = 0;
  /** Also of frames that nobody asks for. */
  hasDifferences = false;
  /** Second records of packets. */
  twins = 0;
  readonly drops = new DropRecords();
  readonly groups = new Map<string, Group>();
  readonly unjudged = new UnjudgedFrames();
  /** Runs of frames of which something is not as expected, in order of that. */
  readonly unexplained: Run[] = [];
  /** Packets with one record where VPP writes two, and second records. */
  private readonly lone: SentFrame[] = [];
  private readonly doubles: SentFrame[] = [];
  private loneCount = 0;
  /** When frames arrived of which it is not known what VPP did with them, as far as what came of them is to be judged. */
  private readonly unmodelledTimes: number[] = [];
  private readonly mayTwin: readonly boolean[];

  constructor(
    private readonly tables: Tables,
    private readonly nameOf: (frame: CapturedFrame) => string,
    private readonly mark: ((marked: Marked) => void) | null,
    private readonly unseen: Unseen,
    /** Frames, as they are received, that are asked for; null for all. */
    readonly filter: FrameFilter | null,
  ) {
    const { composition, features, interfaces } = tables;
    const { writesOutputTwice } = composition.behaviour;
    const arc = composition.arcs['ip4-output'];
    this.mayTwin = interfaces.all.map(
      ({ swIfIndex }) =>
        writesOutputTwice && arc.features.some((node) => features.isEnabled('ip4-output', node, swIfIndex)),
    );
  }

  count(kind: Kind): number {
    let sum = 0;
    for (const group of this.groups.values()) if (group.kind === kind) sum += group.count;
    return sum;
  }

  asksFor({ view, at, length, originalLength }: CapturedFrame): boolean {
    return this.filter === null || this.filter({ view, at, length, wireLength: originalLength });
  }

  /** The model sends a packet that the node did not send with these bytes. */
  notFound(packet: ModelledPacket, sent: SentFrames, { knowsNeighbours }: Assumptions): void {
    const { unseen } = this;
    const { frame: name, isMeant } = packet.story;
    const like = closest(packet, sent, unseen.isNothing);
    if (like !== null) {
      like.isClaimed = true;
      like.isMeant = isMeant;
      const { cause, decision, fields } = judge(packet, packet.story, like, this.tables);
      this.note('changed', cause, decision, packet.story, packet, like, fields, null);
      return;
    }
    const isRequest = !(knowsNeighbours && unseen.isNothing) && arpOperation(packet) === arp.OPERATION_REQUEST;
    const unclear = packet.doubt ?? (isRequest ? NEIGHBOUR_UNKNOWN : null);
    if (unclear !== null) {
      this.unjudged.note(unclear, name, isMeant);
      return;
    }
    const record = this.drops.take(packet.key);
    const doubt = record === null ? unseen.doubt(packet) : null;
    if (doubt !== null) {
      this.unjudged.note(doubt, name, isMeant);
      return;
    }
    const cause = record === null ? 'lost' : 'dropped-by-node';
    const detail = record === null ? null : `${record.name}: ${record.reason}`;
    this.note(
      'missing',
      cause,
      packet.decision ?? behindLoss(packet.story, this.tables),
      packet.story,
      packet,
      null,
      [],
      detail,
    );
  }

  /** What was sent is the model's but for a number that NAT44's generator would not have given. */
  surprised(sent: SentFrame, story: Story, { drawn, chosen }: Surprise): void {
    if (story.isMeant) this.expected--;
    const { ipProtocol } = new PacketFacts().read(sent.view, sent.at, sent.length);
    const fields = [{ field: sourcePortField(ipProtocol), expected: String(drawn), actual: String(chosen) }];
    const decision = story.decisions.findLast(({ step }) => step === 'nat44') ?? null;
    this.note('changed', 'new-port', decision, story, null, sent, fields, null);
  }

  /** A node of VPP did otherwise than in the model. */
  otherWay({ cause, node, fields, detail }: WayDifference, story: Story): void {
    const decision = story.decisions.findLast((one) => one.node === node);
    const none = { node, step: '', text: story.node === node ? (story.cause ?? '') : '', origin: '', data: {} };
    this.note('way', cause, decision ?? none, story, null, null, fields, detail);
  }

  /** What was sent is the model's, and left too early. */
  early(sent: SentFrame, story: Story): void {
    if (story.isMeant) this.expected--;
    this.note('changed', 'order', null, story, null, sent, [], null);
  }

  /** Whether a frame of a bridge arrived, or the bridge sent it, is not known. */
  unclear(name: string, isMeant: boolean): void {
    this.unseen.isBridgeUnclear = true;
    this.unjudged.note(BRIDGED, name, isMeant);
  }

  /** The node sent a frame that nothing of the model is. */
  unclaimed(frame: SentFrame, sent: SentFrames): void {
    const { suspect } = frame;
    const isMeant = suspect?.isMeant ?? (frame.isMeant = this.asksFor(frame));
    if (isMeant) this.sent++;
    this.takeTwin(frame, sent);
    if (frame.index < this.firstReceived)
      this.unjudged.note('sent before anything was received', this.nameOf(frame), isMeant);
    else if (!this.unseen.isNothing && (suspect === null || frame.key === 0))
      this.unjudged.note(CAME_UNSEEN, this.nameOf(frame), isMeant);
    else if (isNotModelled(suspect?.cause ?? '')) return;
    else if (suspect === null && this.mayComeOfUnmodelled(frame))
      this.unjudged.note(CAME_OF_UNMODELLED, this.nameOf(frame), isMeant);
    else if (suspect === null) this.note('unexpected', 'unexplained', null, null, null, frame, [], null);
    else if (suspect.cause === null)
      this.note('unexpected', 'sent-twice', suspect.decisions.at(-1) ?? null, suspect, null, frame, [], suspect.copyOf);
    else {
      const decision = behindDrop(suspect, frame, this.tables);
      const isDenied = decision.step === 'acl';
      this.note('unexpected', isDenied ? 'denied' : 'dropped', decision, suspect, null, frame, [], suspect.cause);
    }
  }

  /** What VPP did with a frame is not known. */
  unmodelled(cause: string, frame: ReceivedFrame): void {
    this.unmodelledTimes.push(frame.time);
    this.unjudged.note(cause, this.nameOf(frame), frame.isMeant);
  }

  /** An answer, a request for a neighbour, an ICMP error: whatever VPP may have made of such a frame. */
  private mayComeOfUnmodelled({ time }: SentFrame): boolean {
    const { unmodelledTimes: times } = this;
    while (times.length > 0 && times[0] < time - HORIZON_SECONDS) times.shift();
    return times.length > 0 && times[0] <= time + SKEW_SECONDS;
  }

  /** The node sent a frame that is the model's: looks for its second record. True where the frame is kept. */
  claimed(frame: SentFrame, sent: SentFrames): boolean {
    if (frame.isMeant) this.sent++;
    this.markCopies(frame, sent);
    if (this.takeTwin(frame, sent) || !this.isWrittenTwice(frame)) return false;
    this.loneCount++;
    if (!frame.isMeant || this.lone.length >= LONE_KEPT) return false;
    this.lone.push(frame);
    return true;
  }

  /** A packet's second record; true where it is kept. */
  keepsTwin(frame: SentFrame): boolean {
    if (!frame.isMeant || this.doubles.length >= LONE_KEPT) return false;
    this.doubles.push(frame);
    return true;
  }

  /** Frames with the same bytes that nobody has claimed are the same packet once more, should nobody claim them. */
  private markCopies(frame: SentFrame, sent: SentFrames): void {
    if (frame.nextOfHash === null) return;
    let story: Story | null = null;
    for (const copy of sent.copiesOf(frame))
      copy.suspect ??= story ??= {
        ...NO_STORY,
        isMeant: frame.isMeant,
        copyOf: `the same as ${this.nameOf(frame)}`,
      };
  }

  /** Takes the second record of a packet for what it is. */
  private takeTwin(frame: SentFrame, sent: SentFrames): boolean {
    const { swIfIndex } = frame;
    if (!this.isWrittenTwice(frame) && (frame.key !== 0 || swIfIndex < 0 || !this.mayTwin[swIfIndex])) return false;
    const twin = sent.twinOf(frame);
    if (twin === null) return false;
    this.twins++;
    twin.isClaimed = true;
    twin.isTwin = true;
    return true;
  }

  /** Whether VPP writes two records of it. */
  isWrittenTwice(frame: SentFrame): boolean {
    const { swIfIndex, key } = frame;
    if (!this.tables.composition.behaviour.writesOutputTwice || swIfIndex < 0) return false;
    return key === 0 ? arpOperation(frame) === arp.OPERATION_REPLY : this.mayTwin[swIfIndex];
  }

  /** A record of a drop is the frame's: the model has dropped it for the same reason. @param expected as VPP names the reason */
  judgeDrop(key: number, expected: string, story: Story): void {
    const record = key === 0 ? null : this.drops.take(key);
    if (record === null) return;
    const { namesDropsShortly } = this.tables.composition.behaviour;
    const part = (reason: string): string => (namesDropsShortly ? reason.replace(/:.*/, '') : reason);
    if (part(expected) === part(record.reason)) return;
    const fields = [{ field: 'reason', expected, actual: record.reason }];
    const decision = { node: story.node, step: '', text: story.cause ?? '', origin: '', data: {} };
    this.note('drop-reason', 'drop-reason', decision, story, null, null, fields, record.name);
  }

  /** All frames have run. */
  finish(): void {
    const { lone, loneCount, doubles, twins } = this;
    // Other programs' captures have one record of each packet.
    if (twins > loneCount)
      for (const frame of lone) this.note('missing', 'single-record', null, frame.suspect, null, frame, [], null);
    if (twins >= loneCount) return;
    this.sent += doubles.length;
    for (const frame of doubles) {
      const { suspect } = frame;
      this.note('unexpected', 'sent-twice', null, suspect, null, frame, [], suspect?.copyOf ?? null);
    }
  }

  private note(
    kind: Kind,
    cause: Cause,
    decision: SentenceOf | null,
    story: Story | null,
    expected: ModelledPacket | null,
    sent: SentFrame | null,
    fields: readonly FieldChange[],
    detail: string | null,
  ): void {
    this.hasDifferences = true;
    const run = story?.run ?? sent?.run ?? null;
    if (run !== null && run.differences++ === 0) this.unexplained.push(run);
    if (!(story ?? sent)?.isMeant) return;
    const { node = null, text = null, origin = '' } = decision ?? {};
    const key = `${kind} ${cause} ${node ?? ''} ${origin}`;
    const ways = kind === 'missing' && story !== null ? waysOf(story) : [];
    const group = this.groups.get(key) ?? { kind, cause, node, decision: text, origin, ways, count: 0, examples: [] };
    this.groups.set(key, group);
    group.count++;
    const words = (frame: CapturedFrame | null): string | null =>
      frame === null ? null : packetWords(frame.view, frame.at, frame.length, frame.originalLength);
    const swIfIndex = sent?.swIfIndex ?? expected?.swIfIndex ?? -1;
    const example: Example = {
      frame: story === null || story.frame === '' ? null : story.frame,
      sent: sent === null ? null : this.nameOf(sent),
      interface: swIfIndex < 0 ? null : this.tables.interfaces.all[swIfIndex].name,
      expected: words(expected),
      actual: words(sent),
      fields: [...fields],
      detail,
    };
    if (group.examples.length < EXAMPLES) group.examples.push(example);
    this.mark?.({ group, expected, sent, example, decision: text });
  }
}

/** -1 for what is no ARP message. */
function arpOperation({ view, at, length }: CapturedFrame): number {
  const isArp = length >= ARP_AT + arp.MESSAGE_BYTES && ethernet.type(view, at) === ethernet.TYPE_ARP;
  return isArp ? arp.operation(view, at + ARP_AT) : -1;
}
