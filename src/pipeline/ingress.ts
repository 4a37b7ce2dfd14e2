/** From captures into the dataplane: finds each frame's interface and accounts for frames that cannot be replayed. */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.js';
import { isEthernet, LINK_OK, linkReasonName, toEthernet } from '../capture/link-layer.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import type { Dataplane } from './dataplane.js';
import { InterfaceAssignment, UNPLACED } from './interface-assignment.js';

/** Different reasons that are told apart before the rest goes under one heading. */
const REASON_LIMIT = 100;
const FURTHER_REASONS = 'further reasons';

/** How frames of one capture interface are received. */
export interface Binding {
  /** sw_if_index for all of them, or UNPLACED where each frame's MACs decide. */
  readonly swIfIndex: number;
  readonly linkType: number;
}

/** Told about each frame where drops or verdicts are wanted. */
export interface FrameListener {
  beforeFrame(batch: FrameBatch, index: number): void;
  afterFrame(batch: FrameBatch, index: number, dataplane: Dataplane): void;
}

export class Ingress {
  /** Frames that were not replayed, by reason. */
  readonly notReplayed = new Map<string, number>();
  /** Frames received by sw_if_index. */
  readonly receivedBy: Float64Array;
  /** Capture time of the frame that is running. */
  seconds = 0;
  nanoseconds = 0;
  /** Where in its chunk it stands as received, its length, and FrameBatch.recordDigits of what stands before it. */
  chunk: Uint8Array = new Uint8Array(0);
  offset = 0;
  capturedLength = 0;
  recordDigits = 0;
  private readonly assignment: InterfaceAssignment;
  private readonly isUp: Uint8Array;

  constructor(
    private readonly dataplane: Dataplane,
    private readonly listener: FrameListener | null,
  ) {
    const interfaces = dataplane.tables.interfaces.all;
    this.receivedBy = new Float64Array(interfaces.length);
    this.assignment = new InterfaceAssignment(dataplane.tables);
    this.isUp = Uint8Array.from(interfaces, (entry) => (entry.isUp ? 1 : 0));
  }

  /** Runs frames [first, end) of a batch. `bindings` are those of its capture's interfaces, by index. */
  feed(batch: FrameBatch, first: number, end: number, bindings: readonly Binding[]): void {
    const { dataplane, listener, receivedBy, isUp } = this;
    const { bytes, view, offset, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex } = batch;
    this.chunk = bytes;
    for (let i = first; i < end; i++) {
      const { swIfIndex, linkType } = bindings[interfaceIndex[i]];
      let rx = swIfIndex;
      if (!isEthernet(linkType)) rx = this.convert(batch, i, linkType, rx);
      else if (rx === UNPLACED) {
        rx = this.assignment.place(view, offset[i], capturedLength[i]);
        if (rx === UNPLACED) this.note(this.assignment.explain(view, offset[i], capturedLength[i]));
      }
      if (rx === UNPLACED) continue;
      if (isUp[rx] === 0) {
        this.note(`${dataplane.tables.interfaces.all[rx].name} is down and receives nothing`);
        continue;
      }
      receivedBy[rx]++;
      this.offset = offset[i];
      this.capturedLength = capturedLength[i];
      this.recordDigits = isEthernet(linkType) ? batch.recordDigits : 0;
      this.seconds = seconds[i];
      this.nanoseconds = nanoseconds[i];
      if (listener !== null) listener.beforeFrame(batch, i);
      dataplane.receive(bytes, view, offset[i], capturedLength[i], originalLength[i], rx, seconds[i], nanoseconds[i]);
      if (listener !== null) listener.afterFrame(batch, i, dataplane);
    }
  }

  /** How frames of a capture's interface are received: by name where `interfaceName` or its if_name says so. */
  bind(capture: CaptureInterface, interfaceName: string | null): Binding {
    const name = interfaceName ?? capture.name;
    const named = name === null ? undefined : this.dataplane.tables.interfaces.byName(name);
    return { swIfIndex: named?.swIfIndex ?? UNPLACED, linkType: capture.linkType };
  }

  /** Gives a frame of another link type an Ethernet header; the interface it arrived on, or UNPLACED with the reason noted. */
  private convert(batch: FrameBatch, i: number, linkType: number, swIfIndex: number): number {
    const reason = toEthernet(batch, i, linkType);
    if (reason !== LINK_OK) {
      this.note(linkReasonName(reason, linkType));
      return UNPLACED;
    }
    const { view } = batch;
    const at = batch.offset[i];
    const rx = swIfIndex === UNPLACED ? this.placeBySource(view, at, batch.capturedLength[i]) : swIfIndex;
    if (rx === UNPLACED) {
      this.note('no MAC address and an unknown sender; name the interface with INTERFACE=FILE');
      return UNPLACED;
    }
    const { mac } = this.dataplane.tables.interfaces.all[rx];
    ethernet.setDestination(view, at, mac.high, mac.low);
    return rx;
  }

  private placeBySource(view: DataView, at: number, length: number): number {
    const isWhole = length >= ethernet.HEADER_BYTES + ip4.HEADER_BYTES;
    if (ethernet.type(view, at) !== ethernet.TYPE_IP4 || !isWhole) return UNPLACED;
    return this.assignment.placeByAddress(ip4.source(view, at + ethernet.HEADER_BYTES));
  }

  private note(reason: string): void {
    const key = this.notReplayed.has(reason) || this.notReplayed.size < REASON_LIMIT ? reason : FURTHER_REASONS;
    this.notReplayed.set(key, (this.notReplayed.get(key) ?? 0) + 1);
  }
}
