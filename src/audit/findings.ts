/** What an audit found: how much is as expected, and what is not, grouped by cause. */

import { packetWords } from '../explain/packet-words.js';
import type { Tables } from '../pipeline/engine/tables.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import type { Assumptions } from './assumptions.js';
import type { CapturedFrame } from './captured-frame.js';
import type { SentenceOf } from './decisions.js';
import { judge, type Cause, type FieldChange } from './difference.js';
import { DropRecords } from './drop-record.js';
import { PacketFacts } from './packet-facts.js';
import type { SentFrame, SentFrames } from './sent-frames.js';
import { NO_STORY, type ModelledPacket, type Story } from './modelled-packet.js';

export type Kind = 'missing' | 'unexpected' | 'changed' | 'drop-reason';

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
  readonly kind: Kind;
  readonly cause: Cause;
  readonly expected: CapturedFrame | null;
  readonly sent: CapturedFrame | null;
  readonly sentName: string | null;
  readonly frameName: string | null;
  /** What the model decided; '' where nothing is behind it. */
  readonly decision: string;
}

const OF_VECTOR = 'whether a session was there yet that a frame of the same vector made';
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
  /** Packets with one record where VPP writes two. */
  private readonly lone: SentFrame[] = [];
  private loneCount = 0;
  private readonly mayTwin: readonly boolean[];

  constructor(
    private readonly tables: Tables,
    private readonly nameOf: (frame: CapturedFrame) => string,
    private readonly mark: ((marked: Marked) => void) | null,
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
    const like = this.closest(packet, sent);
    if (like !== null) {
      like.isClaimed = true;
      if (packet.isOfVector && packet.cameFrom === new PacketFacts().read(like.view, like.at, like.length).source) {
        this.unjudged(OF_VECTOR, packet.story.frame);
        return;
      }
      const { cause, decision, fields } = judge(packet, packet.story, like, this.tables);
      this.note('changed', cause, decision, packet.story, packet, like, fields, null);
      return;
    }
    if (packet.doubt !== null) {
      this.unjudged(packet.doubt, packet.story.frame);
      return;
    }
    if (!knowsNeighbours && isArpRequest(packet)) {
      this.unjudged(
        'whether the node knew a neighbour that the model asks for: a state would tell',
        packet.story.frame,
      );
      return;
    }
    const record = this.drops.take(packet.key);
    const cause = record === null ? 'lost' : 'dropped-by-node';
    const detail = record === null ? null : `${record.name}: ${record.reason}`;
    this.note('missing', cause, packet.story.decisions.at(-1) ?? null, packet.story, packet, null, [], detail);
  }

  /** What the node sent in its place: the same packet with other headers, else one with the same ends. */
  private closest(packet: ModelledPacket, sent: SentFrames): SentFrame | null {
    let found: SentFrame | null = null;
    for (let one = sent.like(packet.key, packet.index); one !== null; one = sent.nextLike(one, packet.index))
      if (found === null || (one.swIfIndex === packet.swIfIndex && found.swIfIndex !== packet.swIfIndex)) found = one;
    if (found !== null) return found;
    const [own, other] = [new PacketFacts(), new PacketFacts()];
    own.read(packet.view, packet.at, packet.length);
    for (const one of sent.open()) {
      if (one.index < packet.index || one.swIfIndex !== packet.swIfIndex || one.suspect !== null) continue;
      if (one.since(packet) > CLOSE_SECONDS) break;
      if (sent.isCopy(one)) continue;
      if (areClose(one, packet) || haveSameEnds(own, other.read(one.view, one.at, one.length))) return one;
    }
    return null;
  }

  /** The node sent a frame that nothing of the model is. */
  unclaimed(frame: SentFrame, sent: SentFrames): void {
    this.sent++;
    const { suspect } = frame;
    this.takeTwin(frame, sent);
    if (frame.index < this.firstReceived) this.unjudged('sent before anything was received', this.nameOf(frame));
    else if (suspect === null) this.note('unexpected', 'unexplained', null, null, null, frame, [], null);
    else if (suspect.cause === null)
      this.note('unexpected', 'sent-twice', suspect.decisions.at(-1) ?? null, suspect, null, frame, [], suspect.copyOf);
    else {
      const acl = suspect.decisions.at(-1);
      const isDenied = acl?.step === 'acl' && acl.data['action'] === 'deny';
      const decision = isDenied ? acl : { node: suspect.node, step: '', text: suspect.cause, origin: '', data: {} };
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

  private isWrittenTwice({ swIfIndex, view, at, length, key }: SentFrame): boolean {
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
    const group = this.groups.get(key) ?? { kind, cause, node, decision: text, origin, count: 0, examples: [] };
    this.groups.set(key, group);
    group.count++;
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
    if (this.mark === null) return;
    this.mark({ kind, cause, expected, sent, sentName: example.sent, frameName: example.frame, decision: text ?? '' });
  }
}

/** So far apart in time are packets that may be the same with other bytes. */
const CLOSE_SECONDS = 0.05;

function isArpRequest({ view, at, length }: CapturedFrame): boolean {
  if (length < ARP_AT + arp.MESSAGE_BYTES || ethernet.type(view, at) !== ethernet.TYPE_ARP) return false;
  return arp.operation(view, at + ARP_AT) === arp.OPERATION_REQUEST;
}

const haveSameEnds = (a: PacketFacts, b: PacketFacts): boolean =>
  a.key !== 0 &&
  b.key !== 0 &&
  a.ipProtocol === b.ipProtocol &&
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort;

/** Frames of the same length and type that differ in few bytes. */
function areClose(a: CapturedFrame, b: CapturedFrame): boolean {
  if (a.length !== b.length) return false;
  let apart = 0;
  for (let i = 0; i < a.length; i++) if (a.bytes[a.at + i] !== b.bytes[b.at + i]) apart++;
  return apart <= CLOSE_BYTES;
}

const CLOSE_BYTES = 6;
