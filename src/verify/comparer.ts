/** Decides whether two packets are the same, as far as the options ask, and keeps the books on it. */

import type { ByteRule } from './field-rules.js';
import { ACTUAL, EXPECTED, type Lane, type SideIndex } from './lanes.js';
import { Layer, Layers } from './layers.js';
import type { VerifyOptions } from './options.js';
import { areSameBytes, type PacketColumns } from './packet-columns.js';
import { portOneApart } from './one-port-apart.js';
import { PacketForm, type FormOptions } from './packet-form.js';
import { Agreement, PortBindings } from './port-bindings.js';
import { NAT_PROTOCOLS } from './nat-pool.js';
import type { BoundPort } from './report.js';
import { MAXIMUM_SLOTS, PortSlots } from './port-slots.js';
import type { Tolerances } from './tolerances.js';
import * as ip4 from '../wire/ip4.js';

/** Packets that were cut to less than this are found by their place, not by their hash. */
const SHORTEST_PREFIX = 64;
const WHOLE = 0x7fffffff;

/** Told of every pair of packets whose times are too far apart. */
export type MistimedSink = (lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number) => void;

export class Comparer {
  readonly bindings = new PortBindings();
  readonly forms: readonly [actual: PacketForm, expected: PacketForm];
  /** Bytes of a packet that keys are made of: as few as the shortest packet that was cut. */
  prefix = WHOLE;
  /** Pairs whose timestamps differ, which was overlooked, and the frame of the first; a count of its own, since they are many. */
  timesApart = 0;
  firstApart = 0;
  private readonly translated = new Int32Array(MAXIMUM_SLOTS);
  private readonly layers = new Layers();
  private readonly slots = new PortSlots();

  constructor(
    private readonly options: VerifyOptions,
    private readonly formOptions: FormOptions,
    private readonly tolerances: Tolerances,
    private readonly isFlowOrder: boolean,
    private readonly frameOf: (sequence: number) => number,
    private readonly onMistimed: MistimedSink,
  ) {
    this.forms = [new PacketForm(formOptions), new PacketForm(formOptions)];
  }

  /** Makes the keys of a packet. True where it turned out to be cut shorter than keys allow for: then all keys are void. */
  makeKeys(packets: PacketColumns, i: number, side: SideIndex, { index, rules }: Lane): boolean {
    const form = this.forms[side];
    form.make(packets, i, rules, this.prefix);
    let isShorter = false;
    if (packets.capturedLength[i] < form.contentLength && packets.capturedLength[i] < this.prefix) {
      const prefix = Math.max(SHORTEST_PREFIX, packets.capturedLength[i]);
      isShorter = prefix < this.prefix;
      this.prefix = prefix;
    }
    form.makeKey();
    packets.keyHigh[i] = form.keyHigh;
    packets.keyLow[i] = form.keyLow;
    packets.portCount[i] = form.slots.count;
    packets.exactKey[i] = exactKey(form, index, form.slots.port);
    packets.hasKey[i] = 1;
    return isShorter;
  }

  /** A hash of all that is compared of a packet, ports included, below 2^53. */
  wholeKey(packets: PacketColumns, i: number, side: SideIndex, { index, rules }: Lane): number {
    const form = this.forms[side];
    form.make(packets, i, rules, WHOLE);
    form.makeKey();
    return (form.keyHigh >>> 0) * 0x200000 + (exactKey(form, index, form.slots.port) >>> 11);
  }

  /** The exact key of a packet's counterpart on the other side, as far as its ports are bound. */
  counterpartKey(packets: PacketColumns, i: number, side: SideIndex, { index, rules }: Lane): number {
    if (packets.portCount[i] === 0) return packets.exactKey[i];
    const form = this.forms[side];
    form.make(packets, i, rules, this.prefix);
    const { slots } = form;
    for (let slot = 0; slot < slots.count; slot++)
      this.translated[slot] = this.bindings.counterpart(
        slots.address[slot],
        slots.protocol[slot],
        slots.port[slot],
        side === EXPECTED,
      );
    form.keyHigh = packets.keyHigh[i];
    form.keyLow = packets.keyLow[i];
    return exactKey(form, index, this.translated);
  }

  /** Makes the forms of two packets; of as many bytes as both have where one was cut. */
  makeForms(expected: PacketColumns, i: number, actual: PacketColumns, j: number, rules: readonly ByteRule[]): void {
    const [a, e] = this.forms;
    e.make(expected, i, rules, WHOLE);
    a.make(actual, j, rules, WHOLE);
    if (e.length === a.length || e.contentLength !== a.contentLength) return;
    const limit = Math.min(e.length, a.length);
    e.make(expected, i, rules, limit);
    a.make(actual, j, rules, limit);
  }

  /**
   * Takes two packets for the same if they are: with ports that are bound, or can be bound if `mayBind`. Counts the pair then, and
   * what was overlooked.
   */
  match(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number, mayBind = false): boolean {
    const hasPorts = !this.formOptions.endpoints.isEmpty;
    if (areSameBytes(expected, i, actual, j)) {
      if (hasPorts && !this.bindSame(expected, i, actual, j)) return false;
    } else if (!hasPorts || lane.rules.length > 0 || !this.isBoundPortApart(expected, i, actual, j)) {
      const [a, e] = this.forms;
      this.makeForms(expected, i, actual, j, lane.rules);
      if (!e.equals(a)) return false;
      if (e.slots.count > 0 && !this.bind(e.slots, a.slots, expected, i, actual, j, mayBind)) return false;
      this.tolerances.noteEqualForms(expected, i, e, actual, j, a, lane.rules, this.frameOf(actual.sequence[j]));
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
    const { layers, slots } = this;
    const at = packets.offset[i];
    layers.find(packets.view, at, at + packets.capturedLength[i], packets.originalLength[i], packets.linkType[i]);
    slots.clear();
    slots.find(layers, packets.view, at, this.formOptions.endpoints);
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
      lane.order.add(expected.sequence[i], actual.sequence[j], this.isFlowOrder ? this.flowOf(expected, i) : 0);
  }

  /** A hash of a packet's addresses, protocol and ports, below 2^53. */
  flowOf(packets: PacketColumns, i: number): number {
    const { layers } = this;
    const { view } = packets;
    const at = packets.offset[i];
    layers.find(view, at, at + packets.capturedLength[i], packets.originalLength[i], packets.linkType[i]);
    let high = 0;
    let low = 0;
    const mix = (word: number): void => {
      high = Math.imul(high ^ word, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low ^ word, 0x85ebca77) + 0x165667b1;
      low ^= low >>> 13;
    };
    for (let k = 0; k < layers.count; k++) {
      const start = layers.at[k];
      if (layers.kind[k] === (Layer.Ip4 as number)) {
        mix(ip4.source(view, start));
        mix(ip4.destination(view, start));
        mix(ip4.protocol(view, start));
        // Fragments of a datagram are a flow of their own: only the first one has ports.
        if (ip4.isFragment(view, start)) {
          mix(ip4.identification(view, start));
          break;
        }
      }
      if (layers.kind[k] === (Layer.Tcp as number) || layers.kind[k] === (Layer.Udp as number))
        mix(view.getInt32(start));
    }
    return (high >>> 0) * 0x200000 + (low >>> 11);
  }
}

/** Key of a packet with its ports, in its lane. */
function exactKey({ keyHigh, keyLow, slots: { count } }: PacketForm, lane: number, ports: Int32Array): number {
  let key = Math.imul(keyHigh ^ lane, 0x9e3779b1) ^ keyLow;
  for (let slot = 0; slot < count; slot++) key = Math.imul(key ^ (key >>> 15) ^ ports[slot], 0x85ebca6b);
  return key ^ (key >>> 16);
}
