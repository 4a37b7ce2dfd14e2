/**
 * Runs captures through two nodes side by side, in one pass: both read the same bytes. Frames that follow flows on both sides are compared
 * flow by flow, once for each pair; all others run through both graphs, one node after the other, and what comes out is compared.
 */

import { FrameBatch, HEADROOM_BYTES, LINKTYPE_ETHERNET, type FrameReader } from '../capture/frame-batch.js';
import type { FrameRunner } from '../dataplane/feed-captures.js';
import type { Reception } from '../dataplane/ingress.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { MISSING } from '../pipeline/flow-cache/flow-table.js';
import type { Allowances } from './allowances.js';
import { Findings } from './findings.js';
import { FlowPairs } from './flow-pairs.js';
import { PacketCopy } from './packet-copy.js';
import { Side } from './side.js';

export class TwoNodes implements FrameRunner {
  readonly before: Side;
  readonly after: Side;
  readonly findings: Findings;
  /** Is told of each frame that both graphs ran: its capture, its number there, and the group of its change, -1 for none. */
  judged: ((capture: number, number: number, group: number) => void) | null = null;
  private readonly pairs: FlowPairs;
  private receptions: readonly Reception[] = [];
  private names: readonly (string | null)[] = [];
  private readers: readonly FrameReader[] = [];
  /** By reader: the batch at hand, as the second node sees it. */
  private readonly mirrors: FrameBatch[] = [];
  /** Of the merged input, the frame that comes next. */
  private index = 0;
  /** When the frame that runs was captured. */
  seconds = 0;
  nanoseconds = 0;
  /** The frame that runs as its capture has it, as Ethernet, and as the first node left it. */
  private readonly raw = new PacketCopy();
  private readonly converted = new PacketCopy();
  private received = this.raw;
  private readonly left = new PacketCopy();

  /** Gives a frame the second node's end. */
  private readonly rebind = ({ view, offset, capturedLength }: FrameBatch, i: number): void =>
    void this.findings.bindings.rebind(view, offset[i], capturedLength[i]);

  constructor(before: Tables, after: Tables, allowances: Allowances) {
    const look = (batch: FrameBatch, i: number): void => {
      if (this.received !== this.converted) return;
      this.converted.set(batch.bytes, batch.offset[i], batch.capturedLength[i], batch.originalLength[i]);
    };
    this.before = new Side(before, look);
    this.after = new Side(after, look);
    this.findings = new Findings(this.before, this.after, allowances);
    this.pairs = new FlowPairs(this.before, this.after);
  }

  /** From now on both graphs run every frame. */
  runAll(): void {
    this.before.cache = null;
    this.after.cache = null;
  }

  /** Which captures come. @param names by capture, the interface on which its frames arrived; null where the frames say */
  open(readers: readonly FrameReader[], names: readonly (string | null)[]): void {
    this.readers = readers;
    this.names = names;
    this.receptions = this.after.ingress.open(readers.map(({ name }) => name));
  }

  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    const { before, after, pairs, findings, index } = this;
    const { capture } = before.dataplane.inputs;
    const mirror = this.mirrorOf(batch, first, capture);
    const other = this.receptions[capture];
    after.ingress.bind(other, this.readers[capture].interfaces, this.names[capture]);
    after.ingress.startRun(capture, mirror, first, index);
    this.index = index + end - first;
    const areForgotten = [before.match(batch, first, end, reception), after.match(mirror, first, end, other)];
    if (areForgotten.includes(true)) pairs.clear();
    for (let i = first; i < end;) {
      let next = this.known(batch, mirror, i, end);
      if (next > i) next = after.ahead(mirror, i, before.ahead(batch, i, next, reception), other);
      next = this.pairedUpTo(batch, mirror, i, next);
      if (next === i) this.runOne(batch, mirror, i++, reception, other);
      else {
        before.follow(batch, i, next, reception);
        after.follow(mirror, i, next, other, this.rebind);
        findings.followed(next - i);
        for (; i < next; i++) pairs.count(batch.flow[i], findings.groups);
      }
    }
  }

  private mirrorOf(batch: FrameBatch, first: number, capture: number): FrameBatch {
    let mirror = this.mirrors.at(capture);
    if (mirror === undefined || mirror.capacity < batch.capacity)
      this.mirrors[capture] = mirror = new FrameBatch(batch.bytes, batch.capacity);
    if (first === 0) mirror.mirror(batch);
    mirror.hasDirections = batch.hasDirections;
    return mirror;
  }

  /** How far frames from `i` on are of pairs of flows that were compared. Frames that the second node gets with another end are of its flow of that. */
  private known(batch: FrameBatch, mirror: FrameBatch, i: number, end: number): number {
    const { pairs } = this;
    const { bindings } = this.findings;
    const { isActive, version } = bindings;
    const { view, offset, capturedLength } = batch;
    for (; i < end; i++) {
      const flow = batch.flow[i];
      if (flow >= 0 && isActive && pairs.isLookedUp(flow, version))
        mirror.flow[i] = pairs.counterpart(flow, mirror.flow[i]);
      else if (isActive && flow >= 0 && pairs.isKnown(flow, mirror.flow[i])) {
        if (bindings.concerns(view, offset[i], capturedLength[i])) break;
        pairs.lookUp(flow, version, false);
      }
      if (!pairs.isKnown(flow, mirror.flow[i])) break;
    }
    return i;
  }

  /** How far frames are of such pairs still, when each node has looked at them. */
  private pairedUpTo(batch: FrameBatch, mirror: FrameBatch, i: number, end: number): number {
    while (i < end && this.pairs.isKnown(batch.flow[i], mirror.flow[i])) i++;
    return i;
  }

  /** A frame that is looked at closer. */
  private runOne(batch: FrameBatch, mirror: FrameBatch, i: number, reception: Reception, other: Reception): void {
    const { before, after, pairs, findings, raw } = this;
    const { bindings, groups } = findings;
    const { bytes, view } = batch;
    const at = batch.offset[i];
    const length = batch.capturedLength[i];
    const mayFollow = before.ahead(batch, i, i + 1, reception) > i;
    raw.set(bytes, at, length, batch.originalLength[i]);
    const isRebound = bindings.isActive && bindings.rebind(view, at, length);
    if (isRebound) mirror.flow[i] = MISSING;
    const doesFollow = mayFollow && after.ahead(mirror, i, i + 1, other) > i;
    if (doesFollow && pairs.isAlike(batch.flow[i], mirror.flow[i])) {
      before.follow(batch, i, i + 1, reception);
      after.follow(mirror, i, i + 1, other);
      findings.followed(1);
      pairs.count(batch.flow[i], groups);
      if (bindings.isActive) pairs.lookUp(batch.flow[i], bindings.version, isRebound);
      return;
    }
    if (!mayFollow) after.ahead(mirror, i, i + 1, other);
    const { linkType } = reception.bindings[batch.interfaceIndex[i]];
    this.received = linkType === LINKTYPE_ETHERNET ? raw : this.converted;
    if (isRebound) raw.restore(bytes, at);
    before.run(batch, i, reception);
    const room = Math.min(HEADROOM_BYTES, at);
    if (!before.passes) this.left.set(bytes, at - room, length + room, 0);
    raw.restore(bytes, at);
    if (isRebound) bindings.rebind(view, at, length);
    after.run(mirror, i, other);
    this.seconds = batch.seconds[i];
    this.nanoseconds = batch.nanoseconds[i];
    const group = findings.judge(
      this.received,
      () => before.dataplane.inputs.name(batch.firstNumber + i, before.dataplane.inputs.capture),
      () => {
        if (!before.passes) this.left.restore(bytes, at - room);
      },
    );
    this.judged?.(before.dataplane.inputs.capture, batch.firstNumber + i, group);
    if (doesFollow) pairs.set(batch.flow[i], mirror.flow[i], group);
  }
}
