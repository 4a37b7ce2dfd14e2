/** A pcapng of what is not as expected: what the model sends, then what the node sent in its place, each with comments that say so. */

import type { CaptureWriter } from '../capture/output/capture-writer.js';
import { DIRECTION_OUTBOUND } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import { openWriter } from '../capture/output/open-writer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { outputIndexOf, outputInterfaces, sectionOf } from '../pipeline/interface/output-interfaces.js';
import type { CapturedFrame } from './captured-frame.js';
import { CAUSES } from './findings/difference.js';
import type { Marked } from './findings/group.js';

/** Captures have microseconds or nanoseconds; both fit. */
const TIMESTAMP_DIGITS = 9;

export class MarkedOutput {
  private readonly writer: CaptureWriter;
  private readonly record = new FrameRecord();

  /** Throws OutputError. @param script what the configuration is called */
  constructor(path: string, tables: Tables, script: string, application?: string) {
    const interfaces = outputInterfaces(tables, false);
    const section = sectionOf(tables, script, application);
    this.writer = openWriter(path, { interfaces, timestampDigits: TIMESTAMP_DIGITS, section });
  }

  /** Throws OutputError. */
  mark({ group: { kind, cause }, expected, sent, example, decision }: Marked): void {
    const why = [`${kind}: ${CAUSES[cause]}`, ...(decision ? [decision] : [])];
    const of = example.frame === null ? '' : ` for ${example.frame}`;
    if (expected !== null) this.write(expected, [`expected${of}`, ...why]);
    if (sent !== null) this.write(sent, [`sent${example.sent === null ? '' : ` as ${example.sent}`}${of}`, ...why]);
  }

  /** Completes the file. Rejects with OutputError. */
  close(): Promise<void> {
    return this.writer.close();
  }

  /** Leaves no file. */
  abort(): Promise<void> {
    return this.writer.abort();
  }

  private write(frame: CapturedFrame, comments: readonly string[]): void {
    const { record } = this;
    record.setBytes(frame.bytes, frame.view, frame.at, frame.length).setTime(frame.seconds, frame.nanoseconds);
    record.originalLength = frame.originalLength;
    record.interfaceIndex = Math.max(0, outputIndexOf(frame.swIfIndex));
    record.direction = DIRECTION_OUTBOUND;
    record.comments = comments;
    this.writer.write(record);
  }
}
