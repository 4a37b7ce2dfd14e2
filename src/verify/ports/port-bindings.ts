/**
 * Which port of the expectation stands for which of the actual capture, for each address and protocol: one to one. The same port on
 * both sides is a binding like any other, so that a port cannot be itself in one packet and another in the next.
 *
 * A binding ends when both ports were idle for as long as a NAT keeps a session: then they may be drawn again.
 */

import { formatAddress } from '../../wire/address.js';
import { NAT_PROTOCOLS } from './nat-pool.js';
import { wordOf, type PortSlots } from './port-slots.js';
import type { BoundPort } from '../report/report.js';
import { HashIndex } from '../match/hash-index.js';

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
  /** Its number among all that were made. */
  readonly index: number;
  readonly address: number;
  readonly protocol: number;
  readonly expected: number;
  readonly actual: number;
  packets: number;
  /** Number of the first actual packet. */
  firstSequence: number;
  /** Last use on either side, in seconds. */
  expectedSeconds: number;
  actualSeconds: number;
}

/** The ports of two packets, when these were captured, and the number of the actual one. */
export interface PortPair {
  readonly sequence: number;
  readonly expected: PortSlots;
  readonly actual: PortSlots;
  readonly expectedSeconds: number;
  readonly actualSeconds: number;
}

export class PortBindings {
  private readonly all: Binding[] = [];
  /** Which of them a port of an address has now, by the address and by protocol · 2^16 + port. A binding is in both or in neither. */
  private readonly byExpected = new HashIndex();
  private readonly byActual = new HashIndex();

  /** How the ports of two packets that `fit` go together. */
  agreement(pair: PortPair): Agreement {
    const { expected, actual } = pair;
    let result = Agreement.Bound;
    for (let slot = 0; slot < expected.count; slot++) {
      const one = this.agreementOf(pair, slot);
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

  private agreementOf(pair: PortPair, slot: number): Agreement {
    const { expected, actual } = pair;
    const there = this.ofExpected(expected.address[slot], expected.boundPort(slot));
    const here = this.ofActual(expected.address[slot], actual.boundPort(slot));
    if (there && there === here) return Agreement.Bound;
    if ((there && !isIdle(there, pair)) || (here && !isIdle(here, pair))) return Agreement.None;
    return expected.port[slot] === actual.port[slot] ? Agreement.Bound : Agreement.New;
  }

  /** Counts the ports of two packets where all of them are bound to each other already, which most are; false where they are not. */
  useBound(pair: PortPair): boolean {
    const { expected, actual } = pair;
    let binding: Binding | null = null;
    for (let slot = 0; slot < expected.count; slot++) {
      binding = this.ofExpected(expected.address[slot], expected.boundPort(slot));
      if (binding?.actual !== actual.port[slot]) return false;
    }
    // Most have one.
    if (binding !== null && expected.count === 1) use(binding, pair);
    else this.bind(pair);
    return true;
  }

  /** Binds the ports of two packets that agree. */
  bind(pair: PortPair): void {
    const { expected, actual, sequence, expectedSeconds, actualSeconds } = pair;
    for (let slot = 0; slot < expected.count; slot++) {
      const address = expected.address[slot];
      let binding = this.ofExpected(address, expected.boundPort(slot));
      if (binding?.actual !== actual.port[slot]) {
        this.forget(binding);
        this.forget(this.ofActual(address, actual.boundPort(slot)));
        binding = {
          index: this.all.length,
          address,
          protocol: expected.protocol[slot],
          expected: expected.port[slot],
          actual: actual.port[slot],
          packets: 0,
          firstSequence: sequence,
          expectedSeconds,
          actualSeconds,
        };
        this.byExpected.add(binding.index, address, expected.boundPort(slot));
        this.byActual.add(binding.index, address, actual.boundPort(slot));
        this.all.push(binding);
      }
      use(binding, pair);
    }
  }

  /** The expected port that a port of the actual capture stands for; the port itself where it is not bound. */
  expectedPort(address: number, word: number): number {
    return this.ofActual(address, word)?.expected ?? word & 0xffff;
  }

  /** The port that an expected one stands for; the port itself where it is not bound. */
  actualPort(address: number, word: number): number {
    return this.ofExpected(address, word)?.actual ?? word & 0xffff;
  }

  /** What keeps two ports from being bound, as half a sentence; null where nothing does. */
  // prettier-ignore
  objection(address: number, protocol: number, expected: number, actual: number, frameOf: (sequence: number) => number): string | null {
    const stands = (port: number, other: number, { packets, firstSequence }: Binding): string =>
      `${port} stands for ${other} (${packets} ${packets === 1 ? 'packet' : 'packets'}, first at frame ${frameOf(firstSequence)})`;
    const there = this.ofExpected(address, wordOf(protocol, expected));
    if (there && there.actual !== actual) return stands(expected, there.actual, there);
    const here = this.ofActual(address, wordOf(protocol, actual));
    return here && here.expected !== expected ? stands(actual, here.expected, here) : null;
  }

  /** Ports that stand for others, most packets first. `frameOf` turns a packet's number among all of its side into one of its capture. */
  report(frameOf: (sequence: number) => number): BoundPort[] {
    return this.all
      .filter(({ expected, actual }) => expected !== actual)
      .sort((a, b) => b.packets - a.packets || a.firstSequence - b.firstSequence)
      .map(({ protocol, address, expected, actual, packets, firstSequence }) => ({
        protocol: NAT_PROTOCOLS[protocol],
        address: formatAddress(address),
        expected,
        actual,
        packets,
        firstFrame: frameOf(firstSequence),
      }));
  }

  private ofExpected(address: number, word: number): Binding | null {
    const index = this.byExpected.first(address, word);
    return index < 0 ? null : this.all[index];
  }

  private ofActual(address: number, word: number): Binding | null {
    const index = this.byActual.first(address, word);
    return index < 0 ? null : this.all[index];
  }

  private forget(binding: Binding | null): void {
    if (binding === null) return;
    this.byExpected.remove(binding.index);
    this.byActual.remove(binding.index);
  }
}

function use(binding: Binding, { sequence, expectedSeconds, actualSeconds }: PortPair): void {
  binding.packets++;
  if (sequence < binding.firstSequence) binding.firstSequence = sequence;
  binding.expectedSeconds = expectedSeconds;
  binding.actualSeconds = actualSeconds;
}

const isIdle = ({ protocol, expectedSeconds, actualSeconds }: Binding, now: PortPair): boolean =>
  now.expectedSeconds - expectedSeconds > IDLE_SECONDS[protocol] &&
  now.actualSeconds - actualSeconds > IDLE_SECONDS[protocol];
