/** Decides whether two packets are the same, as far as the options ask, and keeps the books on it. */

import { exactKey, keyInLane, withPort } from '../packet/exact-key.js';
import type { ByteRule } from '../packet/field-rules.js';
import { ACTUAL, EXPECTED, type Lane, type SideIndex } from './lanes.js';
import { Layer, Layers } from '../packet/layers.js';
import type { VerifyOptions } from '../options.js';
import { areKeysApart, firstByteApart, type PacketColumns } from '../packet/packet-columns.js';
import { portOneApart } from '../ports/one-port-apart.js';
import { PacketForm, WHOLE, type FormOptions } from '../packet/packet-form.js';
import { PacketKeys } from '../packet/packet-keys.js';
import { haveSameHeaders, isFrom, NO_PORT, NOT_PLAIN, plainPort } from '../ports/plain-pairs.js';
import { Agreement, PortBindings } from '../ports/port-bindings.js';
import { NAT_PROTOCOLS } from '../ports/nat-pool.js';
import type { BoundPort } from '../report/report.js';
import { MAXIMUM_SLOTS, PortSlots } from '../ports/port-slots.js';
import { RuleMask } from '../packet/rule-mask.js';
import type { Tolerances } from '../tolerances.js';
import { WordHash } from './word-hash.js';
import { LINKTYPE_ETHERNET } from '../../capture/frame-batch.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';

/** The first offset where a port may stand: behind the shortest IP header of a packet without a link layer. */
const FIRST_PORT_AT = ip4.HEADER_BYTES;
const FIRST_PORT_IN_FRAME = ethernet.HEADER_BYTES + ip4.HEADER_BYTES;

/** Told of every pair of packets whose times are too far apart. */
export type MistimedSink = (lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number) => void;

export class Comparer {
  readonly bindings = new PortBindings();
  readonly forms: readonly [actual: PacketForm, expected: PacketForm];
  readonly keys: PacketKeys;
  /** Pairs whose timestamps differ, which was overlooked, and the frame of the first: apart from tolerances, since they are many. */
  timesApart = 0;
  firstApart = 0;
  private readonly translated = new Int32Array(MAXIMUM_SLOTS);
  private readonly layers = new Layers();
  private readonly slots = new PortSlots();
  private readonly flow = new WordHash();
  /** By lane. */
  private readonly ruleMasks: RuleMask[] = [];

  constructor(
    private readonly options: VerifyOptions,
    private readonly formOptions: FormOptions,
    private readonly tolerances: Tolerances,
    private readonly isFlowOrder: boolean,
    private readonly frameOf: (sequence: number) => number,
    private readonly onMistimed: MistimedSink,
  ) {
    this.forms = [new PacketForm(formOptions), new PacketForm(formOptions)];
    this.keys = new PacketKeys(formOptions);
  }

  /** The exact key of a packet's counterpart on the other side, as far as its ports are bound. */
  counterpartKey(packets: PacketColumns, i: number, side: SideIndex, { index, rules }: Lane): number {
    const count = packets.portCount[i];
    if (count === 0) return packets.exactKey[i];
    if (count === 1) {
      const word = packets.boundPort[i];
      const port = this.bindings.counterpart(packets.boundAddress[i], word >> 16, word & 0xffff, side === EXPECTED);
      return withPort(keyInLane(packets.keyHigh[i], packets.keyLow[i], index), port);
    }
    const form = this.forms[side];
    form.make(packets, i, rules, this.keys.prefix);
    const { slots } = form;
    for (let slot = 0; slot < slots.count; slot++)
      this.translated[slot] = this.bindings.counterpart(
        slots.address[slot],
        slots.protocol[slot],
        slots.port[slot],
        side === EXPECTED,
      );
    return exactKey(packets.keyHigh[i], packets.keyLow[i], index, slots, this.translated);
  }

  /** Makes the forms of two packets; of as many bytes as both have where one was cut. */
  // prettier-ignore
  makeForms(expected: PacketColumns, i: number, actual: PacketColumns, j: number, rules: readonly ByteRule[], takesPorts = true): void {
    const [a, e] = this.forms;
    e.make(expected, i, rules, WHOLE, takesPorts);
    a.make(actual, j, rules, WHOLE, takesPorts);
    if (e.contentLength !== a.contentLength) return;
    if (e.length !== a.length) {
      const limit = Math.min(e.length, a.length);
      e.make(expected, i, rules, limit, takesPorts);
      a.make(actual, j, rules, limit, takesPorts);
    }
    forgetUnknown(a, e);
  }

  /**
   * Makes two packets' forms with nothing taken out, which differ in the same bits where no rule is to be heeded and the only port, if there
   * is one, is the same and bound to itself. NOT_PLAIN, with nothing made, where this is not so or not known; else the port's binding.
   */
  makePlainForms(expected: PacketColumns, i: number, actual: PacketColumns, j: number): number {
    const port = plainPort(this.bindings, this.keys.prefix, expected, i, actual, j);
    if (port === NOT_PLAIN) return NOT_PLAIN;
    const [a, e] = this.forms;
    e.makePlain(expected, i, WHOLE);
    a.makePlain(actual, j, WHOLE);
    forgetUnknown(a, e);
    if (port === NO_PORT) return NO_PORT;
    const address = expected.boundAddress[i];
    return isFrom(e.view, 0, e.layers, address) === isFrom(a.view, 0, a.layers, address) ? port : NOT_PLAIN;
  }

  /** What makePlainForms would return for two packets with the same headers. */
  plainPort(expected: PacketColumns, i: number, actual: PacketColumns, j: number): number {
    return plainPort(this.bindings, this.keys.prefix, expected, i, actual, j);
  }

  get comparesPadding(): boolean {
    return this.formOptions.comparesPadding;
  }

  /** Whether two packets have the same lengths and headers, and a port that was drawn at the same end; finds the headers. */
  haveSameHeaders(expected: PacketColumns, i: number, actual: PacketColumns, j: number, layers: Layers): boolean {
    return !this.comparesPadding && haveSameHeaders(expected, i, actual, j, layers);
  }

  /** Counts the port of two packets that differ in the same bits with and without it. */
  usePlainPort(port: number, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    if (port >= 0) this.bindings.useNumber(port, expected.seconds[i], actual.seconds[j]);
  }

  /**
   * Takes two packets for the same if they are: with ports that are bound, or can be bound if `mayBind`. Counts the pair then, and
   * what was overlooked.
   */
  match(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number, mayBind = false): boolean {
    return (
      !areKeysApart(expected, i, actual, j) &&
      (this.matchBytes(lane, expected, i, actual, j) ||
        this.matchMasked(lane, expected, i, actual, j) ||
        this.matchForms(lane, expected, i, actual, j, mayBind))
    );
  }

  /** The same for packets whose bytes are the same, or which are a single bound port apart: without making their forms. */
  matchBytes(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    const hasPorts = !this.formOptions.endpoints.isEmpty;
    const firstApart = firstByteApart(expected, i, actual, j);
    if (firstApart < 0) {
      if (hasPorts && !this.bindSame(expected, i, actual, j)) return false;
    } else {
      const isBeforePorts =
        firstApart + 4 <= (actual.linkType[j] === LINKTYPE_ETHERNET ? FIRST_PORT_IN_FRAME : FIRST_PORT_AT);
      if (!hasPorts || lane.rules.length > 0 || isBeforePorts) return false;
      if (!this.isBoundPortApart(expected, i, actual, j)) return false;
    }
    this.count(lane, expected, i, actual, j);
    return true;
  }

  /** The same for packets that differ in what rules take out. */
  matchMasked(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    if (lane.rules.length === 0) return false;
    const { layers, tolerances } = this;
    const hasPorts = !this.formOptions.endpoints.isEmpty;
    const ruleMask = (this.ruleMasks[lane.index] ??= new RuleMask(lane.rules, hasPorts, tolerances));
    layers.findOf(actual, j);
    if (!ruleMask.areSame(expected, i, actual, j, layers)) return false;
    if (hasPorts && !this.bindSame(expected, i, actual, j)) return false;
    ruleMask.note(expected, i, actual, j, this.frameOf(actual.sequence[j]));
    this.count(lane, expected, i, actual, j);
    return true;
  }

  /** The same by the packets' forms alone. */
  // prettier-ignore
  matchForms(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number, mayBind: boolean): boolean {
    const [a, e] = this.forms;
    this.makeForms(expected, i, actual, j, lane.rules);
    if (!e.equals(a)) return false;
    if (e.slots.count > 0 && !this.bind(e.slots, a.slots, expected, i, actual, j, mayBind)) return false;
    const frame = this.frameOf(actual.sequence[j]);
    for (const open of this.tolerances.noteEqualForms(expected, i, e, actual, j, a, lane.rules, frame)) {
      this.makeForms(expected, i, actual, j, lane.rules.filter((rule) => rule !== open));
      if (!e.equals(a)) this.tolerances.note(open.kind, open.text, frame);
    }
    this.count(lane, expected, i, actual, j);
    return true;
  }

  /** Binds the ports of two packets if they agree. */
  // prettier-ignore
  bind(e: PortSlots, a: PortSlots, expected: PacketColumns, i: number, actual: PacketColumns, j: number, mayBind: boolean): boolean {
    const expectedSeconds = expected.seconds[i];
    const actualSeconds = actual.seconds[j];
    if (this.bindings.useBound(e, a, expectedSeconds, actualSeconds)) return true;
    const agreement = this.bindings.agreement(e, a, expectedSeconds, actualSeconds);
    if (agreement === Agreement.None || (agreement === Agreement.New && !mayBind)) return false;
    this.bindings.bind(e, a, actual.sequence[j], expectedSeconds, actualSeconds);
    return true;
  }

  /** What keeps two ports of an address from being bound, as half a sentence; null where nothing does but the options. */
  portObjection(address: number, protocol: BoundPort['protocol'], expected: number, actual: number): string | null {
    const { endpoints } = this.formOptions;
    const index = NAT_PROTOCOLS.indexOf(protocol);
    if (!endpoints.hasAddress(address)) return null;
    for (const port of [expected, actual])
      if (!endpoints.has(address, index, port)) return `${port} is none that the pool draws`;
    return this.bindings.objection(address, index, expected, actual, this.frameOf);
  }

  /** The same bytes on both sides: the ports stand for themselves, if they do not stand for others already. */
  private bindSame(expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    this.findSlots(actual, j);
    return this.slots.count === 0 || this.bind(this.slots, this.slots, expected, i, actual, j, false);
  }

  /** Whether two packets differ in nothing but one port, and the port is bound. */
  private isBoundPortApart(expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    const { layers, slots } = this;
    this.findSlots(actual, j);
    if (slots.count !== 1) return false;
    const port = portOneApart(expected, i, actual, j, layers, slots);
    return port >= 0 && this.bindings.useBoundPort(slots, port, expected.seconds[i], actual.seconds[j]);
  }

  private findSlots(packets: PacketColumns, i: number): void {
    this.layers.findOf(packets, i);
    this.slots.clear();
    this.slots.find(this.layers, packets.view, packets.offset[i], this.formOptions.endpoints);
  }

  private count(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    const seconds = actual.seconds[j] - expected.seconds[i];
    const nanoseconds = actual.nanoseconds[j] - expected.nanoseconds[i];
    if (seconds !== 0 || nanoseconds !== 0) {
      const { timeToleranceSeconds } = this.options;
      if (timeToleranceSeconds !== null && Math.abs(seconds + nanoseconds * 1e-9) > timeToleranceSeconds) {
        this.onMistimed(lane, expected, i, actual, j);
        return;
      }
      this.timesApart++;
      if (this.firstApart === 0) this.firstApart = this.frameOf(actual.sequence[j]);
    }
    lane.matched++;
    if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] > 0)
      lane.order.add(expected.sequence[i], actual.sequence[j], this.isFlowOrder ? this.flowOf(expected, i).value : 0);
  }

  /** A hash of a packet's addresses, protocol and ports; good until the next is asked for. */
  flowOf(packets: PacketColumns, i: number): WordHash {
    const { layers, flow } = this;
    const { view } = packets;
    const at = packets.offset[i];
    layers.findOf(packets, i);
    flow.begin(0);
    for (let k = 0; k < layers.count; k++) {
      const start = at + layers.at[k];
      if (layers.kind[k] === (Layer.Ip4 as number)) {
        flow.mix(ip4.source(view, start));
        flow.mix(ip4.destination(view, start));
        flow.mix(ip4.protocol(view, start));
        // Fragments of a datagram are a flow of their own: only the first one has ports.
        if (ip4.isFragment(view, start)) {
          flow.mix(ip4.identification(view, start));
          break;
        }
      }
      if (layers.kind[k] === (Layer.Tcp as number) || layers.kind[k] === (Layer.Udp as number))
        flow.mix(view.getInt32(start));
    }
    return flow;
  }
}

/** What nobody knows of one packet is not compared with the other. */
function forgetUnknown(a: PacketForm, e: PacketForm): void {
  if (a.contentLength !== e.contentLength) return;
  e.forget(a.unknownChecksumAt);
  a.forget(e.unknownChecksumAt);
}
