/**
 * Which port of the expectation stands for which of the actual capture, for each address and protocol: one to one. The same port on
 * both sides is a binding like any other, so that a port cannot be itself in one packet and another in the next.
 *
 * A binding ends when both ports were idle for as long as a NAT keeps a session: then they may be drawn again.
 */

import { formatAddress } from '../../wire/address.js';
import { NAT_PROTOCOLS } from './nat-pool.js';
import { MAXIMUM_SLOTS, wordOf, type PortSlots } from './port-slots.js';
import type { BoundPort } from '../report/report.js';
import { WordPairs } from '../match/word-pairs.js';

/** Session timeouts of VPP 19.08 (src/plugins/nat/nat.h): TCP established, UDP, ICMP. */
const IDLE_SECONDS = [7440, 300, 60] as const;

/** How well two packets' ports go together. */
export enum Agreement {
  /** One of them stands for another port already. */
  None,
  /** They can be bound. */
  New,
  /** They are bound to each other, or the same and not bound yet. */
  Bound,
}

interface Binding {
  readonly address: number;
  readonly protocol: number;
  readonly expected: number;
  readonly actual: number;
  packets: number;
  /** Frame of the actual capture. */
  readonly firstSequence: number;
  /** Last use on either side, in seconds. */
  expectedSeconds: number;
  actualSeconds: number;
}

export class PortBindings {
  private readonly all: Binding[] = [];
  /** Which of them a port of an address has now, by the address and by protocol · 2^16 + port. */
  private readonly byExpected = new WordPairs();
  private readonly byActual = new WordPairs();
  /** Those of the packet at hand. */
  private readonly bound = new Int32Array(MAXIMUM_SLOTS);
  /** Bindings of ports that differ, in the order they were made. */
  readonly different: Binding[] = [];

  /** How the ports of two packets that `fit` go together. */
  agreement(expected: PortSlots, actual: PortSlots, expectedSeconds: number, actualSeconds: number): Agreement {
    let result = Agreement.Bound;
    for (let slot = 0; slot < expected.count; slot++) {
      const one = this.agreementOf(expected, actual, slot, expectedSeconds, actualSeconds);
      if (one === Agreement.None) return Agreement.None;
      if (one < result) result = one;
      // Two ports of one packet: the same on one side means the same on the other.
      for (let other = 0; other < slot; other++) {
        if (expected.address[slot] !== expected.address[other]) continue;
        if (expected.protocol[slot] !== expected.protocol[other]) continue;
        const areSame = expected.port[slot] === expected.port[other];
        if (areSame !== (actual.port[slot] === actual.port[other])) return Agreement.None;
      }
    }
    return result;
  }

  private agreementOf(
    expected: PortSlots,
    actual: PortSlots,
    slot: number,
    expectedSeconds: number,
    actualSeconds: number,
  ): Agreement {
    const there = this.ofExpected(expected.address[slot], expected.boundPort(slot));
    const here = this.ofActual(expected.address[slot], actual.boundPort(slot));
    if (there && there === here) return Agreement.Bound;
    if (there && !isIdle(there, expectedSeconds, actualSeconds)) return Agreement.None;
    if (here && !isIdle(here, expectedSeconds, actualSeconds)) return Agreement.None;
    return expected.port[slot] === actual.port[slot] ? Agreement.Bound : Agreement.New;
  }

  /**
   * Counts the ports of two packets where all of them are bound to each other already, which most are; false where they are not. One look-up
   * for each: a binding is in both maps or in neither.
   */
  useBound(expected: PortSlots, actual: PortSlots, expectedSeconds: number, actualSeconds: number): boolean {
    for (let slot = 0; slot < expected.count; slot++) {
      const index = this.byExpected.get(expected.address[slot], expected.boundPort(slot));
      if (index < 0 || this.all[index].actual !== actual.port[slot]) return false;
      this.bound[slot] = index;
    }
    for (let slot = 0; slot < expected.count; slot++)
      this.use(this.all[this.bound[slot]], expectedSeconds, actualSeconds);
    return true;
  }

  /** The same for the one slot of a packet, whose counterpart has `expectedPort` in its place. */
  useBoundPort(actual: PortSlots, expectedPort: number, expectedSeconds: number, actualSeconds: number): boolean {
    const binding = this.ofExpected(actual.address[0], wordOf(actual.protocol[0], expectedPort));
    if (binding?.actual !== actual.port[0]) return false;
    this.use(binding, expectedSeconds, actualSeconds);
    return true;
  }

  /** Number of the binding of a port that stands for itself, or -1. */
  ofItself(address: number, word: number): number {
    const index = this.byExpected.get(address, word);
    return index >= 0 && this.all[index].actual === (word & 0xffff) ? index : -1;
  }

  /** Counts the port of a binding, by its number. */
  useNumber(index: number, expectedSeconds: number, actualSeconds: number): void {
    this.use(this.all[index], expectedSeconds, actualSeconds);
  }

  private use(binding: Binding, expectedSeconds: number, actualSeconds: number): void {
    binding.packets++;
    binding.expectedSeconds = expectedSeconds;
    binding.actualSeconds = actualSeconds;
  }

  /** Binds the ports of two packets that agree; true where ports differ. */
  bind(
    expected: PortSlots,
    actual: PortSlots,
    sequence: number,
    expectedSeconds: number,
    actualSeconds: number,
  ): boolean {
    let isDifferent = false;
    for (let slot = 0; slot < expected.count; slot++) {
      const address = expected.address[slot];
      let binding = this.ofExpected(address, expected.boundPort(slot));
      const other = this.ofActual(address, actual.boundPort(slot));
      if (binding === null || binding !== other) {
        this.forget(binding);
        this.forget(other);
        binding = {
          address,
          protocol: expected.protocol[slot],
          expected: expected.port[slot],
          actual: actual.port[slot],
          packets: 0,
          firstSequence: sequence,
          expectedSeconds,
          actualSeconds,
        };
        this.byExpected.put(address, expected.boundPort(slot), this.all.length);
        this.byActual.put(address, actual.boundPort(slot), this.all.length);
        this.all.push(binding);
        if (binding.expected !== binding.actual) this.different.push(binding);
      }
      this.use(binding, expectedSeconds, actualSeconds);
      if (binding.expected !== binding.actual) isDifferent = true;
    }
    return isDifferent;
  }

  /** The port on the other side that one stands for; the port itself where it is not bound. */
  counterpart(address: number, protocol: number, port: number, isExpected: boolean): number {
    const word = wordOf(protocol, port);
    if (isExpected) return this.ofExpected(address, word)?.actual ?? port;
    return this.ofActual(address, word)?.expected ?? port;
  }

  /** What keeps two ports from being bound, as half a sentence; null where nothing does. */
  objection(
    address: number,
    protocol: number,
    expected: number,
    actual: number,
    frameOf: (sequence: number) => number,
  ): string | null {
    const there = this.ofExpected(address, wordOf(protocol, expected));
    if (there && there.actual !== actual)
      return `${expected} stands for ${there.actual} (${packetsText(there.packets)}, first at frame ${frameOf(there.firstSequence)})`;
    const here = this.ofActual(address, wordOf(protocol, actual));
    if (!here || here.expected === expected) return null;
    return `${actual} stands for ${here.expected} (${packetsText(here.packets)}, first at frame ${frameOf(here.firstSequence)})`;
  }

  /** Most packets first. `frameOf` turns a packet's number among all of its side into one of its capture. */
  report(frameOf: (sequence: number) => number): BoundPort[] {
    const byPackets = this.different.toSorted((a, b) => b.packets - a.packets || a.firstSequence - b.firstSequence);
    return byPackets.map((binding) => ({
      protocol: NAT_PROTOCOLS[binding.protocol],
      address: formatAddress(binding.address),
      expected: binding.expected,
      actual: binding.actual,
      packets: binding.packets,
      firstFrame: frameOf(binding.firstSequence),
    }));
  }

  private ofExpected(address: number, word: number): Binding | null {
    const index = this.byExpected.get(address, word);
    return index < 0 ? null : this.all[index];
  }

  private ofActual(address: number, word: number): Binding | null {
    const index = this.byActual.get(address, word);
    return index < 0 ? null : this.all[index];
  }

  private forget(binding: Binding | null): void {
    if (binding === null) return;
    this.byExpected.delete(binding.address, wordOf(binding.protocol, binding.expected));
    this.byActual.delete(binding.address, wordOf(binding.protocol, binding.actual));
  }
}

const packetsText = (count: number): string => `${count} ${count === 1 ? 'packet' : 'packets'}`;

const isIdle = (
  { protocol, expectedSeconds, actualSeconds }: Binding,
  nowExpected: number,
  nowActual: number,
): boolean =>
  nowExpected - expectedSeconds > IDLE_SECONDS[protocol] && nowActual - actualSeconds > IDLE_SECONDS[protocol];
