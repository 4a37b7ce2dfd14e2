/** What a replay writes of each frame's fate: verdicts as lines of JSON, tables, or both from the same verdict. */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { OutputFile } from '../capture/output/output-file.js';
import type { Dataplane, VectorFrame } from '../dataplane/dataplane.js';
import type { FrameSteps } from '../outcome/frame-steps.js';
import { StepTexts } from '../outcome/step-texts.js';
import { FrameWays } from '../outcome/frame-ways.js';
import { VerdictRecorder } from '../outcome/verdicts.js';
import type { TableFolder } from '../parquet/table-folder.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import type { TableRecorder } from './table-recorder.js';

export class VerdictOutputs {
  readonly recorder = new VerdictRecorder();
  readonly texts: StepTexts;
  readonly ways: FrameWays;

  constructor(
    readonly file: OutputFile | null,
    readonly tables: TableRecorder | null,
    private readonly dataplane: Dataplane,
  ) {
    this.texts = new StepTexts(dataplane.tables.flowStamps);
    this.ways = new FrameWays(dataplane);
  }

  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number, dataplane: Dataplane): void {
    this.recorder.begin(dataplane);
    this.tables?.beforeFrame(batch, index, dataplane.tables.interfaces.all[swIfIndex].name);
  }

  transmit(b: PacketBuffer): void {
    this.recorder.transmit(b);
    this.tables?.transmit(this.dataplane.tables.interfaces.all[b.swIfIndexTx].name);
  }

  afterFrame(dataplane: Dataplane, frameSteps: FrameSteps): void {
    const told = this.recorder.takeTold(dataplane, frameSteps, this.texts, this.ways.of);
    this.file?.writeText(this.ways.lineOf(told));
    this.tables?.add(told, frameSteps.haveMaker);
  }

  /** What frames that came together counted is the last one's. */
  afterVector(frames: readonly VectorFrame[], dataplane: Dataplane): void {
    for (const { index } of frames) {
      dataplane.turnTo(index);
      const verdict = this.recorder.take(dataplane, null, index === frames[frames.length - 1].index);
      this.file?.writeText(`${JSON.stringify(verdict)}\n`);
    }
  }
}

/** Where a run's tables go. What writes them is loaded only where they are wanted: that takes as long as a small replay. */
export async function tableRecorder(...to: ConstructorParameters<typeof TableFolder>): Promise<TableRecorder> {
  const [recorder, folder] = [await import('./table-recorder.js'), await import('../parquet/table-folder.js')];
  return new recorder.TableRecorder(new folder.TableFolder(...to));
}
