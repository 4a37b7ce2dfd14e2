/** Tells about frames that followed flows: what there is to say of one is its flow's, but for numbers. */

import { BATCH_FRAMES, type FrameBatch } from '../capture/frame-batch.js';
import type { PcapngWriter } from '../capture/output/pcapng-writer.js';
import { commentBytes, numberedComment, writeComments, type NumberedComment } from '../capture/pcapng/packet-block.js';
import type { Dataplane } from '../dataplane/dataplane.js';
import type { FlowTellings } from '../outcome/flow-tellings.js';
import { FlowTexts } from '../outcome/flow-texts.js';
import { AS_RECEIVED, followedLines, sourceText } from '../outcome/frame-story.js';
import { ToldPackets, type PacketForm } from '../outcome/told-packets.js';
import { ToldVerdicts } from '../outcome/told-verdicts.js';
import { FollowedVerdict } from '../outcome/frame-ways.js';
import { FLOW_WORDS, leavesOn } from '../pipeline/flow-cache/flow-record.js';
import type { ToldPlan } from '../workers/told-plan.js';
import type { ToldOptions } from '../workers/told-stage.js';
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
  private readonly comments: FlowTexts | null;
  private readonly form: PacketForm | null;
  private readonly packets: ToldPackets | null;
  private readonly lines: FlowTexts | null;
  private readonly verdicts: ToldVerdicts | null;
  /** Empty ones, of which only is asked whether they are still the same. */
  private readonly ways: FlowTexts | null;
  private readonly verdict: FollowedVerdict | null;
  /** By capture, and sw_if_index that frames of it came in on. */
  private readonly sources: NumberedComment[][] = [];
  /** By capture: its name in JSON. */
  private readonly files: Buffer[] = [];
  /** By frame of a batch: where its flow's text is; and the bytes of all those that were looked up last. */
  private texts = new Int32Array(BATCH_FRAMES);
  private textBytes = 0;
  /** Where threads write: what they are to write is noted here. */
  private linePlan: ToldPlan | null = null;
  private packetPlan: ToldPlan | null = null;

  /** @param flows FlowTable.words */
  constructor(
    private readonly dataplane: Dataplane,
    private readonly tellings: FlowTellings,
    private readonly flows: Int32Array,
    private readonly told: Told,
  ) {
    const { packets, hasPaths, hasBoth } = told;
    const { file = null, tables = null } = told.verdicts ?? {};
    const { flowStamps } = dataplane.tables;
    const { steps } = tellings;
    this.comments =
      packets &&
      new FlowTexts(tellings, flowStamps, () => [optionsOf(followedLines(steps, hasPaths ? tellings.path : []))]);
    this.form = packets && {
      digits: packets.digits,
      portOf: dataplane.tables.interfaces.portOf,
      received: hasBoth ? optionsOf([AS_RECEIVED]) : null,
      texts: this.comments?.memory ?? new SharedArrayBuffer(0),
    };
    this.packets = this.form && packets && new ToldPackets(this.form, flows, packets.output);
    const verdict =
      told.verdicts &&
      new FollowedVerdict(dataplane.tables.interfaces, tellings, told.verdicts.texts, told.verdicts.ways);
    this.verdict = verdict;
    this.lines = file && new FlowTexts(tellings, flowStamps, () => verdict?.pieces ?? []);
    this.verdicts = this.lines && file && new ToldVerdicts(this.lines.memory, file);
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

  /** True where threads can write all of it. */
  get isShareable(): boolean {
    const { packets, verdicts } = this.told;
    return packets?.output.hasPositions !== false && verdicts?.file?.hasPositions !== false;
  }

  /** What threads have to know to write for the capture that runs, the only one. */
  threadOptions(): ToldOptions {
    const { lines, form } = this;
    const { verdicts, packets } = this.told;
    const { capture } = this.dataplane.inputs;
    return {
      verdicts: lines && {
        texts: lines.memory,
        descriptor: verdicts?.file?.descriptor ?? -1,
        file: Uint8Array.from(this.fileOf(capture)),
      },
      packets: form && {
        form,
        descriptor: packets?.output.descriptor ?? -1,
        sources: this.sourcesOf(capture),
      },
    };
  }

  /** Threads write what is noted in these, until there are none. */
  usePlans(lines: ToldPlan | null, packets: ToldPlan | null): void {
    this.linePlan = lines;
    this.packetPlan = packets;
  }

  /** The name of an output. */
  nameOf(isOfPackets: boolean): string {
    const { packets, verdicts } = this.told;
    return (isOfPackets ? packets?.output : verdicts?.file)?.name ?? '';
  }

  /** Writes the verdicts on frames [first, end) of a batch. Throws OutputError. */
  judge(batch: FrameBatch, first: number, end: number): void {
    const { told, dataplane, ways } = this;
    if (told.verdicts === null) return;
    const { inputs } = dataplane;
    const out = told.verdicts.recorder.pass(end - first);
    this.writeLines(batch, first, end, out);
    if (ways !== null) told.verdicts.tables?.follow(batch, first, end, inputs, out, ways, this.wayOf);
  }

  private writeLines(batch: FrameBatch, first: number, end: number, out: number): void {
    const { verdicts, lines, linePlan, told, dataplane } = this;
    if (verdicts === null || lines === null) return;
    const texts = this.textsOf(lines, batch, first, end, linePlan);
    const { firstNumber } = batch;
    const { inputs } = dataplane;
    const file = this.fileOf(inputs.capture);
    const numbers = { firstNumber, firstIndex: inputs.indexOf(firstNumber), file };
    const position =
      linePlan?.hasRoom === true
        ? told.verdicts?.file?.reserveRange(verdicts.bytesOf(first, end, this.textBytes, out, numbers))
        : null;
    if (typeof position === 'number') linePlan?.add(first, end, out, position);
    else verdicts.write(first, end, texts, out, numbers);
  }

  /** Writes the verdict on a frame that the graph ran and a flow was learned from; false where it is no flow's. Throws OutputError. */
  judgeLearned(batch: FrameBatch, i: number): boolean {
    const { verdicts, lines, told, dataplane, ways, tellings } = this;
    const flow = tellings.lastLearned;
    tellings.lastLearned = -1;
    if (told.verdicts === null || flow < 0) return false;
    const { recorder, tables } = told.verdicts;
    tellings.open(flow);
    const out = recorder.takeFollowed(dataplane, tellings.counted);
    if (out < 0) return false;
    const { inputs } = dataplane;
    const number = batch.firstNumber + i;
    if (lines !== null) {
      const text = lines.of(flow, lines.stamp);
      verdicts?.writeLine(text, inputs.indexOf(number), out, this.fileOf(inputs.capture), number);
    }
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
    const { packets, comments, packetPlan, told, dataplane } = this;
    if (packets === null || comments === null || told.packets === null) return;
    const texts = this.textsOf(comments, batch, first, end, packetPlan);
    const sources = this.sourcesOf(dataplane.inputs.capture);
    told.packets.frameCount += (end - first) * (told.hasBoth ? 2 : 1);
    const position =
      packetPlan?.hasRoom === true
        ? told.packets.output.reserveRange(packets.bytesOf(batch, first, end, this.textBytes, sources))
        : null;
    if (position !== null) packetPlan?.add(first, end, 0, position);
    else packets.write(batch, first, end, texts, sources);
  }

  /** Where the texts of frames [first, end) are, by frame. */
  private textsOf(of: FlowTexts, { flow, capacity }: FrameBatch, first: number, end: number, plan: ToldPlan | null) {
    if (this.texts.length < capacity) this.texts = new Int32Array(capacity);
    const texts = plan?.texts ?? this.texts;
    const { stamp } = of;
    let bytes = 0;
    for (let i = first; i < end; i++) {
      texts[i] = of.of(flow[i], stamp);
      bytes += of.bytesOf(flow[i]);
    }
    this.textBytes = bytes;
    return texts;
  }

  private fileOf(capture: number): Buffer {
    return (this.files[capture] ??= Buffer.from(JSON.stringify(this.dataplane.inputs.file)));
  }

  /** What the first comment of frames of the capture that runs says, by the interface that they came in on. */
  private sourcesOf(capture: number): NumberedComment[] {
    const { inputs, tables } = this.dataplane;
    return (this.sources[capture] ??= tables.interfaces.all.map((rx) => {
      return numberedComment(sourceText(inputs.name(NUMBER, capture), rx.name).split(NUMBER));
    }));
  }
}

/** Comments as options. */
function optionsOf(comments: readonly string[]): Uint8Array {
  const bytes = Buffer.alloc(commentBytes(comments));
  writeComments(bytes, 0, comments);
  return bytes;
}
