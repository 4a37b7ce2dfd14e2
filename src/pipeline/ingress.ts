/** From captures into the dataplane: finds each frame's interface and accounts for frames that cannot be replayed. */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.js';
import { isEthernet, LINK_OK, linkReasonName, toEthernet } from '../capture/link-layer.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { Arrivals } from './arrivals.js';
import type { Dataplane } from './dataplane.js';
import type { FlowCache } from './flow-cache/flow-cache.js';
import { BINDING_LIMIT, BY_MAC, NO_INTERFACE, type MacAssignment } from './flow-cache/flow-match.js';
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

/** How frames of one capture are received. */
export interface Reception {
  /** By index of the capture's interfaces. */
  readonly bindings: Binding[];
  /** The same for FlowMatcher.match, up to its BINDING_LIMIT. */
  readonly flowBindings: Int32Array;
}

/** Told about each frame where drops or verdicts are wanted. */
export interface FrameListener {
  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number): void;
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
  /** Which frame of which batch is running. */
  batch: FrameBatch | null = null;
  index = 0;
  /** Whether frames are as they come from a wire. */
  readonly arrivals = new Arrivals();
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

  /** Runs frames [first, end) of a batch. */
  run(batch: FrameBatch, first: number, end: number, { bindings }: Reception): void {
    for (let i = first; i < end; i++) this.receive(batch, i, bindings, null);
  }

  /** Runs frame `i` of a batch, which `flowCache`, where there is one, stopped at. */
  receive(batch: FrameBatch, i: number, bindings: readonly Binding[], flowCache: FlowCache | null): void {
    const { dataplane, listener, receivedBy, isUp } = this;
    const { view, offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const { swIfIndex, linkType } = bindings[batch.interfaceIndex[i]];
    let rx = swIfIndex;
    if (!isEthernet(linkType)) rx = this.convert(batch, i, linkType, rx);
    else if (rx === UNPLACED) {
      rx = this.assignment.place(view, offset[i], capturedLength[i]);
      if (rx === UNPLACED) this.note(this.assignment.explain(view, offset[i], capturedLength[i]));
    }
    if (rx === UNPLACED) return;
    if (isUp[rx] === 0) {
      this.note(`${dataplane.tables.interfaces.all[rx].name} is down and receives nothing`);
      return;
    }
    receivedBy[rx]++;
    this.batch = batch;
    this.index = i;
    this.seconds = seconds[i];
    this.nanoseconds = nanoseconds[i];
    if (this.arrivals.looks) this.arrivals.look(view, offset[i], capturedLength[i], originalLength[i]);
    if (listener !== null) listener.beforeFrame(batch, i, rx);
    // prettier-ignore
    dataplane.receive(batch.bytes, view, offset[i], capturedLength[i], originalLength[i], rx, seconds[i], nanoseconds[i], flowCache);
    if (listener !== null) listener.afterFrame(batch, i, dataplane);
  }

  /** Interfaces that frames are placed on by their destination MAC, and that are up. */
  get macs(): readonly MacAssignment[] {
    const isUp = ({ swIfIndex }: MacAssignment): boolean => this.isUp[swIfIndex] === 1;
    return this.assignment.macs().filter(isUp);
  }

  /** Nothing is known of any interface yet: `bind` says. */
  reception(): Reception {
    return { bindings: [], flowBindings: new Int32Array(new SharedArrayBuffer(BINDING_LIMIT * 4)).fill(NO_INTERFACE) };
  }

  /** Adds what a capture's interfaces tell that are new: frames are received by name where `interfaceName` or if_name says so. */
  bind(
    { bindings, flowBindings }: Reception,
    interfaces: readonly CaptureInterface[],
    interfaceName: string | null,
  ): void {
    while (bindings.length < interfaces.length) {
      const index = bindings.length;
      const { name, linkType } = interfaces[index];
      const named = this.dataplane.tables.interfaces.byName(interfaceName ?? name ?? '');
      const swIfIndex = named?.swIfIndex ?? UNPLACED;
      bindings.push({ swIfIndex, linkType });
      const receives = isEthernet(linkType) && (named === undefined || this.isUp[swIfIndex] === 1);
      if (index < BINDING_LIMIT) flowBindings[index] = !receives ? NO_INTERFACE : (named?.swIfIndex ?? BY_MAC);
    }
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
