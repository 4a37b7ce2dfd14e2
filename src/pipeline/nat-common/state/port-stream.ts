/**
 * The one random stream of NAT44: outside ports, ICMP identifiers and the choice of load-balancing back ends all draw
 * from it, so their order matters (VPP 19.08 src/plugins/nat/nat.c snat_random_port, src/vppinfra/random.h random_u32).
 */

/** Dynamic ports are 1025..65535: port_per_thread with one thread is 0xffff - 1024. */
export const PORTS_PER_ADDRESS = 0xffff - 1024;
/** Highest port that dynamic translation never uses. */
export const LAST_RESERVED_PORT = 1024;
/** random_u32_max() / (max - min + 1) + 1 in integers: the width of a port's slice of the 32-bit range. */
const SLICE = Math.floor(0xffffffff / PORTS_PER_ADDRESS) + 1;

export class PortStream {
  /** snat_main.random_seed, which starts at 0 in every process. */
  private seed = 0;
  /** How many numbers it has given. */
  draws = 0;

  /** random_u32: the next number of the linear congruential generator, unsigned. */
  random(): number {
    this.seed = (Math.imul(1664525, this.seed) + 1013904223) >>> 0;
    this.draws++;
    return this.seed;
  }

  /** The next candidate for an outside port, 1025..65535. */
  randomPort(): number {
    return 1 + Math.floor(this.random() / SLICE) + LAST_RESERVED_PORT;
  }

  /** Where the stream is, to go on from there later. */
  save(): number {
    return this.seed;
  }

  restore(saved: number): void {
    this.seed = saved;
  }
}
