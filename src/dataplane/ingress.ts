/** From captures into the dataplane: finds each frame's interface and accounts for frames that cannot be replayed. */

import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, DIRECTION_UNKNOWN, LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import {
  cookedDirection,
  hostInterfaceOf,
  LINK_OK,
  LINK_UNKNOWN_TYPE,
  linkReasonName,
  toEthernet,
} from '../capture/link-layer.js';
import type { VlanInterfaces } from '../pipeline/ethernet/vlan-tables.js';
import { FlowHashTable2 } from '../pipeline/engine/state/flow-hash-table.js';
import * as ethernet from '../wire/ethernet.js';
import { Arrivals } from './arrivals.js';
import type { ChangeSchedule } from './change-schedule.js';
import type { Dataplane } from './dataplane.js';
import type { FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import { BINDING_LIMIT, BY_MAC, NO_INTERFACE, type InterfaceMac } from '../pipeline/flow-cache/flow-match.js';
import { InterfaceAssignment, receivingInterface, UNPLACED } from './interface-assignment.js';
import { StrippedTags } from './stripped-tags.js';
import { NotReplayed, SENT_BY_NODE, type Reason, type ReasonKind } from './not-replayed.js';
import type { VectorQueue } from './vector-queue.js';
import { MAX_INTERFACES } from '../pipeline/engine/state/interface-table.js';

const MARKED_OUTBOUND: Reason = { kind: 'marked', text: `${SENT_BY_NODE} (the capture marks it as outbound)` };
const COOKED_OUTGOING: Reason = { kind: 'sent', text: `${SENT_BY_NODE} (its cooked header says outgoing)` };

/** How frames of one capture interface are received. */
export interface Binding {
  /** sw_if_index for all of them, or UNPLACED where each frame's MACs decide. */
  readonly swIfIndex: number;
  readonly linkType: number;
}

export interface Reception {
  /** By index of the capture's interfaces. */
  readonly bindings: Binding[];
  /** The same for FlowMatcher.match, up to its BINDING_LIMIT. */
  readonly flowBindings: Int32Array;
  /** True once a frame was seen that the capture marks as inbound. */
  hasInbound: boolean;
  /** Where the capture has the number of a system's interface for each frame: the sw_if_index by that number, as far as it is known. */
  readonly hostInterfaces: FlowHashTable2;
}

/** Told about each frame where drops or verdicts are wanted. */
export interface FrameListener<T extends FrameTarget = Dataplane> {
  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number, dataplane: T): void;
  afterFrame(batch: FrameBatch, index: number, dataplane: T): void;
  /** Told instead where a frame is not replayed. */
  leftOut?(batch: FrameBatch, index: number, reason: string, kind: ReasonKind): void;
}

/** What frames come into: a dataplane, or who keeps them for one. */
export type FrameTarget = Pick<Dataplane, 'tables' | 'inputs' | 'nextIndex' | 'receive'>;

export class Ingress<T extends FrameTarget = Dataplane> {
  private readonly record = new FrameRecord();
  readonly left = new NotReplayed();
  /** Frames received by sw_if_index. */
  readonly receivedBy = new Float64Array(MAX_INTERFACES);
  /** Where frames wait for others that came with them; null where each runs alone. */
  vectors: VectorQueue | null = null;
  /** What the node is told on the way; feedCaptures sees to it. */
  changes: ChangeSchedule | null = null;
  /** Capture time of the frame that is running. */
  seconds = 0;
  nanoseconds = 0;
  /** Which frame of which batch is running, or is to be placed. */
  batch: FrameBatch | null = null;
  index = 0;
  /** Whether frames are as they come from a wire. */
  readonly arrivals = new Arrivals();
  readonly strippedTags: StrippedTags;
  private assignment: InterfaceAssignment;
  private readonly isUp: Uint8Array;
  /** By sw_if_index: that the interface is down. */
  private readonly downReasons: Reason[] = [];
  /** Frames run later than they are placed: whoever runs them sees whether the interface is up by then. */
  isAhead = false;
  private receptions: readonly Reception[] = [];
  /** Index in the merged input of the batch's frame 0. */
  private firstIndex = 0;

  constructor(
    private readonly dataplane: T,
    private readonly listener: FrameListener<T> | null,
  ) {
    const { tables } = dataplane;
    this.assignment = new InterfaceAssignment(tables);
    this.isUp = tables.interfaces.isUpOf;
    this.strippedTags = new StrippedTags(tables);
    tables.configured.listen(() => {
      this.assignment = new InterfaceAssignment(tables);
      for (const { bindings } of this.receptions) bindings.length = 0;
    });
  }

  /** Why a frame of an interface that is down is not replayed. */
  downReason(rx: number): Reason {
    const { name } = this.dataplane.tables.interfaces.all[rx];
    return { kind: 'down', text: `${name} is down and receives nothing` };
  }

  /** How frames of the captures that come will be received, by the names that they were given: `bind` says. */
  open(files: readonly string[]): Reception[] {
    this.dataplane.inputs.open(files);
    return (this.receptions = files.map(() => ({
      bindings: [],
      flowBindings: new Int32Array(new SharedArrayBuffer(BINDING_LIMIT * 4)).fill(NO_INTERFACE),
      hasInbound: false,
      hostInterfaces: new FlowHashTable2(),
    })));
  }

  /** The frames of a batch from `first` on are of `capture`, and from `index` on in the merged input. Comes before their `run`. */
  startRun(capture: number, batch: FrameBatch, first: number, index: number): void {
    this.firstIndex = index - first;
    this.dataplane.inputs.startRun(capture, index, batch.firstNumber + first);
  }

  /** Makes what changes before a frame, once the frames before it have run. Throws ConfigError. */
  change({ seconds, nanoseconds }: FrameBatch, i: number, index: number): void {
    const { changes, dataplane } = this;
    if (!changes?.isDue(index, seconds[i], nanoseconds[i])) return;
    this.vectors?.flush();
    changes.apply(index, seconds[i], nanoseconds[i], dataplane.inputs.nameOf(index));
  }

  /** Runs frames [first, end) of a batch. */
  run(batch: FrameBatch, first: number, end: number, reception: Reception): void {
    for (let i = first; i < end; i++) this.receive(batch, i, reception, null);
  }

  /** Runs frame `i` of a batch, from which `flowCache`, where there is one, learns. */
  receive(batch: FrameBatch, i: number, reception: Reception, flowCache: FlowCache | null): void {
    const { dataplane, listener, receivedBy, isUp } = this;
    const { portOf } = dataplane.tables.interfaces;
    const { view, offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const { swIfIndex, linkType } = reception.bindings[batch.interfaceIndex[i]];
    const direction = batch.hasDirections ? batch.direction[i] : DIRECTION_UNKNOWN;
    this.batch = batch;
    this.index = i;
    let rx = UNPLACED;
    if (linkType !== LINKTYPE_ETHERNET) rx = this.convert(batch, i, linkType, swIfIndex, direction, reception);
    else if (direction === DIRECTION_OUTBOUND) this.note(MARKED_OUTBOUND);
    else rx = this.placeEthernet(view, offset[i], capturedLength[i], swIfIndex, direction === DIRECTION_INBOUND);
    if (rx === UNPLACED) return;
    const on = rx;
    rx = portOf[on];
    if (isUp[rx] === 0 && !this.isAhead) {
      this.note((this.downReasons[rx] ??= this.downReason(rx)));
      return;
    }
    receivedBy[rx]++;
    this.seconds = seconds[i];
    this.nanoseconds = nanoseconds[i];
    dataplane.nextIndex = this.firstIndex + i;
    if (this.arrivals.looks) this.arrivals.look(view, offset[i], capturedLength[i], originalLength[i]);
    const record = this.record.setFrame(batch, i);
    this.strippedTags.look(record, on, rx, linkType === LINKTYPE_ETHERNET);
    if (this.vectors !== null) {
      this.vectors.add(record, rx, this.firstIndex + i);
      return;
    }
    if (listener !== null) listener.beforeFrame(batch, i, rx, dataplane);
    dataplane.receive(record, rx, flowCache);
    if (listener !== null) listener.afterFrame(batch, i, dataplane);
  }

  get macs(): readonly InterfaceMac[] {
    const isUp = ({ swIfIndex }: InterfaceMac): boolean => this.isUp[swIfIndex] === 1;
    return this.assignment.macs().filter(isUp);
  }

  /** What threads that find flows have to know of interfaces beside `macs`. */
  get vlanInterfaces(): VlanInterfaces {
    const { all, isL2Of } = this.dataplane.tables.interfaces;
    return { all, isL2Of };
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
      const named = receivingInterface(this.dataplane.tables.interfaces, interfaceName ?? name ?? '');
      const swIfIndex = named?.swIfIndex ?? UNPLACED;
      bindings.push({ swIfIndex, linkType });
      const receives =
        linkType === LINKTYPE_ETHERNET && (named === undefined || (named.sub === null && this.isUp[swIfIndex] === 1));
      if (index < BINDING_LIMIT) flowBindings[index] = !receives ? NO_INTERFACE : (named?.swIfIndex ?? BY_MAC);
    }
  }

  /**
   * Before frames of a new batch run. A capture that is given to an interface whole, and of which nothing arrived where it was
   * captured, is what another node sent: its frames arrive on the interface, whatever they are marked as. So they do until a
   * batch has one that did arrive there.
   */
  readDirections(reception: Reception, interfaceName: string | null, batch: FrameBatch): void {
    if (interfaceName === null || !batch.hasDirections) return;
    reception.hasInbound ||= batch.direction.subarray(0, batch.count).includes(DIRECTION_INBOUND);
    if (!reception.hasInbound) batch.hasDirections = false;
  }

  /** The interface an Ethernet frame arrived on, or UNPLACED with the reason noted. */
  private placeEthernet(view: DataView, at: number, length: number, swIfIndex: number, isInbound: boolean): number {
    const { assignment } = this;
    if (swIfIndex !== UNPLACED) {
      const own = isInbound ? null : assignment.sentOn(swIfIndex, view, at, length);
      if (own === null) return swIfIndex;
      this.note(own);
      return UNPLACED;
    }
    const rx = assignment.place(view, at, length, isInbound);
    if (rx === UNPLACED) this.note(assignment.explain(view, at, length, isInbound));
    return rx;
  }

  /** Gives a frame of another link type an Ethernet header; the interface it arrived on, or UNPLACED with the reason noted. */
  private convert(
    batch: FrameBatch,
    i: number,
    linkType: number,
    swIfIndex: number,
    marked: number,
    { hostInterfaces }: Reception,
  ): number {
    const direction = marked === DIRECTION_UNKNOWN ? cookedDirection(batch, i, linkType) : marked;
    const hostInterface = hostInterfaceOf(batch, i, linkType);
    const failure = toEthernet(batch, i, linkType);
    if (failure !== LINK_OK) {
      const kind = failure === LINK_UNKNOWN_TYPE ? 'linkType' : 'unreadable';
      this.note({ kind, text: linkReasonName(failure, linkType) });
      return UNPLACED;
    }
    const { view } = batch;
    const at = batch.offset[i];
    const length = batch.capturedLength[i];
    const own = this.whySent(direction, marked, view, at, length);
    let rx = swIfIndex;
    if (rx === UNPLACED) rx = this.placeConverted(hostInterfaces, hostInterface, own !== null, view, at, length);
    if (own !== null) {
      this.note(own);
      return UNPLACED;
    }
    if (rx === UNPLACED) {
      this.note(this.assignment.explainSender(view, at, length));
      return UNPLACED;
    }
    if (!ethernet.isMulticast(view, at)) {
      const { mac } = this.dataplane.tables.interfaces.all[rx];
      ethernet.setDestination(view, at, mac.high, mac.low);
    }
    return rx;
  }

  /** Why a frame that came without a destination MAC was sent by the node; null where it was not, as far as is known. */
  private whySent(direction: number, marked: number, view: DataView, at: number, length: number): Reason | null {
    if (direction === DIRECTION_OUTBOUND) return marked === DIRECTION_UNKNOWN ? COOKED_OUTGOING : MARKED_OUTBOUND;
    return direction === DIRECTION_INBOUND ? null : this.assignment.senderItself(view, at, length);
  }

  /**
   * The interface of a frame that came without a destination MAC. Frames with one number of a system's interface are all of one
   * interface: the first of them whose sender tells which, the node itself or somebody behind the interface, tells it for those after it.
   */
  private placeConverted(
    hostInterfaces: FlowHashTable2,
    hostInterface: number,
    isSent: boolean,
    view: DataView,
    at: number,
    length: number,
  ): number {
    const known = hostInterface === -1 ? UNPLACED : hostInterfaces.get(hostInterface, 0);
    if (known !== UNPLACED) return known;
    const { assignment } = this;
    const found = isSent ? assignment.sentBy(view, at, length) : assignment.placeBySender(view, at, length);
    if (found !== UNPLACED && hostInterface !== -1) hostInterfaces.set(hostInterface, 0, found);
    return found;
  }

  private note(reason: Reason): void {
    this.left.note(reason);
    if (this.batch !== null) this.listener?.leftOut?.(this.batch, this.index, reason.text, reason.kind);
  }
}
