/** What an audit found: how much is as expected, and what is not, grouped by cause. */

import { packetWords } from '../../explain/packet-words.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import type { Assumptions } from '../assumptions.js';
import type { CapturedFrame, Run } from '../captured-frame.js';
import type { SentenceOf } from '../../explain/decisions.js';
import { judge, sourcePortField, type Cause, type FieldChange } from './difference.js';
import type { Surprise } from '../choices.js';
import { behindDrop, behindLoss, waysOf } from './blame.js';
import { closest } from './closest.js';
import { DropRecords } from './drop-record.js';
import type { WayDifference } from '../dispatch/way-judge.js';
import { PacketFacts } from '../packet-facts.js';
import type { SentFrame, SentFrames } from '../sent-frames.js';
import { CAME_UNSEEN, type Unseen } from '../unseen.js';
import { NO_STORY, type ModelledPacket, type Story } from '../modelled-packet.js';

export type Kind = 'missing' | 'unexpected' | 'changed' | 'drop-reason' | 'way';

export interface Example {
  /** The received frame, the sent one; null for none. */
  readonly frame: string | null;
  readonly sent: string | null;
  readonly interface: string | null;
  /** What the model sends, what the node sent. */
  readonly expected: string | null;
  readonly actual: string | null;
  readonly fields: FieldChange[];
  /** What became of it, in a sentence; null where the cause says it. */
  readonly detail: string | null;
}

export interface Group {
  readonly kind: Kind;
  readonly cause: Cause;
  readonly node: string | null;
  readonly decision: string | null;
  readonly origin: string;
  /** Of what is missing: the commands behind all that let the first of them pass. */
  readonly ways: readonly string[];
  count: number;
  readonly examples: Example[];
}

export interface Unjudged {
  readonly reason: string;
  readonly firstFrame: string;
  count: number;
}

/** A difference for whoever marks frames. */
export interface Marked {
  readonly group: Group;
  readonly expected: CapturedFrame | null;
  readonly sent: CapturedFrame | null;
  readonly example: Example;
  /** What the model decided; null where nothing is behind it. */
  readonly decision: string | null;
}

const EXAMPLES = 5;
const ARP_AT = ethernet.HEADER_BYTES;
const REASONS = 100;

export class Findings {
  received = 0;
  /** Index of the first received frame. */
  firstReceived = Infinity;
  sent = 0;
  expected = 0;
  /** Second records of packets. */
  twins = 0;
  readonly drops = new DropRecords();
  readonly groups = new Map<string, Group>();
  readonly reasons = new Map<string, Unjudged>();
  /** Runs of frames of which something is not as expected, in order of that. */
  readonly unexplained: Run[] = [];
  /** Packets with one record where VPP writes two. */
  private readonly lone: SentFrame[] = [];
  private loneCount = 0;
  private readonly mayTwin: readonly boolean[];

  constructor(
    private readonly tables: Tables,
    private readonly nameOf: (frame: CapturedFrame) => string,
    private readonly mark: ((marked: Marked) => void) | null,
    private readonly unseen: Unseen,
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

  unjudged(reason: string, frame: string): void {
    const known = this.reasons.get(reason);
    if (known) known.count++;
    else if (this.reasons.size < REASONS) this.reasons.set(reason, { reason, firstFrame: frame, count: 1 });
    else this.unjudged('further reasons', frame);
  }

  /** The model sends a packet that the node did not send with these bytes. */
  notFound(packet: ModelledPacket, sent: SentFrames, { knowsNeighbours }: Assumptions): void {
    const { unseen } = this;
    const like = closest(packet, sent, unseen.isNothing);
    if (like !== null) {
      like.isClaimed = true;
      const { cause, decision, fields } = judge(packet, packet.story, like, this.tables);
      this.note('changed', cause, decision, packet.story, packet, like, fields, null);
      return;
    }
    if (packet.doubt !== null) {
      this.unjudged(packet.doubt, packet.story.frame);
      return;
    }
    if (!(knowsNeighbours && unseen.isNothing) && isArpRequest(packet)) {
      this.unjudged(
        'whether the node knew a neighbour that the model asks for: a state would tell',
        packet.story.frame,
      );
      return;
    }
    const record = this.drops.take(packet.key);
    const doubt = record === null ? unseen.doubt(packet) : null;
    if (doubt !== null) {
      this.unjudged(doubt, packet.story.frame);
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
    this.expected--;
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
    this.expected--;
    this.note('changed', 'order', null, story, null, sent, [], null);
  }

  /** The node sent a frame that nothing of the model is. */
  unclaimed(frame: SentFrame, sent: SentFrames): void {
    this.sent++;
    const { suspect } = frame;
    this.takeTwin(frame, sent);
    if (frame.index < this.firstReceived) this.unjudged('sent before anything was received', this.nameOf(frame));
    else if (!this.unseen.isNothing && (suspect === null || frame.key === 0))
      this.unjudged(CAME_UNSEEN, this.nameOf(frame));
    else if (suspect === null) this.note('unexpected', 'unexplained', null, null, null, frame, [], null);
    else if (suspect.cause === null)
      this.note('unexpected', 'sent-twice', suspect.decisions.at(-1) ?? null, suspect, null, frame, [], suspect.copyOf);
    else {
      const decision = behindDrop(suspect, frame, this.tables);
      const isDenied = decision.step === 'acl';
      this.note('unexpected', isDenied ? 'denied' : 'dropped', decision, suspect, null, frame, [], suspect.cause);
    }
  }

  /** The node sent a frame that is the model's: looks for its second record. True where the frame is kept. */
  claimed(frame: SentFrame, sent: SentFrames): boolean {
    this.sent++;
    this.markCopies(frame, sent);
    if (this.takeTwin(frame, sent) || !this.isWrittenTwice(frame)) return false;
    this.loneCount++;
    if (this.lone.length >= REASONS) return false;
    this.lone.push(frame);
    return true;
  }

  /** Frames with the same bytes that nobody has claimed are the same packet once more, should nobody claim them. */
  private markCopies(frame: SentFrame, sent: SentFrames): void {
    if (frame.nextOfHash === null) return;
    let story: Story | null = null;
    for (const copy of sent.copiesOf(frame))
      copy.suspect ??= story ??= { ...NO_STORY, copyOf: `the same as ${this.nameOf(frame)}` };
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
  isWrittenTwice({ swIfIndex, view, at, length, key }: SentFrame): boolean {
    if (!this.tables.composition.behaviour.writesOutputTwice || swIfIndex < 0) return false;
    if (key !== 0) return this.mayTwin[swIfIndex];
    const isArp = length >= ARP_AT + arp.MESSAGE_BYTES && ethernet.type(view, at) === ethernet.TYPE_ARP;
    return isArp && arp.operation(view, at + ARP_AT) === arp.OPERATION_REPLY;
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
    // Other programs' captures have one record of each packet.
    if (this.loneCount === 0 || this.twins <= this.loneCount) return;
    for (const frame of this.lone) this.note('missing', 'single-record', null, frame.suspect, null, frame, [], null);
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
    const { interfaces } = this.tables;
    const node = decision?.node ?? null;
    const origin = decision?.origin ?? '';
    const key = `${kind} ${cause} ${node ?? ''} ${origin}`;
    const text = decision?.text ?? null;
    const ways = kind === 'missing' && story !== null ? waysOf(story) : [];
    const group = this.groups.get(key) ?? { kind, cause, node, decision: text, origin, ways, count: 0, examples: [] };
    this.groups.set(key, group);
    group.count++;
    const run = story?.run ?? sent?.run ?? null;
    if (run !== null && run.differences++ === 0) this.unexplained.push(run);
    const words = (frame: CapturedFrame | null): string | null =>
      frame === null ? null : packetWords(frame.view, frame.at, frame.length, frame.originalLength);
    const swIfIndex = sent?.swIfIndex ?? expected?.swIfIndex ?? -1;
    const example: Example = {
      frame: story === null || story.frame === '' ? null : story.frame,
      sent: sent === null ? null : this.nameOf(sent),
      interface: swIfIndex < 0 ? null : interfaces.all[swIfIndex].name,
      expected: words(expected),
      actual: words(sent),
      fields: [...fields],
      detail,
    };
    if (group.examples.length < EXAMPLES) group.examples.push(example);
    this.mark?.({ group, expected, sent, example, decision: text });
  }
}

function isArpRequest({ view, at, length }: CapturedFrame): boolean {
  if (length < ARP_AT + arp.MESSAGE_BYTES || ethernet.type(view, at) !== ethernet.TYPE_ARP) return false;
  return arp.operation(view, at + ARP_AT) === arp.OPERATION_REQUEST;
}
