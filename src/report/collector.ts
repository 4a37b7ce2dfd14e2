/** Collects what the page of a replay shows, frame by frame, in memory that does not grow with the capture. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import type { NodeScript } from '../config/node-script.js';
import { Disposition, type Dataplane } from '../dataplane/dataplane.js';
import { BACK, FlowBook, stateBits } from '../explain/flow-book.js';
import { flowKeyOf, type FlowKey } from '../outcome/flow-key.js';
import { decisionSteps } from '../explain/frame-explainer.js';
import { packetWords } from '../explain/packet-words.js';
import { adviceFor, adviceParts } from '../explain/remedies.js';
import { causeOf, isFrameItself } from '../outcome/frame-end.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { DISPOSITION_NAMES } from '../outcome/verdicts.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { FrameObserver } from '../replay/frame-observer.js';
import { differingFields } from '../verify/packet/fields.js';
import type { DropGroup, Story } from './report-data.js';
import { TimelineCounts } from './timeline.js';
import { ToldFlows } from './told-flows.js';

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
  readonly told = new ToldFlows();
  readonly groups: OpenGroup[] = [];
  readonly paths: WalkedPath[] = [];
  readonly stories: OpenStory[] = [];
  nodeNames: readonly string[] = [];
  private readonly groupOf = new Map<string, number>();
  private readonly pathOf = new Map<string, number>();
  /** The frame as it was received: nodes rewrite it in place. */
  private received = new Uint8Array(0);
  private receivedView = new DataView(this.received.buffer);
  private frame: RunningFrame = NO_FRAME;
  private dataplane!: Dataplane;
  private steps!: FrameSteps;

  constructor(private readonly script: NodeScript) {}

  attach(dataplane: Dataplane): void {
    this.dataplane = dataplane;
    this.steps = FrameSteps.of(dataplane);
    this.nodeNames = dataplane.graph.names;
  }

  /** What the script calls addresses. */
  get hostNames(): ReadonlyMap<string, string> {
    return this.dataplane.tables.hostNames;
  }

  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number): void {
    const { view, bytes, offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const [at, length] = [offset[index], capturedLength[index]];
    if (length > this.received.length) {
      this.received = new Uint8Array(2 * length);
      this.receivedView = new DataView(this.received.buffer);
    }
    this.received.set(bytes.subarray(at, at + length));
    const time = seconds[index] + nanoseconds[index] / 1e9;
    this.timeline.count('frames', time);
    const key = flowKeyOf(view, at, length);
    const rx = this.dataplane.tables.interfaces.all[swIfIndex].name;
    const found = this.book.find(key, rx, time);
    if (found?.isNew) this.timeline.count('flows', time);
    const wire = Math.max(originalLength[index], length);
    this.frame = { time, key, rx, found, length, wire, tx: null, sent: null, cause: '', isPunt: false };
  }

  transmit(b: PacketBuffer): void {
    const { frame } = this;
    if (!isFrameItself(b, this.dataplane) || frame.found === null) return;
    const { flow, way } = frame.found;
    frame.tx = this.dataplane.tables.interfaces.all[b.swIfIndexTx].name;
    if (flow.packets[way] === 0) this.book.leaves(flow, way, flowKeyOf(b.view, b.at, b.length));
    if (this.told.wants(flow, way)) frame.sent = b.bytes.slice(b.at, b.at + Math.min(b.length, BYTES_KEPT));
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
    const isOtherEnd = group >= 0 && flow.addCause(group);
    if (isOtherEnd) this.groups[group].flows++;
    if (hasEnded) flow.dropped++;
    const told = this.told.of(flow);
    if (told === null) return;
    const hasStory = told.isNews(way, isOtherEnd);
    if (!hasStory && !told.isClimbing) return;
    const words = packetWords(this.receivedView, 0, frame.length, frame.wire);
    told.climb({ time, isBack: way === BACK, words, end: hasEnded ? cause : '' });
    if (hasStory) told.stories.push(this.tell(words, group));
  }

  /** Returns the story's index. */
  private tell(packet: string, cause: number): number {
    const { frame, dataplane, received, script } = this;
    const before = received.slice(0, Math.min(frame.length, BYTES_KEPT));
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
    const story = {
      frame: inputs.nameOf(dataplane.frame.frame),
      packet,
      rx: frame.rx,
      how: DISPOSITION_NAMES[dataplane.disposition],
      cause,
      steps,
      changes,
      before: hex(before),
      after: hex(after),
    };
    return this.stories.push(story) - 1;
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

/** What is known of the frame that runs. */
interface RunningFrame {
  readonly time: number;
  readonly key: FlowKey;
  readonly rx: string;
  readonly found: ReturnType<FlowBook['find']>;
  /** Bytes of it in `received`, and those that it had on the wire. */
  readonly length: number;
  readonly wire: number;
  /** Interface that it left by, and its first bytes then. */
  tx: string | null;
  sent: Uint8Array | null;
  cause: string;
  isPunt: boolean;
}

const NO_FRAME: RunningFrame = {
  ...{ time: 0, key: { protocol: '', source: '', destination: '', flags: 0 }, rx: '', found: null, length: 0, wire: 0 },
  ...{ tx: null, sent: null, cause: '', isPunt: false },
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
