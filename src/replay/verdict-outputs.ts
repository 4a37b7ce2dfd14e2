/** What a replay writes of each frame's fate: verdicts as lines of JSON, tables, or both from the same verdict. */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { OutputFile } from '../capture/output/output-file.js';
import type { Dataplane, VectorFrame } from '../dataplane/dataplane.js';
import type { FrameSteps } from '../outcome/frame-steps.js';
import { VerdictRecorder, type Verdict } from '../outcome/verdicts.js';
import type { TableFolder } from '../parquet/table-folder.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { InterfaceTable } from '../pipeline/engine/state/interface-table.js';
import type { TableRecorder } from './table-recorder.js';

export class VerdictOutputs {
  readonly recorder = new VerdictRecorder();

  constructor(
    readonly file: OutputFile | null,
    readonly tables: TableRecorder | null,
    private readonly interfaces: InterfaceTable,
  ) {}

  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number, dataplane: Dataplane): void {
    this.recorder.begin(dataplane);
    this.tables?.beforeFrame(batch, index, this.interfaces.all[swIfIndex].name);
  }

  transmit(b: PacketBuffer): void {
    this.recorder.transmit(b);
    this.tables?.transmit(this.interfaces.all[b.swIfIndexTx].name);
  }

  afterFrame(dataplane: Dataplane, steps: FrameSteps | null): void {
    const verdict = this.recorder.take(dataplane, steps);
    this.write(verdict);
    this.tables?.add(verdict);
  }

  /** What frames that came together counted is the last one's. */
  afterVector(frames: readonly VectorFrame[], dataplane: Dataplane): void {
    for (const { index } of frames) {
      dataplane.turnTo(index);
      this.write(this.recorder.take(dataplane, null, index === frames[frames.length - 1].index));
    }
  }

  private write(verdict: Verdict): void {
    this.file?.writeText(`${JSON.stringify(verdict)}\n`);
  }
}

/** Where a run's tables go. What writes them is loaded only where they are wanted: that takes as long as a small replay. */
export async function tableRecorder(...to: ConstructorParameters<typeof TableFolder>): Promise<TableRecorder> {
  const [recorder, folder] = [await import('./table-recorder.js'), await import('../parquet/table-folder.js')];
  return new recorder.TableRecorder(new folder.TableFolder(...to));
}
