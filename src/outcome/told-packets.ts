/**
 * Blocks of a pcapng for frames that followed flows. Of their comments only the first, which names the frame, is not the same for
 * all frames of a flow.
 */

import { copyFrame, copyWords } from '../capture/copy-frame.js';
import { decimalDigits } from '../capture/decimal.js';
import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, type FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import type { ByteSink } from '../capture/output/output-file.js';
import { numberedBytes, PacketBlockForm, writeNumbered, type NumberedComment } from '../capture/pcapng/packet-block.js';
import { rewriteFlows } from '../pipeline/flow-cache/flow-rewrite.js';
import {
  FLOW_WORDS,
  headerBytesLeaving,
  headerBytesReceived,
  leavesOn,
  receivedOn,
} from '../pipeline/flow-cache/flow-record.js';
import { outputIndexOf } from '../pipeline/interface/output-interfaces.js';
import { TEXT_HEADER } from './flow-texts.js';

/** What has to be known of the output; all of it can be sent to a thread. */
export interface PacketForm {
  /** Of a second in timestamps. */
  readonly digits: number;
  /** By sw_if_index: the interface that its frames are captured on. */
  readonly portOf: Int32Array;
  /** Comments of a received frame behind the first, as options, where such frames stand before those that leave; else null. */
  readonly received: Uint8Array | null;
  /** FlowTexts' memory: a text's only piece is the comments of what leaves behind the first. */
  readonly texts: SharedArrayBuffer;
}

export class ToldPackets {
  private readonly frame = new FrameRecord();
  private readonly form: PacketBlockForm;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly received: DataView;

  /** @param flows FlowTable.words */
  constructor(
    private readonly told: PacketForm,
    private readonly flows: Int32Array,
    private readonly sink: ByteSink,
  ) {
    this.form = new PacketBlockForm(told.digits);
    this.words = new Int32Array(told.texts);
    this.bytes = new Uint8Array(told.texts);
    this.view = new DataView(told.texts);
    const { buffer, byteOffset, byteLength } = told.received ?? new Uint8Array(0);
    this.received = new DataView(buffer, byteOffset, byteLength);
  }

  /** The interface that frames of a flow come in on. */
  rxOf(flow: number): number {
    return this.told.portOf[receivedOn(this.flows, flow * FLOW_WORDS)];
  }

  /**
   * Bytes that `write` writes.
   * @param textBytes of the flows' texts, all together
   */
  bytesOf(
    batch: FrameBatch,
    first: number,
    end: number,
    textBytes: number,
    sources: readonly NumberedComment[],
  ): number {
    const { frame, form, flows } = this;
    const { received } = this.told;
    frame.direction = DIRECTION_OUTBOUND; // any that is known
    let total = textBytes;
    for (let i = first; i < end;) {
      const digits = decimalDigits(batch.firstNumber + i);
      const next = Math.min(end, 10 ** digits - batch.firstNumber);
      for (; i < next; i++) {
        const record = batch.flow[i] * FLOW_WORDS;
        const source = numberedBytes(sources[this.rxOf(batch.flow[i])], digits);
        frame.length = batch.capturedLength[i];
        if (received !== null) total += form.bytesOf(frame, source + received.length);
        frame.length += headerBytesLeaving(flows, record) - headerBytesReceived(flows, record);
        total += form.bytesOf(frame, source);
      }
    }
    return total;
  }

  /**
   * Rewrites frames [first, end) of a batch and writes them.
   * @param texts by frame, where its flow's text is
   * @param sources what the first comment says of frames, by the interface that they came in on
   */
  write(batch: FrameBatch, first: number, end: number, texts: Int32Array, sources: readonly NumberedComment[]): void {
    const { flows, words, told, received } = this;
    if (told.received === null) rewriteFlows(batch, first, end, flows);
    for (let i = first; i < end; i++) {
      const rx = this.rxOf(batch.flow[i]);
      const source = sources[rx];
      if (told.received !== null) {
        this.writeBlock(batch, i, rx, DIRECTION_INBOUND, source, told.received, received, 0, told.received.length);
        rewriteFlows(batch, i, i + 1, flows);
      }
      const tx = told.portOf[leavesOn(flows, batch.flow[i] * FLOW_WORDS)];
      const piece = texts[i] + TEXT_HEADER;
      this.writeBlock(batch, i, tx, DIRECTION_OUTBOUND, source, this.bytes, this.view, words[piece], words[piece + 1]);
    }
  }

  private writeBlock(
    batch: FrameBatch,
    i: number,
    swIfIndex: number,
    direction: number,
    source: NumberedComment,
    text: Uint8Array,
    textView: DataView,
    at: number,
    length: number,
  ): void {
    const { frame, form, sink } = this;
    const number = batch.firstNumber + i;
    const digits = decimalDigits(number);
    frame.setFrame(batch, i);
    frame.direction = direction;
    frame.interfaceIndex = outputIndexOf(swIfIndex);
    const total = form.bytesOf(frame, numberedBytes(source, digits) + length);
    const block = sink.reserve(total);
    const { bytes, view } = sink;
    const option = form.begin(frame, total, bytes, view, block);
    const rest = writeNumbered(source, number, digits, bytes, view, option);
    if (text === this.bytes) copyWords(textView, at, view, rest, length);
    else copyFrame(text, textView, at, bytes, view, rest, length);
    form.end(total, view, block, rest + length);
  }
}
