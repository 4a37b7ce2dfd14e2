/**
 * The one random stream of NAT44: outside ports, ICMP identifiers and the choice of load-balancing back ends all draw
 * from it, so their order matters (src/vppinfra/random.h random_u32).
 */

import { savedRow } from '../../engine/state/saved-states.js';

/** port_per_thread with one thread: 0xffff - 1024. */
export const PORTS_PER_ADDRESS = 0xffff - 1024;
/** Highest port that static mappings may have without counting as busy. */
export const LAST_RESERVED_PORT = 1024;
const MULTIPLIER = 1664525;
/** Its inverse modulo 2^32. */
const INVERSE = 4276115653;
const INCREMENT = 1013904223;
/** random_u32_max() / (max - min + 1) + 1 in integers: the width of a port's slice of the 32-bit range. */
const SLICE = Math.floor(0xffffffff / PORTS_PER_ADDRESS) + 1;

/** Who knows what a node chose where it was free to, and has it chosen here as well. */
export interface NatChoices {
  /**
   * The port or identifier that a session gets.
   * @param address the outside address that was chosen, or that of twice-nat
   * @param protocol NAT's number
   * @param port what the generator gives, or the host's own where it is kept
   */
  port(address: number, protocol: number, port: number, isKept: boolean): number;
  /** Whether a port that the generator gave is that of a session of which nobody saw a packet; asked once. */
  isUnseen(port: number): boolean;
  /** The pool's address that a session of a protocol without ports gets, which depends on sessions before it; 0 where nobody knows. */
  address(): number;
  /** The back end of a load-balanced mapping. @param drawn what the generator gives; null for none */
  backEnd<L extends BackEnd>(candidates: readonly L[], drawn: L | null): L | null;
}

interface BackEnd {
  readonly address: number;
  readonly port: number;
}

export class PortStream {
  /** Null where the generator alone decides. */
  choices: NatChoices | null = null;
  /** random_seed, which starts at 0 in every process; as a signed word, which V8 keeps without an object. */
  private seed = 0;
  /** How many numbers it has given. */
  draws = 0;

  readonly saved = savedRow(
    'nat44 generator',
    'random_seed, numbers given so far',
    () => [this.seed >>> 0, this.draws],
    ([seed, draws]) => {
      this.seed = seed | 0;
      this.draws = draws;
    },
  );

  /** random_u32: the next number of the linear congruential generator, unsigned. */
  random(): number {
    this.seed = (Math.imul(MULTIPLIER, this.seed) + INCREMENT) | 0;
    this.draws++;
    return this.seed >>> 0;
  }

  /** snat_random_port of VPP 19.08 (src/plugins/nat/nat.c): a candidate for an outside port, 1025..65535. */
  randomPort(): number {
    return 1 + ((this.random() / SLICE) >>> 0) + LAST_RESERVED_PORT;
  }

  /** nat_random_port of VPP 26.06 (src/plugins/nat/lib/nat_inlines.h), from 0 on: a number below `count`. */
  randomBelow(count: number): number {
    const wide = this.random();
    const low = wide & 0xffff;
    return low < count ? low : wide % count;
  }

  /** Back to where every process starts, and on by so many numbers. */
  restart(draws = 0): void {
    this.seed = 0;
    this.draws = 0;
    for (let i = 0; i < draws; i++) this.random();
  }

  /** Stands where another one does. */
  copy({ seed, draws }: PortStream): void {
    this.seed = seed;
    this.draws = draws;
  }

  /** Takes the last number back. */
  stepBack(): void {
    this.seed = Math.imul(INVERSE, this.seed - INCREMENT);
    this.draws--;
  }

  /** Where the stream is, to go on from there later. */
  save(): number {
    return this.seed;
  }

  restore(saved: number): void {
    this.seed = saved;
  }
}

/** Which address and port of a pool a session gets. */
export interface PortPolicy {
  /** Where among `count` addresses the search for one begins. @param inside the inside host's address */
  readonly start: (inside: number, count: number) => number;
  /** The next candidate for an outside port or identifier. */
  readonly port: (stream: PortStream) => number;
  readonly firstPort: number;
  /** Only the first address has ports, so many, whatever its VRF is. */
  readonly portsOfFirst?: number;
}

export const UPPER_BITS: PortPolicy = {
  start: () => 0,
  port: (stream) => stream.randomPort(),
  firstPort: LAST_RESERVED_PORT + 1,
};
