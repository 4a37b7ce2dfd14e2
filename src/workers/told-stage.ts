/** What a thread writes of frames that followed flows: lines of verdicts, blocks of a pcapng. */

import { COPY_SLACK_BYTES } from '../capture/copy-frame.js';
import type { FrameBatch } from '../capture/frame-batch.js';
import type { ByteSink } from '../capture/output/output-file.js';
import { writeAll } from '../capture/output/write-descriptor.js';
import type { NumberedComment } from '../capture/pcapng/packet-block.js';
import { ToldPackets, type PacketForm } from '../outcome/told-packets.js';
import { ToldVerdicts } from '../outcome/told-verdicts.js';
import type { ToldPlan } from './told-plan.js';

/** What a thread has to know for that; all of it can be sent to one. */
export interface ToldOptions {
  readonly verdicts: {
    readonly texts: SharedArrayBuffer;
    readonly descriptor: number;
    /** The capture's name in JSON. */
    readonly file: Uint8Array;
  } | null;
  readonly packets: {
    readonly form: PacketForm;
    readonly descriptor: number;
    /** By the interface that frames came in on. */
    readonly sources: readonly NumberedComment[];
  } | null;
}

const BUFFER_BYTES = 256 * 1024;

/** Writes to places of a file. */
class PlacedSink implements ByteSink {
  bytes = new Uint8Array(BUFFER_BYTES + COPY_SLACK_BYTES);
  view = new DataView(this.bytes.buffer);
  position = 0;
  private used = 0;

  constructor(private readonly descriptor: number) {}

  reserve(length: number): number {
    if (this.used + length + COPY_SLACK_BYTES > this.bytes.length) {
      this.flush();
      if (length + COPY_SLACK_BYTES > this.bytes.length) {
        this.bytes = new Uint8Array(2 * length + COPY_SLACK_BYTES);
        this.view = new DataView(this.bytes.buffer);
      }
    }
    const at = this.used;
    this.used += length;
    return at;
  }

  /** Throws the system's error. */
  flush(): void {
    const { used } = this;
    this.used = 0;
    if (used > 0) writeAll(this.descriptor, this.bytes, used, this.position);
    this.position += used;
  }
}

export class ToldStage {
  private readonly lineSink: PlacedSink;
  private readonly packetSink: PlacedSink;
  private readonly verdicts: ToldVerdicts | null;
  private readonly packets: ToldPackets | null;

  /** @param flows FlowTable.words */
  constructor(
    private readonly options: ToldOptions,
    flows: Int32Array,
  ) {
    const { verdicts, packets } = options;
    this.lineSink = new PlacedSink(verdicts?.descriptor ?? -1);
    this.packetSink = new PlacedSink(packets?.descriptor ?? -1);
    this.verdicts = verdicts && new ToldVerdicts(verdicts.texts, this.lineSink);
    this.packets = packets && new ToldPackets(packets.form, flows, this.packetSink);
  }

  /** Writes the lines of a batch's frames. The capture is the only one. Throws the system's error. */
  writeLines({ firstNumber }: FrameBatch, plan: ToldPlan): void {
    const { verdicts, lineSink } = this;
    const file = this.options.verdicts?.file;
    if (verdicts === null || file === undefined) return;
    const numbers = { firstNumber, firstIndex: firstNumber - 1, file };
    for (let run = 0; run < plan.runs; run++) {
      lineSink.position = plan.position(run);
      verdicts.write(plan.first(run), plan.end(run), plan.texts, plan.out(run), numbers);
      lineSink.flush();
    }
  }

  /** Rewrites a batch's frames and writes their blocks. Throws the system's error. */
  writePackets(batch: FrameBatch, plan: ToldPlan): void {
    const { packets, packetSink } = this;
    if (packets === null) return;
    for (let run = 0; run < plan.runs; run++) {
      packetSink.position = plan.position(run);
      packets.write(batch, plan.first(run), plan.end(run), plan.texts, this.options.packets?.sources ?? []);
      packetSink.flush();
    }
  }
}
