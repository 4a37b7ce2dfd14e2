/** A node of VPP: frames in, and what became of each. For single frames; whole captures are replayed (replay/replay.ts). */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { applyCommand, applyScript } from '../config/apply.js';
import { parseChanges } from '../config/changes.js';
import type { NodeScript, StateText } from '../config/node-script.js';
import { parseScript } from '../config/parse-script.js';
import { scheduleOf, type ChangeSchedule } from '../dataplane/change-schedule.js';
import { Dataplane } from '../dataplane/dataplane.js';
import { receivingInterface } from '../dataplane/interface-assignment.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import { VerdictRecorder, type StepRecord, type Verdict } from '../outcome/verdicts.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { TraceRecords } from '../pipeline/engine/trace/trace-records.js';
import { stateLines } from '../config/state/write-state.js';
import { traceText } from '../trace/show-trace.js';

export interface NodeOptions {
  /** Which VPP it is, as in `--release`: the script's where it is left out. */
  readonly release?: string;
  /** What messages call a script that is given as text, and what its `exec` is relative to. */
  readonly file?: string;
  /** Answers of show commands, taken just before the first frame: the state that the node had then. */
  readonly state?: readonly StateText[];
  /** Commands that it gets while frames run: docs/REPLAY.md has the form. Frames count from 0, as they are received. */
  readonly changes?: { readonly file: string; readonly text: string };
}

/** How a frame arrives. */
export interface Arrival {
  /** Name of the interface. */
  readonly interface: string;
  /** Seconds since 1970, the node's only clock, or since any other time. It never runs backwards. Left out: as the frame before. */
  readonly time?: number;
  /** The same to the nanosecond, as captures have it: instead of `time`. */
  readonly seconds?: number;
  readonly nanoseconds?: number;
  /** Bytes it had on the wire, where a capture cut it. */
  readonly originalLength?: number;
}

/** A packet that left. */
export interface SentPacket {
  readonly interface: string;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

/** Where the frame itself ended. */
export interface FrameEnd {
  readonly how: Verdict['disposition'];
  /** What really ended it, for a person; null where it left. */
  readonly cause: string | null;
  /** 'node: reason', as VPP's trace prints it, stale or not; null where nothing was dropped. */
  readonly drop: string | null;
  /** What it gave rise to that did not leave, a sentence each. */
  readonly lost: readonly string[];
}

/** What became of a frame. */
export interface Outcome {
  /** What left because of it, in order. */
  readonly sent: readonly SentPacket[];
  readonly end: FrameEnd;
  /** Nodes visited, as VPP's trace lists them. */
  readonly nodes: readonly string[];
  /** What the nodes decided, in order. */
  readonly steps: readonly StepRecord[];
  /** What it added to the counters of `show errors`. */
  readonly counters: Readonly<Record<string, number>>;
  /** `show trace` of the frame. */
  readonly trace: string;
}

export class Node {
  readonly tables: Tables;
  readonly dataplane: Dataplane;
  private readonly script: NodeScript;
  private readonly record = new FrameRecord();
  private readonly records = new TraceRecords();
  private readonly recorder = new VerdictRecorder();
  private readonly steps: FrameSteps;
  private readonly changes: ChangeSchedule | null;
  private sent: SentPacket[] = [];

  /**
   * @param script VPP's CLI script, as text or read by `parseScript`
   * @throws {ConfigErrors} for a script that VPP would refuse or that is not modelled, and ConfigError for a release that is not
   */
  constructor(script: string | NodeScript, options: NodeOptions = {}) {
    const read = typeof script === 'string' ? readScript(script, options) : script;
    const { state, changes } = options;
    this.script = {
      ...read,
      ...(state === undefined ? {} : { state }),
      ...(changes === undefined ? {} : { changes: parseChanges(changes.text, changes.file, read) }),
    };
    this.tables = applyScript(this.script);
    const sink = {
      transmit: (b: PacketBuffer): void => {
        this.recorder.transmit(b);
        this.sent.push({
          interface: this.tables.interfaces.all[b.swIfIndexTx].name,
          bytes: b.bytes.slice(b.at, b.at + b.length),
          originalLength: b.length + b.cutBytes,
        });
      },
      discard: (b: PacketBuffer, isPunt: boolean): void => {
        this.recorder.discard(b, this.dataplane, isPunt);
      },
    };
    this.dataplane = new Dataplane(this.tables, sink, true, this.records);
    this.steps = FrameSteps.of(this.dataplane);
    this.changes = scheduleOf(this.script.changes, this.tables);
  }

  /** Which VPP it is. */
  get release(): string {
    return this.script.release.name;
  }

  /** Names of its interfaces, by sw_if_index. */
  get interfaces(): readonly string[] {
    return this.tables.interfaces.all.map(({ name }) => name);
  }

  /**
   * Runs a frame to completion.
   * @param frame from its Ethernet header on, without check sequence; it is copied
   * @throws {RangeError} for an interface that the node does not have, and ConfigError for a change that VPP would refuse
   */
  receive(frame: Uint8Array, arrival: Arrival): Outcome {
    const { record } = this;
    const { interfaces } = this.tables;
    this.setClock(arrival);
    const { inputs, nextIndex } = this.dataplane;
    this.changes?.apply(nextIndex, record.seconds, record.nanoseconds, inputs.nameOf(nextIndex));
    const { swIfIndex, sub } = receivingInterface(interfaces, arrival.interface) ?? { swIfIndex: -1, sub: null };
    if (swIfIndex < 0) throw new RangeError(`there is no interface "${arrival.interface}"`);
    if (sub !== null)
      throw new RangeError(
        `frames of ${arrival.interface} arrive on ${interfaces.all[sub.port].name}, with their tags`,
      );
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.length + TAILROOM_BYTES);
    bytes.set(frame, HEADROOM_BYTES);
    record.setBytes(bytes, new DataView(bytes.buffer), HEADROOM_BYTES, frame.length);
    record.originalLength = arrival.originalLength ?? frame.length;
    this.sent = [];
    this.dataplane.receive(record, swIfIndex);
    const {
      disposition,
      cause,
      drop,
      lost = [],
      nodes,
      counters,
      steps = [],
    } = this.recorder.take(this.dataplane, this.steps);
    return {
      sent: this.sent,
      end: { how: disposition, cause, drop, lost },
      nodes,
      steps,
      counters,
      trace: this.traceText(),
    };
  }

  /**
   * Does what a command does in VPP, between two frames.
   * @throws {ConfigError} for a command that VPP would refuse, or that is not modelled; the node is as before then
   */
  apply(command: string): void {
    const { release, isLenient = false } = this.script;
    const read = parseScript(command, 'command', { release, isLenient, interfaceNames: this.interfaces });
    for (const one of read.commands) applyCommand(one, this.tables);
  }

  /** The state it has now, for `NodeOptions.state` of a node with the same script that goes on from here. */
  saveState(): string {
    return `${[...stateLines(this.tables, this.script)].join('\n')}\n`;
  }

  /**
   * `show trace` of the frame that ran last.
   * @param behind what stands for bytes behind the packet's end, where VPP prints what its memory holds
   */
  traceText(behind = 0): string {
    const { names: nodeNames, errors } = this.dataplane.graph;
    this.records.behind = behind;
    const { wording } = this.script.release;
    return traceText(this.records, { wording, tables: this.tables, errorNames: errors.names, nodeNames, handle: 0 });
  }

  private setClock({ time, seconds, nanoseconds = 0 }: Arrival): void {
    if (time !== undefined) this.record.setTime(Math.floor(time), Math.round((time - Math.floor(time)) * 1e9));
    else if (seconds !== undefined) this.record.setTime(seconds, nanoseconds);
  }
}

const readScript = (text: string, { release, file = 'node.vpp' }: NodeOptions): NodeScript =>
  parseScript(text, file, { release });
