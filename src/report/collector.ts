/** Collects what the page of a replay shows, frame by frame, in memory that does not grow with the capture. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import type { NodeScript } from '../config/node-script.js';
import { Disposition, type Dataplane } from '../dataplane/dataplane.js';
import { decisionSteps } from '../explain/explain-frame.js';
import { packetWords } from '../explain/packet-words.js';
import { adviceFor, adviceParts } from '../explain/remedies.js';
import { causeOf, isFrameItself } from '../outcome/frame-end.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { DISPOSITION_NAMES } from '../outcome/verdicts.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { FrameObserver } from '../replay/frame-observer.js';
import { differingFields } from '../verify/packet/fields.js';
import { BACK, FlowBook, stateBits, type OpenFlow, type Way } from './flow-book.js';
import { flowKeyOf, type FlowKey } from '../outcome/flow-key.js';
import type { DropGroup, Story } from './report-data.js';
import { TimelineCounts } from './timeline.js';

const STORIES_KEPT = 4000;
const CAUSES_KEPT = 200;
const PATHS_KEPT = 2000;
/** Of a frame, for its story. */
const BYTES_KEPT = 128;

/** A distinct way through the graph. */
export interface WalkedPath {
  readonly rx: string;
  readonly tx: string | null;
  /** Graph nodes by index. */
  readonly nodes: readonly number[];
  frames: number;
}

interface OpenGroup extends Omit<DropGroup, 'line'> {
  count: number;
  flows: number;
  /** 'file:line' of the command that decided. */
  readonly origin: string | null;
}

/** A story whose lines are still 'file:line'. */
export interface OpenStory extends Omit<Story, 'steps'> {
  readonly steps: readonly { readonly node: string; readonly text: string; readonly origin: string | null }[];
}

export class ReportCollector implements FrameObserver {
  readonly timeline = new TimelineCounts();
  readonly book = new FlowBook();
  readonly groups: OpenGroup[] = [];
  readonly paths: WalkedPath[] = [];
  readonly stories: OpenStory[] = [];
  nodeNames: readonly string[] = [];
  private readonly groupOf = new Map<string, number>();
  private readonly pathOf = new Map<string, number>();
  private readonly received = new Uint8Array(BYTES_KEPT);
  private frame: RunningFrame = NO_FRAME;
  private dataplane!: Dataplane;
  private steps!: FrameSteps;

  constructor(private readonly script: NodeScript) {}

  attach(dataplane: Dataplane): void {
    this.dataplane = dataplane;
    this.steps = FrameSteps.of(dataplane);
    this.nodeNames = dataplane.graph.names;
  }

  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number): void {
    const { view, bytes, offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const [at, length] = [offset[index], capturedLength[index]];
    const kept = Math.min(length, BYTES_KEPT);
    this.received.set(bytes.subarray(at, at + kept));
    const time = seconds[index] + nanoseconds[index] / 1e9;
    this.timeline.count('frames', time);
    const key = flowKeyOf(view, at, length);
    const rx = this.dataplane.tables.interfaces.all[swIfIndex].name;
    const found = this.book.find(key, rx, time);
    if (found?.isNew) this.timeline.count('flows', time);
    const wire = Math.max(originalLength[index], length);
    // Nodes rewrite the frame in place: its words are made now, where somebody may want them.
    const words = this.wantsWords(found) ? packetWords(view, at, length, originalLength[index]) : '';
    this.frame = { time, key, rx, found, kept, wire, words, tx: null, sent: null, cause: '', isPunt: false };
  }

  transmit(b: PacketBuffer): void {
    const { frame } = this;
    if (!isFrameItself(b, this.dataplane) || frame.found === null) return;
    const { flow, way } = frame.found;
    frame.tx = this.dataplane.tables.interfaces.all[b.swIfIndexTx].name;
    if (flow.packets[way] === 0) this.book.leaves(flow, way, flowKeyOf(b.view, b.at, b.length));
    if (!flow.told[way]) frame.sent = b.bytes.slice(b.at, b.at + Math.min(b.length, BYTES_KEPT));
  }

  discard(b: PacketBuffer, isPunt: boolean): void {
    if (!isFrameItself(b, this.dataplane)) return;
    this.frame.cause = causeOf(b, this.dataplane);
    this.frame.isPunt = isPunt;
  }

  afterFrame(): void {
    const { frame, dataplane } = this;
    const { found, cause, time } = frame;
    const hasEnded = dataplane.disposition === Disposition.Dropped || dataplane.disposition === Disposition.Punted;
    const path = this.walk();
    if (hasEnded) this.timeline.count('drops', time);
    const group = hasEnded ? this.groupFor(cause) : -1;
    if (group >= 0) this.groups[group].count++;
    if (found === null) return;
    const { flow, way } = found;
    flow.packets[way]++;
    flow.bytes[way] += frame.wire;
    flow.last = time;
    flow.flags |= stateBits(frame.key.flags);
    if (path >= 0) flow.addPath(path);
    if (way !== BACK) flow.tx ??= frame.tx;
    const isOtherEnd = group >= 0 && !flow.causes.has(group);
    if (isOtherEnd) {
      flow.causes.add(group);
      this.groups[group].flows++;
    }
    if (hasEnded) flow.dropped++;
    flow.climb(() => ({ time, isBack: way === BACK, words: frame.words, end: hasEnded ? cause : '' }));
    if (!flow.told[way] || isOtherEnd) this.tell(flow, way, group);
  }

  private wantsWords(found: ReturnType<FlowBook['find']>): boolean {
    if (found === null) return false;
    // Whether it ends otherwise than the flow's others is not known yet: such packets are few.
    return !found.flow.told[found.way] || found.flow.isClimbing || found.flow.packets[found.way] < WORDED_PACKETS;
  }

  private tell(flow: OpenFlow, way: Way, cause: number): void {
    flow.told[way] = true;
    if (this.stories.length >= STORIES_KEPT) return;
    const { frame, dataplane, received, script } = this;
    const before = received.slice(0, frame.kept);
    const after = frame.sent ?? new Uint8Array(0);
    const changes =
      frame.sent === null
        ? []
        : differingFields(before, after, LINKTYPE_ETHERNET).map((one) => ({
            field: one.field,
            before: one.expected,
            after: one.actual,
          }));
    const { inputs } = dataplane;
    const steps = decisionSteps(this.steps, script).map(({ node, text, config }) => ({
      node,
      text,
      origin: config === null ? null : `${config.file}:${config.line}`,
    }));
    flow.stories.push(this.stories.length);
    this.stories.push({
      frame: inputs.nameOf(dataplane.frame.frame),
      packet: frame.words,
      rx: frame.rx,
      how: DISPOSITION_NAMES[dataplane.disposition],
      cause,
      steps,
      changes,
      before: hex(before),
      after: hex(after),
    });
  }

  /** Index of the way that the frame took; -1 beyond the number that is kept. */
  private walk(): number {
    const { dataplane, frame } = this;
    const name = `${dataplane.receivedOn.swIfIndex} ${dataplane.path.join()} ${frame.tx ?? ''}`;
    const known = this.pathOf.get(name);
    if (known !== undefined) {
      this.paths[known].frames++;
      return known;
    }
    if (this.paths.length >= PATHS_KEPT) return -1;
    const at = this.paths.push({ rx: frame.rx, tx: frame.tx, nodes: [...dataplane.path], frames: 1 }) - 1;
    this.pathOf.set(name, at);
    return at;
  }

  private groupFor(cause: string): number {
    const name = this.groupOf.size < CAUSES_KEPT || this.groupOf.has(cause) ? cause : OTHER_CAUSES;
    const known = this.groupOf.get(name);
    if (known !== undefined) return known;
    const { dataplane, frame } = this;
    const { graph } = dataplane;
    const last = decisionSteps(this.steps, this.script).at(-1)?.config ?? null;
    const at =
      this.groups.push({
        cause: name,
        how: frame.isPunt ? 'punted' : 'dropped',
        count: 0,
        flows: 0,
        firstFrame: dataplane.inputs.nameOf(dataplane.frame.frame),
        origin: /(\S+:\d+)/.exec(cause)?.[1] ?? (last === null ? null : `${last.file}:${last.line}`),
        remedy: adviceParts(adviceFor(dataplane.frame, dataplane)).remedy,
        node: graph.errors.names[dataplane.frame.error].split(':')[0],
      }) - 1;
    this.groupOf.set(name, at);
    return at;
  }
}

const OTHER_CAUSES = 'other causes';
/** Packets each way whose words are made in case they end otherwise. */
const WORDED_PACKETS = 1000;

/** What is known of the frame that runs. */
interface RunningFrame {
  readonly time: number;
  readonly key: FlowKey;
  readonly rx: string;
  readonly found: ReturnType<FlowBook['find']>;
  /** Bytes of it in `received`, and those that it had on the wire. */
  readonly kept: number;
  readonly wire: number;
  readonly words: string;
  /** Interface that it left by, and its first bytes then. */
  tx: string | null;
  sent: Uint8Array | null;
  cause: string;
  isPunt: boolean;
}

const NO_FRAME: RunningFrame = {
  ...{ time: 0, key: { protocol: '', source: '', destination: '', flags: 0 }, rx: '', found: null, kept: 0, wire: 0 },
  ...{ words: '', tx: null, sent: null, cause: '', isPunt: false },
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
