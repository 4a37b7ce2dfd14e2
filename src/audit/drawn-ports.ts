/**
 * Which ports NAT44's generator gives about now, once its state is known. Packets of a vector draw in the order of nodes, and some draw for
 * what no capture has: a port is as expected where it was drawn a while ago and nobody had it, or is drawn soon.
 */

import type { Nat44 } from '../pipeline/nat-common/state/nat44.js';
import { PortStream } from '../pipeline/nat-common/state/port-stream.js';

/** So many draws that nobody had are remembered: those of two vectors. */
const REMEMBERED = 512;
/** So many draws in a row may leave no port that is seen. */
export const UNSEEN_DRAWS = 64;

export class DrawnPorts {
  private readonly stream = new PortStream();
  /** Ports that were drawn and that nobody had so far, the oldest first. */
  private readonly open = new Set<number>();

  constructor(private readonly nat: Nat44) {
    this.stream.copy(nat.ports);
  }

  /** True where the generator gives the port, which nobody else has from now on. @param together frames that may be one vector */
  take(port: number, together: number): boolean {
    const { stream, open, nat } = this;
    while (stream.draws < nat.ports.draws) this.remember(this.draw());
    if (open.delete(port)) return true;
    const passed: number[] = [];
    const atMost = Math.max(UNSEEN_DRAWS, together);
    while (passed.length < atMost) {
      const drawn = this.draw();
      if (drawn === port) {
        for (const one of passed) this.remember(one);
        // Of a frame that came alone the model should have drawn the same.
        if (together === 1) nat.ports.copy(stream);
        return true;
      }
      passed.push(drawn);
    }
    while (passed.pop() !== undefined) stream.stepBack();
    return false;
  }

  private draw(): number {
    return this.nat.mode.ports.port(this.stream);
  }

  private remember(port: number): void {
    const { open } = this;
    open.add(port);
    if (open.size > REMEMBERED) for (const [oldest] of open.entries()) if (open.size > REMEMBERED) open.delete(oldest);
  }
}
