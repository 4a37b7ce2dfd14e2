/**
 * The ports that the next sessions will get of an outside address, drawn ahead, so that what they will be found by can be read ahead. What was drawn ahead is
 * not drawn again: as long as no port became free since, the generator's same numbers would be passed over.
 */

import type { PoolAddress } from './pool-address.js';
import { PORTS_PER_ADDRESS, PortStream, type PortPolicy } from '../state/port-stream.js';

/** As many as sessions are foretold at a time. */
const MOST = 64;
/** With fewer free ports than this, an address needs so many numbers for a port that nothing is foretold. */
const FEWEST_FREE = 1024;

export class ForetoldPorts {
  private readonly ports = new Uint16Array(MOST);
  private readonly protocols = new Uint8Array(MOST);
  /** The generator before each of them, and behind the last: its seed, and how many numbers it has given. */
  private readonly seeds = new Int32Array(MOST + 1);
  private readonly draws = new Float64Array(MOST + 1);
  private readonly stream = new PortStream();
  private entry: PoolAddress | null = null;
  private policy: PortPolicy | null = null;
  private releases = 0;
  /** The port that is given next; the one that is asked about next; ports there are. */
  private next = 0;
  private asked = 0;
  private count = 0;

  /** Sessions are foretold from where the generator stands. */
  begin(entry: PoolAddress, policy: PortPolicy, stream: PortStream): void {
    const { next, count, ports, protocols, seeds, draws } = this;
    this.asked = 0;
    this.next = 0;
    if (this.isOf(entry, policy) && stream.save() === seeds[next]) {
      ports.copyWithin(0, next, count);
      protocols.copyWithin(0, next, count);
      seeds.copyWithin(0, next, count + 1);
      draws.copyWithin(0, next, count + 1);
      this.count = count - next;
      return;
    }
    this.count = 0;
    this.entry = entry;
    this.policy = policy;
    this.releases = entry.releases;
    this.stream.copy(stream);
    this.note();
  }

  /** The port of one more session; 0 where it is not foretold. */
  foretell(protocol: number): number {
    const { entry, policy, stream, asked } = this;
    if (entry === null || policy === null || asked === MOST) return 0;
    if (asked === this.count) {
      if ((policy.portsOfFirst ?? PORTS_PER_ADDRESS) - entry.busyPorts[protocol] < FEWEST_FREE) return 0;
      this.ports[asked] = entry.drawFree(protocol, policy, stream);
      this.protocols[asked] = protocol;
      this.count++;
      this.note();
    }
    this.asked = asked + 1;
    return this.ports[asked];
  }

  /** The port that the generator comes to, which then has given it; -1 where it was not foretold. */
  take(entry: PoolAddress, protocol: number, policy: PortPolicy, stream: PortStream): number {
    const { next, seeds, draws } = this;
    if (next >= this.count || stream.save() !== seeds[next] || protocol !== this.protocols[next]) return -1;
    if (!this.isOf(entry, policy)) return -1;
    this.next = next + 1;
    stream.restore(seeds[next + 1]);
    stream.draws += draws[next + 1] - draws[next];
    const port = this.ports[next];
    return entry.isBusy(protocol, port) ? entry.drawFree(protocol, policy, stream) : port;
  }

  private isOf(entry: PoolAddress, policy: PortPolicy): boolean {
    return entry === this.entry && policy === this.policy && entry.releases === this.releases;
  }

  private note(): void {
    this.seeds[this.count] = this.stream.save();
    this.draws[this.count] = this.stream.draws;
  }
}
