/** A model of the node that a trace was taken on: runs the packets of the trace and returns what it records of them. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../capture/frame-batch.js';
import { FrameRecord } from '../../capture/frame-record.js';
import { Dataplane } from '../../dataplane/dataplane.js';
import { decidingRule } from '../../pipeline/acl/acl-step-words.js';
import { ACL_VERDICT } from '../../pipeline/acl/acl-steps.js';
import { FrameSteps } from '../../outcome/frame-steps.js';
import { TraceRecords } from '../../pipeline/engine/trace/trace-records.js';
import { causeOf } from '../../outcome/frame-end.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import type { TraceWording } from '../../pipeline/trace/trace-context.js';
import { releaseOf } from '../../releases/release.js';
import { parseTrace } from '../parse/records.js';
import type { NodeRecord } from '../parse/trace-record.js';
import { traceText } from '../show-trace.js';
import { UnknownReads } from './unknown-reads.js';

/** Where unknown bytes may decide. */
export interface Dependence {
  /** Nodes that read some, and the record of each by index. */
  readonly reads: readonly { readonly node: string; readonly record: number }[];
  /** Record from which on the twin goes another way. */
  readonly partedFrom: number;
}

export class Model {
  /** Why the packet that ran last was dropped, or null. */
  discardCause: string | null = null;
  private readonly reads: UnknownReads;
  private readonly records = new TraceRecords();
  private readonly dataplane: Dataplane;
  private readonly steps: FrameSteps;
  private readonly wording: TraceWording;

  /** @param showsAllOfHeaders headers are shown as later releases show them, whatever the release that decides */
  constructor(
    readonly tables: Tables,
    showsAllOfHeaders: boolean,
  ) {
    const { wording } = releaseOf(tables);
    this.wording = showsAllOfHeaders ? { ...wording, headers: 'detailed' } : wording;
    const sink = {
      transmit: () => undefined,
      discard: (b: unknown) => {
        if (b === this.dataplane.frame) this.discardCause = causeOf(this.dataplane.frame, this.dataplane);
      },
    };
    this.dataplane = new Dataplane(tables, sink, true, this.records);
    this.steps = FrameSteps.of(this.dataplane);
    const { graph } = this.dataplane;
    this.reads = new UnknownReads(graph.names, this.records);
    graph.observer = this.reads;
  }

  /**
   * Runs a frame; returns its records. @param micro of the traced VPP's clock
   * @param twin the model that ran the frame with other values in the place of unknown bytes, or null
   */
  run(frame: Uint8Array, swIfIndex: number, micro: number, twin: Model | null): NodeRecord[] {
    const chunk = new Uint8Array(HEADROOM_BYTES + frame.length + TAILROOM_BYTES);
    chunk.set(frame, HEADROOM_BYTES);
    this.discardCause = null;
    this.reads.start(twin?.reads ?? null);
    const [seconds, nanoseconds] = [Math.floor(micro / 1e6), (micro % 1e6) * 1000];
    const view = new DataView(chunk.buffer);
    const record = new FrameRecord().setBytes(chunk, view, HEADROOM_BYTES, frame.length).setTime(seconds, nanoseconds);
    record.originalLength = frame.length;
    this.dataplane.receive(record, swIfIndex);
    // What a record shows behind the packet's end is in no trace the same.
    this.records.behind = twin === null ? 0xff : 0;
    return this.recordsUpTo(this.records.length);
  }

  /** What the packet that ran last owes to bytes that differ from the twin's. */
  dependence(): Dependence {
    const { reads, partedAt } = this.reads;
    return {
      reads: reads.map(({ node, recordsEnd }) => ({ node, record: this.recordsUpTo(recordsEnd).length - 1 })),
      partedFrom: partedAt < 0 ? Infinity : this.recordsUpTo(partedAt).length,
    };
  }

  private recordsUpTo(length: number): NodeRecord[] {
    const { graph } = this.dataplane;
    const whole = this.records.length;
    this.records.length = length;
    const text = traceText(this.records, {
      wording: this.wording,
      tables: this.tables,
      errorNames: graph.errors.names,
      nodeNames: graph.names,
      handle: 0,
    });
    this.records.length = whole;
    return parseTrace(`Packet 1\n\n${text}`, true).packets.flatMap(({ records }) => records);
  }

  /** The ACL rule that decided at a node, where one did. */
  ruleAt(node: string): string | null {
    const { steps, tables } = this.steps;
    for (const at of steps.all()) {
      if (steps.kindAt(at) !== ACL_VERDICT || this.steps.nodeNames[steps.nodeAt(at)] !== node) continue;
      const { acl, rule } = decidingRule(at, this.steps);
      if (acl >= 0) return tables.acl.describeRule(acl, rule);
    }
    return null;
  }
}
