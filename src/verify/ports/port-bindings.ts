/**
 * Which port of the expectation stands for which of the actual capture, for each address and protocol: one to one. The same port on
 * both sides is a binding like any other, so that a port cannot be itself in one packet and another in the next.
 *
 * A binding ends when both ports were idle for as long as a NAT keeps a session: then they may be drawn again.
 */

import { formatAddress } from '../../wire/address.js';
import { NAT_PROTOCOLS } from './nat-pool.js';
import type { Packet } from '../packet/packet.js';
import { wordOf, type PortSlots } from './port-slots.js';
import type { BoundPort } from '../report/report.js';
import { HashIndex } from '../match/hash-index.js';

/** Session timeouts of VPP 19.08 (src/plugins/nat/nat.h): TCP established, UDP, ICMP. */
const IDLE_SECONDS = [7440, 300, 60] as const;

/** How well two packets' ports go together. */
enum Agreement {
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

export class PortBindings {
  private readonly all: Binding[] = [];
  /** Which of them a port of an address has now, by the address and by protocol · 2^16 + port. A binding is in both or in neither. */
  private readonly byExpected = new HashIndex();
  private readonly byActual = new HashIndex();

  /**
   * Binds the ports of two packets whose slots `fit`; false, with none bound, where they do not agree.
   * @param mayBind false: ports that are bound already, or the same, alone agree
   */
  bind(e: PortSlots, a: PortSlots, expected: Packet, actual: Packet, mayBind: boolean): boolean {
    const agreement = this.agreement(e, a, expected, actual);
    if (agreement === Agreement.None || (agreement === Agreement.New && !mayBind)) return false;
    for (let slot = 0; slot < e.count; slot++) {
      const address = e.address[slot];
      let binding = this.ofExpected(address, e.boundPort(slot));
      if (binding?.actual !== a.port[slot]) {
        this.forget(binding);
        this.forget(this.ofActual(address, a.boundPort(slot)));
        binding = {
          index: this.all.length,
          address,
          protocol: e.protocol[slot],
          expected: e.port[slot],
          actual: a.port[slot],
          packets: 0,
          firstSequence: actual.sequence,
          expectedSeconds: 0,
          actualSeconds: 0,
        };
        this.byExpected.add(binding.index, address, e.boundPort(slot));
        this.byActual.add(binding.index, address, a.boundPort(slot));
        this.all.push(binding);
      }
      binding.packets++;
      if (actual.sequence < binding.firstSequence) binding.firstSequence = actual.sequence;
      binding.expectedSeconds = expected.seconds;
      binding.actualSeconds = actual.seconds;
    }
    return true;
  }

  private agreement(e: PortSlots, a: PortSlots, expected: Packet, actual: Packet): Agreement {
    let result = Agreement.Bound;
    for (let slot = 0; slot < e.count; slot++) {
      const there = this.ofExpected(e.address[slot], e.boundPort(slot));
      const here = this.ofActual(e.address[slot], a.boundPort(slot));
      if (!there || there !== here) {
        if ((there && !isIdle(there, expected, actual)) || (here && !isIdle(here, expected, actual)))
          return Agreement.None;
        if (e.port[slot] !== a.port[slot]) result = Agreement.New;
      }
      // Two ports of one packet: the same on one side means the same on the other.
      for (let other = 0; other < slot; other++) {
        if (e.address[slot] !== e.address[other] || e.protocol[slot] !== e.protocol[other]) continue;
        if ((e.port[slot] === e.port[other]) !== (a.port[slot] === a.port[other])) return Agreement.None;
      }
    }
    return result;
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

const isIdle = ({ protocol, expectedSeconds, actualSeconds }: Binding, expected: Packet, actual: Packet): boolean =>
  expected.seconds - expectedSeconds > IDLE_SECONDS[protocol] &&
  actual.seconds - actualSeconds > IDLE_SECONDS[protocol];
