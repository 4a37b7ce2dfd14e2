/** What any thread can do for a batch: find its frames' flows before their turn, rewrite and write them after it. */

import { errorCode } from '../capture/system-error.js';
import { lookAhead } from '../dataplane/arrivals.js';
import { RecordGatherer } from '../capture/pcap/record-plan.js';
import { writeAll } from '../capture/output/write-descriptor.js';
import { FlowMatcher, type InterfaceMac } from '../pipeline/flow-cache/flow-match.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import { FlowTable, type FlowMemory } from '../pipeline/flow-cache/flow-table.js';
import { VlanTables, type VlanInterfaces } from '../pipeline/ethernet/vlan-tables.js';
import { ToldStage, type ToldOptions } from './told-stage.js';
import {
  FINISHING,
  FOLLOWED,
  FREE,
  MATCHED,
  IS_OF_PACKETS,
  MATCHING,
  READ,
  REWRITE_FROM,
  REWRITE_TO,
  TABLE_LIMIT,
  TABLE_SIZE,
  TOLD_ERROR,
  WRITE_FAILED,
  type SharedBatch,
} from './shared-batch.js';

/** What a thread has to know; all of it can be sent to one. */
export interface StageOptions {
  readonly flows: FlowMemory;
  readonly macs: readonly InterfaceMac[];
  readonly vlanInterfaces: VlanInterfaces;
  /** Reception.flowBindings of the capture. */
  readonly flowBindings: Int32Array;
  /** Arrivals.looksAtAll. */
  readonly looksAtAll: boolean;
  /** Where records go, and the digits of a second in their timestamps. */
  readonly descriptor: number;
  readonly recordDigits: number;
  /** Null where nothing is told of frames that follow flows. */
  readonly told: ToldOptions | null;
}

export class BatchStages {
  private readonly table: FlowTable;
  private readonly matcher: FlowMatcher;
  private readonly gatherer: RecordGatherer;
  private readonly told: ToldStage | null;
  private position = 0;

  constructor(private readonly options: StageOptions) {
    this.table = new FlowTable(options.flows);
    this.matcher = new FlowMatcher(this.table, options.macs, new VlanTables(options.vlanInterfaces));
    this.told = options.told && new ToldStage(options.told, this.table.words);
    this.gatherer = new RecordGatherer((bytes, from, to) => {
      writeAll(options.descriptor, bytes.subarray(from, to), to - from, this.position);
      this.position += to - from;
    });
  }

  /** Does what is to be done for a batch, if anything; true where it has. */
  work(shared: SharedBatch): boolean {
    if (shared.state === READ && shared.claim(READ, MATCHING)) this.match(shared);
    else if (shared.state === FOLLOWED && shared.claim(FOLLOWED, FINISHING)) this.finish(shared);
    else return false;
    return true;
  }

  /** Finds the flows of a batch that was claimed as MATCHING, and what its frames look like. */
  match(shared: SharedBatch): void {
    shared.receive();
    const { batch, task } = shared;
    const { flowBindings, looksAtAll } = this.options;
    this.matcher.match(batch, 0, batch.count, flowBindings, task[TABLE_SIZE], task[TABLE_LIMIT]);
    if (looksAtAll) lookAhead(batch);
    shared.state = MATCHED;
  }

  /** Rewrites and writes what leaves of a batch that was claimed as FINISHING. */
  finish(shared: SharedBatch): void {
    shared.receive();
    const { batch, task, plan } = shared;
    if (!this.tell(shared)) {
      shared.state = WRITE_FAILED;
      return;
    }
    rewriteFlows(batch, task[REWRITE_FROM], task[REWRITE_TO], this.table.words);
    // What is rewritten must not be so again.
    task[REWRITE_FROM] = task[REWRITE_TO];
    this.position = shared.position;
    try {
      plan.emit(batch, this.options.recordDigits, this.gatherer);
    } catch (error) {
      if (errorCode(error) === '') throw error;
      shared.state = WRITE_FAILED;
      return;
    }
    shared.state = FREE;
  }

  /** Writes lines and blocks; false where that failed. */
  private tell({ batch, task, lines, packets }: SharedBatch): boolean {
    const { told } = this;
    if (told === null) return true;
    task[IS_OF_PACKETS] = 0;
    try {
      told.writeLines(batch, lines);
      task[IS_OF_PACKETS] = 1;
      told.writePackets(batch, packets);
    } catch (error) {
      if (errorCode(error) === '') throw error;
      task[TOLD_ERROR] = (error as NodeJS.ErrnoException).errno ?? 0;
      return false;
    }
    return true;
  }
}
