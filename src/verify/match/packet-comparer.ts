/** Decides whether two packets are the same, as far as the options ask, and keeps the books on it. */

import { Dissection } from '../packet/dissection.js';
import { hashFlow } from '../packet/fingerprint.js';
import { Hash64 } from '../packet/hash64.js';
import { NormalForm, WHOLE, type FormOptions } from '../packet/normal-form.js';
import { haveSameBytes, type Packet } from '../packet/packet.js';
import type { VerifyOptions } from '../options.js';
import { NAT_PROTOCOLS } from '../ports/nat-pool.js';
import { PortBindings } from '../ports/port-bindings.js';
import { PortSlots } from '../ports/port-slots.js';
import type { BoundPort } from '../report/report.js';
import type { Tolerances } from '../tolerances.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream } from './streams.js';

/** Told of every pair of packets whose times are too far apart. */
export type MistimedSink = (stream: Stream, expected: Packet, actual: Packet) => void;

/** Which ports a hash is of: none that may be bound, those that are there, or those of the expected side that they stand for. */
export enum Ports {
  None,
  Own,
  Expected,
}

export class PacketComparer {
  readonly bindings = new PortBindings();
  /** Of the two packets that were compared last, unless their bytes are the same. */
  readonly forms: readonly [actual: NormalForm, expected: NormalForm];
  readonly hasPorts: boolean;
  /** Pairs whose timestamps differ, which was overlooked, and the frame of the first: apart from tolerances, since they are many. */
  timesApart = 0;
  firstApart = 0;
  private readonly layers = new Dissection();
  private readonly slots = new PortSlots();
  private readonly flow = new Hash64();

  constructor(
    private readonly options: Pick<VerifyOptions, 'timeToleranceSeconds'>,
    private readonly formOptions: FormOptions,
    private readonly tolerances: Tolerances,
    private readonly isFlowOrder: boolean,
    private readonly frameOf: (sequence: number) => number,
    private readonly onMistimed: MistimedSink,
  ) {
    this.forms = [new NormalForm(formOptions), new NormalForm(formOptions)];
    this.hasPorts = !formOptions.endpoints.isEmpty;
  }

  /**
   * Takes two packets for the same if they are: with ports that are bound, or can be bound if `mayBind`. Counts the pair then, and
   * what was overlooked.
   */
  match(stream: Stream, expected: Packet, actual: Packet, mayBind = false): boolean {
    return this.matchBytes(stream, expected, actual) || this.matchForms(stream, expected, actual, mayBind);
  }

  /** The same for packets whose bytes are the same, which most are: they need no form. Their ports may stand for others already. */
  matchBytes(stream: Stream, expected: Packet, actual: Packet): boolean {
    if (!haveSameBytes(expected, actual) || (this.hasPorts && !this.bindSame(expected, actual))) return false;
    this.count(stream, expected, actual);
    return true;
  }

  /** The same by the packets' forms. */
  matchForms(stream: Stream, expected: Packet, actual: Packet, mayBind: boolean): boolean {
    const [a, e] = this.forms;
    const { rules } = stream;
    this.makeForms(stream, expected, actual);
    if (!e.equals(a)) return false;
    if (e.slots.count > 0 && !this.bindings.bind(e.slots, a.slots, expected, actual, mayBind)) return false;
    for (const open of this.tolerances.noteEqualForms(expected, e, actual, a, rules)) {
      const others = rules.filter((rule) => rule !== open);
      this.makeForms({ rules: others }, expected, actual);
      if (!e.equals(a)) this.tolerances.note(open.kind, open.text, this.frameOf(actual.sequence));
    }
    this.count(stream, expected, actual);
    return true;
  }

  /** Makes the forms of two packets; of as many bytes as both have where one was cut. */
  makeForms({ rules }: Pick<Stream, 'rules'>, expected: Packet, actual: Packet, takesPorts = true): void {
    const [a, e] = this.forms;
    e.make(expected, rules, WHOLE, takesPorts);
    a.make(actual, rules, WHOLE, takesPorts);
    if (e.contentLength !== a.contentLength) return;
    if (e.length !== a.length) {
      const limit = Math.min(e.length, a.length);
      e.make(expected, rules, limit, takesPorts);
      a.make(actual, rules, limit, takesPorts);
    }
    // What nobody knows of one packet is not compared with the other.
    if (a.contentLength !== e.contentLength) return;
    e.forget(a.unknownChecksumAt);
    a.forget(e.unknownChecksumAt);
  }

  /** The same bytes on both sides: the ports stand for themselves, if they do not stand for others already. */
  private bindSame(expected: Packet, actual: Packet): boolean {
    const { slots, layers } = this;
    layers.find(actual.view, actual.at, actual.end, actual.original, actual.linkType);
    slots.clear();
    slots.find(layers, actual.view, actual.at, this.formOptions.endpoints);
    return slots.count === 0 || this.bindings.bind(slots, slots, expected, actual, false);
  }

  /**
   * Hashes all that is compared of a packet, of which at most `limit` bytes are looked at.
   * @returns whether it has ports that may be bound
   */
  hash(into: Hash64, side: SideIndex, packet: Packet, { index, rules }: Stream, ports: Ports, limit: number): boolean {
    const form = this.forms[side];
    form.make(packet, rules, limit);
    form.hashInto(into);
    into.mix(index);
    const { slots } = form;
    if (ports !== Ports.None)
      for (let slot = 0; slot < slots.count; slot++) {
        const isTranslated = ports === Ports.Expected && side === ACTUAL;
        const port = slots.port[slot];
        into.mix(isTranslated ? this.bindings.expectedPort(slots.address[slot], slots.boundPort(slot)) : port);
      }
    return slots.count > 0;
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

  /** A hash of a packet's addresses, protocol and ports. */
  flowOf({ view, at, end, original, linkType }: Packet): number {
    this.layers.find(view, at, end, original, linkType);
    hashFlow(this.flow, this.layers, view, at);
    return this.flow.value;
  }

  private count(stream: Stream, expected: Packet, actual: Packet): void {
    const seconds = actual.seconds - expected.seconds;
    const nanoseconds = actual.nanoseconds - expected.nanoseconds;
    if (seconds !== 0 || nanoseconds !== 0) {
      const { timeToleranceSeconds } = this.options;
      if (timeToleranceSeconds !== null && Math.abs(seconds + nanoseconds * 1e-9) > timeToleranceSeconds) {
        this.onMistimed(stream, expected, actual);
        return;
      }
      this.timesApart++;
      if (this.firstApart === 0) this.firstApart = this.frameOf(actual.sequence);
    }
    stream.matched++;
    if (stream.waiting[ACTUAL] + stream.waiting[EXPECTED] === 0) return;
    stream.order.add(expected.sequence, actual.sequence, this.isFlowOrder ? this.flowOf(expected) : null);
  }
}
