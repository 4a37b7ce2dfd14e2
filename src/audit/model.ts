/** Runs frames that arrived through the model: alone, or as vectors. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import { decisionsAbout } from '../explain/decisions.js';
import { causeOf, causeOriginOf, isNotModelled } from '../outcome/frame-end.js';
import { MANY } from '../pipeline/engine/graph.js';
import { releaseOf, type Release } from '../releases/release.js';
import { traceText } from '../trace/show-trace.js';
import type { ModelledWay } from './dispatch/way-judge.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { TraceRecords } from '../pipeline/engine/trace/trace-records.js';
import { FLAG_ORIGINATED, FLAG_TRACED, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { PacketEnds } from '../pipeline/nat-common/state/nat-mode.js';
import { ReceivedFrame, type CapturedFrame } from './captured-frame.js';
import type { KeyDepth } from './cut-packets.js';
import type { Visit } from './dispatch/way.js';
import type { ModelledPacket, Story } from './modelled-packet.js';
import { PacketFacts } from './packet-facts.js';
import type { SentFrame } from './sent-frames.js';

/** A frame that runs, and what the model sends for it: what was found among what the node sent, and what was not. */
export class Arrival {
  frame = new ReceivedFrame();
  readonly facts: PacketFacts;
  readonly claimed: SentFrame[] = [];
  readonly unmatched: ModelledPacket[] = [];
  /** Its NAT44 session, where that has been silent for so long that it may be gone; -1 for none. */
  silentSession = -1;
  /** Where its way is known: the nodes that see it in the model, and the number of its buffer there. */
  readonly visits: Visit[] = [];
  buffer = -1;
  /** It ran in a vector, and runs alone now. */
  ranBefore = false;

  constructor(depth?: KeyDepth) {
    this.facts = new PacketFacts(depth);
  }

  /** Nothing was found yet. Arrays keep their room, which `length = 0` takes from them. */
  clear(): void {
    while (this.claimed.length > 0) this.claimed.pop();
    while (this.unmatched.length > 0) this.unmatched.pop();
    while (this.visits.length > 0) this.visits.pop();
    this.buffer = -1;
  }
}

/** Told while frames run. */
export interface ModelObserver {
  /** A node is about to see a packet that comes of a frame. */
  turnTo(arrival: Arrival): void;
  transmit(b: PacketBuffer, arrival: Arrival): void;
}

export class Model {
  readonly dataplane: Dataplane;
  private readonly steps: FrameSteps;
  private readonly record = new FrameRecord();
  private readonly records = new TraceRecords();
  private scratch = new Uint8Array(0);
  private scratchView = new DataView(this.scratch.buffer);
  /** The frame that runs, and those that run together, by index in the captures. */
  private arrival = new Arrival();
  private readonly together = new Map<number, Arrival>();

  constructor(
    private readonly tables: Tables,
    private readonly observer: ModelObserver,
  ) {
    const transmit = (b: PacketBuffer): void => {
      this.turnToFrame(b.frame);
      observer.transmit(b, this.arrival);
    };
    this.records.isOn = false;
    this.dataplane = new Dataplane(tables, { transmit, discard: () => undefined }, false, this.records);
    this.steps = FrameSteps.of(this.dataplane);
  }

  /** Whether frames run in vectors. */
  get isVector(): boolean {
    return this.together.size > 0;
  }

  /** Runs a frame to its end. */
  run(arrival: Arrival): void {
    const { dataplane, record } = this;
    const { frame } = arrival;
    if (this.together.size > 0) this.together.clear();
    this.arrival = arrival;
    this.observer.turnTo(arrival);
    if (frame.way !== null) {
      this.runVector([arrival]);
      this.together.clear();
      this.turnTo(arrival);
      return;
    }
    const { length, bytes, at } = frame;
    if (HEADROOM_BYTES + length + TAILROOM_BYTES > this.scratch.length) {
      this.scratch = new Uint8Array(2 * (HEADROOM_BYTES + length + TAILROOM_BYTES));
      this.scratchView = new DataView(this.scratch.buffer);
    }
    const { scratch } = this;
    for (let i = 0; i < length; i++) scratch[HEADROOM_BYTES + i] = bytes[at + i];
    record.setBytes(scratch, this.scratchView, HEADROOM_BYTES, length).setTime(frame.seconds, frame.nanoseconds);
    record.originalLength = frame.originalLength;
    dataplane.nextIndex = frame.index;
    dataplane.receive(record, frame.swIfIndex);
  }

  /** Runs frames in vectors, one for each interface. */
  runVector(arrivals: readonly Arrival[]): void {
    const { dataplane, together } = this;
    together.clear();
    for (const arrival of arrivals) together.set(arrival.frame.index, arrival);
    const frames = arrivals.map(({ frame }) => ({
      record: recordOf(frame),
      swIfIndex: frame.swIfIndex,
      index: frame.index,
    }));
    this.records.clear();
    this.records.isOn = arrivals.length === 1;
    dataplane.graph.observer = { before: (b, node) => this.visit(b, node), after: () => undefined };
    dataplane.receiveVector(frames);
    dataplane.graph.observer = null;
    this.records.isOn = false;
  }

  /** Speaks of one of the frames that ran together from now on. */
  turnTo(arrival: Arrival): void {
    this.arrival = arrival;
    this.dataplane.turnTo(arrival.frame.index);
  }

  get release(): Release {
    return releaseOf(this.tables);
  }

  get hasLeft(): boolean {
    return this.dataplane.disposition === Disposition.Transmitted;
  }

  get isDropped(): boolean {
    return this.dataplane.disposition === Disposition.Dropped;
  }

  /** Why it is not known what VPP did with it; null where it is. */
  get unmodelled(): string | null {
    const { dataplane, isDropped } = this;
    const cause = isDropped ? causeOf(dataplane.frame, dataplane) : '';
    return isNotModelled(cause) ? cause : null;
  }

  /** What the frame that is spoken of is called. */
  get name(): string {
    return this.nameOf(this.arrival.frame);
  }

  nameOf({ number, capture }: CapturedFrame): string {
    return this.dataplane.inputs.name(number, capture);
  }

  /** What was decided about a packet that the frame became. */
  packetStory(b: PacketBuffer): Story {
    const goesOn = (b.flags & FLAG_ORIGINATED) === 0 || (b.flags & FLAG_TRACED) !== 0;
    const { number } = this.dataplane.frame;
    const story = this.story(b.number, goesOn ? number : b.number, null);
    // Of what nodes make, what was decided about the frame tells why.
    return story.decisions.length > 0 ? story : this.story(number, number, null);
  }

  /** What was decided about the frame itself. */
  frameStory(isEnded: boolean): Story {
    const { dataplane } = this;
    const { number } = dataplane.frame;
    return this.story(number, number, isEnded ? causeOf(dataplane.frame, dataplane) : null);
  }

  /** The way of the frame that is spoken of. */
  get way(): ModelledWay {
    const { arrival, dataplane, records, tables } = this;
    const { graph } = dataplane;
    const context = {
      wording: this.release.wording,
      tables,
      errorNames: graph.errors.names,
      nodeNames: graph.names,
    };
    return {
      visits: arrival.visits,
      trace: this.isVector ? null : traceText(records, { ...context, handle: 0 }),
      isWhole: !this.isVector && graph.visits[0] !== MANY,
    };
  }

  private story(packet: number, ancestor: number, cause: string | null): Story {
    const { tables, steps, arrival } = this;
    const { dataplane } = this;
    const { graph, frame: ended } = dataplane;
    return {
      frame: this.name,
      rx: tables.interfaces.all[arrival.frame.swIfIndex].name,
      run: arrival.frame.run,
      isMeant: arrival.frame.isMeant,
      before: endsOf(arrival.facts),
      cause,
      node: cause === null ? '' : graph.causeNodes[ended.cause],
      causeOrigin: cause === null ? '' : causeOriginOf(ended, dataplane),
      decisions: decisionsAbout(steps, packet, ancestor),
      copyOf: null,
    };
  }

  /** A node is about to see a packet. */
  private visit(b: PacketBuffer, node: number): void {
    this.turnToFrame(b.frame);
    const { arrival } = this;
    if (arrival.frame.way === null) return;
    if (arrival.buffer < 0) arrival.buffer = b.number;
    if (arrival.buffer !== b.number) return;
    const { bytes, at, length, cutBytes, flags } = b;
    const name = this.dataplane.graph.names[node];
    arrival.visits.push({ node: name, bytes: bytes.slice(at, at + length), length: length + cutBytes, flags });
  }

  private turnToFrame(index: number): void {
    if (this.together.size === 0) return;
    const arrival = this.together.get(index);
    if (arrival === undefined || arrival === this.arrival) return;
    this.arrival = arrival;
    this.observer.turnTo(arrival);
  }
}

function endsOf({ key, ipProtocol, source, sourcePort, destination, destinationPort }: PacketFacts): PacketEnds | null {
  return key === 0 ? null : { ipProtocol, source, sourcePort, destination, destinationPort };
}

function recordOf({ bytes, view, at, length, originalLength, seconds, nanoseconds }: CapturedFrame): FrameRecord {
  const record = new FrameRecord().setBytes(bytes, view, at, length).setTime(seconds, nanoseconds);
  record.originalLength = originalLength;
  return record;
}
