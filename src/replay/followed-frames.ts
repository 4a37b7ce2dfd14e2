/** Tells about frames that followed flows: what there is to say of one is its flow's, but for numbers. */

import type { FrameBatch } from '../capture/frame-batch.js';
import { PcapngWriter } from '../capture/output/pcapng-writer.js';
import { commentBytes, writeComments, type NumberedComment } from '../capture/pcapng/packet-block.js';
import type { Dataplane } from '../dataplane/dataplane.js';
import type { FlowTellings } from '../outcome/flow-tellings.js';
import { FlowTexts } from '../outcome/flow-texts.js';
import { AS_RECEIVED, followedLines, sourceText } from '../outcome/frame-story.js';
import { FollowedVerdict } from '../outcome/verdicts.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { FLOW_WORDS, leavesOn, receivedOn } from '../pipeline/flow-cache/flow-record.js';
import { outputIndexOf } from '../pipeline/interface/output-interfaces.js';
import { commentText, FollowedPackets, textOf, type CommentText } from './followed-packets.js';
import { FollowedVerdicts } from './followed-verdicts.js';
import type { FollowedWay } from './table-ways.js';
import type { VerdictOutputs } from './verdict-outputs.js';

/** What is written about frames, and how. */
export interface Told {
  /** Frames that leave, with comments. */
  readonly packets: PcapngWriter | null;
  /** Received frames stand before those. */
  readonly hasBoth: boolean;
  /** Comments name the nodes that a frame visited. */
  readonly hasPaths: boolean;
  readonly verdicts: VerdictOutputs | null;
}

/** Stands where a frame's number will. */
const NUMBER = '\0';

export class FollowedFrames {
  private readonly packets: FollowedPackets | null;
  private readonly verdicts: FollowedVerdicts | null;
  private readonly comments: FlowTexts | null;
  private readonly lines: FlowTexts | null;
  /** Empty ones, of which only is asked whether they are still the same. */
  private readonly ways: FlowTexts | null;
  private readonly verdict: FollowedVerdict | null;
  private readonly received = commentText([AS_RECEIVED]);
  private readonly sent: CommentText | null;
  /** By capture, and sw_if_index that frames of it came in on. */
  private readonly sources: NumberedComment[][] = [];

  /** @param flows FlowTable.words */
  constructor(
    private readonly dataplane: Dataplane,
    private readonly tellings: FlowTellings,
    private readonly flows: Int32Array,
    private readonly told: Told,
  ) {
    const { packets, hasPaths } = told;
    const { file: verdicts = null, tables = null } = told.verdicts ?? {};
    const { flowStamps } = dataplane.tables;
    const { steps } = tellings;
    this.packets = packets && new FollowedPackets(packets);
    this.comments =
      packets &&
      new FlowTexts(tellings, flowStamps, () => {
        const lines = followedLines(steps, hasPaths ? tellings.path : []);
        const options = Buffer.alloc(commentBytes(lines));
        writeComments(options, 0, lines);
        return [options];
      });
    this.sent = this.comments && textOf(this.comments.bytes, 0);
    const verdict = told.verdicts && new FollowedVerdict(dataplane, tellings, told.verdicts.texts);
    this.verdict = verdict;
    this.lines = verdicts && new FlowTexts(tellings, flowStamps, () => verdict?.pieces ?? []);
    this.verdicts = this.lines && verdicts && new FollowedVerdicts(verdicts, this.lines);
    this.ways = tables && new FlowTexts(tellings, flowStamps, () => []);
    const all = [this.comments, this.lines, this.ways].filter((texts) => texts !== null);
    tellings.areTextsFull = () => all.some(({ isFull }) => isFull);
    tellings.onLearned = (flow) => {
      for (const texts of all) texts.drop(flow);
    };
    tellings.onForgotten = () => {
      for (const texts of all) texts.forget();
      tables?.forget();
    };
  }

  /** True where frames that leave are written here. */
  get hasPackets(): boolean {
    return this.packets !== null;
  }

  /** Writes the verdicts on frames [first, end) of a batch. Throws OutputError. */
  judge(batch: FrameBatch, first: number, end: number): void {
    const { verdicts, told, dataplane, ways } = this;
    if (told.verdicts === null) return;
    const out = told.verdicts.recorder.pass(end - first);
    verdicts?.write(batch, first, end, dataplane.inputs, out);
    if (ways !== null) told.verdicts.tables?.follow(batch, first, end, dataplane.inputs, out, ways, this.wayOf);
  }

  /** Writes the verdict on a frame that the graph ran and a flow was learned from; false where it is no flow's. Throws OutputError. */
  judgeLearned(batch: FrameBatch, i: number): boolean {
    const { verdicts, told, dataplane, ways, tellings } = this;
    const flow = tellings.lastLearned;
    tellings.lastLearned = -1;
    if (told.verdicts === null || flow < 0) return false;
    const { recorder, tables } = told.verdicts;
    tellings.open(flow);
    const out = recorder.takeFollowed(dataplane, tellings.counted);
    if (out < 0) return false;
    const { inputs } = dataplane;
    const number = batch.firstNumber + i;
    verdicts?.writeOne(flow, number, inputs, out);
    if (ways !== null) tables?.followLearned(flow, number, inputs, out, ways, this.wayOf);
    return true;
  }

  private readonly wayOf = (flow: number): FollowedWay => {
    const { tellings, dataplane, flows, verdict } = this;
    if (verdict === null) throw new Error('no ways are asked for without verdicts');
    tellings.open(flow);
    const { all, portOf } = dataplane.tables.interfaces;
    const tx = all[portOf[leavesOn(flows, flow * FLOW_WORDS)]].name;
    return { way: verdict.way, steps: verdict.steps, tx };
  };

  /** Rewrites frames [first, end) of a batch and writes them with comments. Throws OutputError. */
  write(batch: FrameBatch, first: number, end: number): void {
    const { packets, comments, sent, received, flows, told } = this;
    if (packets === null || comments === null || sent === null) return;
    const { stamp, words } = comments;
    const sources = this.sourcesOf(this.dataplane.inputs.capture);
    const { portOf } = this.dataplane.tables.interfaces;
    if (!told.hasBoth) rewriteFlows(batch, first, end, flows);
    for (let i = first; i < end; i++) {
      const flow = batch.flow[i];
      const record = flow * FLOW_WORDS;
      const rx = portOf[receivedOn(flows, record)];
      const source = sources[rx] ?? this.addSource(sources, rx);
      if (told.hasBoth) {
        packets.write(batch, i, outputIndexOf(rx), true, source, received);
        rewriteFlows(batch, i, i + 1, flows);
      }
      const at = comments.of(flow, stamp);
      sent.at = words[at + 1];
      sent.length = words[at + 2];
      packets.write(batch, i, outputIndexOf(portOf[leavesOn(flows, record)]), false, source, sent);
    }
  }

  private sourcesOf(capture: number): NumberedComment[] {
    return (this.sources[capture] ??= []);
  }

  /** What the first comment of frames of the capture that runs says that came in on an interface. */
  private addSource(sources: NumberedComment[], rx: number): NumberedComment {
    const { inputs, tables } = this.dataplane;
    const text = sourceText(inputs.name(NUMBER, inputs.capture), tables.interfaces.all[rx].name);
    const [before, behind] = text.split(NUMBER).map((part) => Buffer.from(part));
    return (sources[rx] = { before, behind });
  }
}
