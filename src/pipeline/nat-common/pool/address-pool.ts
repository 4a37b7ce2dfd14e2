/**
 * Outside addresses in order of configuration, with the ports in use of each (VPP 19.08 src/plugins/nat/nat.c
 * snat_add_address, nat_alloc_addr_and_port_default). NAT44 has two: the pool, and the twice-nat pool.
 */

import { AddressFilter } from '../../engine/state/address-filter.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import { ForetoldPorts } from './foretold-ports.js';
import { PoolAddress } from './pool-address.js';
import { PORTS_PER_ADDRESS, UPPER_BITS, type PortPolicy, type PortStream } from '../state/port-stream.js';
import { NAT_ICMP } from '../state/session-key.js';

/** fibIndex of an address without tenant VRF. */
export const ANY_FIB = -1;

export class AddressPool {
  readonly addresses: PoolAddress[] = [];
  /** Grows with every address that comes or goes. */
  version = 0;
  private readonly byAddress = new Map<number, PoolAddress>();
  private readonly filter = new AddressFilter();
  /** True where none is of a tenant VRF. */
  isShared = true;
  /** What the last successful `allocate` gave. */
  allocatedAddress = 0;
  allocatedPort = 0;
  private allocatedEntry: PoolAddress | null = null;
  policy: PortPolicy = UPPER_BITS;
  private readonly foretold = new ForetoldPorts();

  constructor(private readonly stream: PortStream) {}

  /** @param name of the pool */
  saved(name: string): SavedState {
    return {
      name: `${name} ports`,
      columns: 'address, NAT protocol (0 UDP, 1 TCP, 2 ICMP), how many are busy, those that are',
      save: () => this.addresses.flatMap((one) => Array.from(one.rows(), (row) => [one.address, ...row])),
      restore: (rows) => {
        for (const [address, ...row] of rows) this.find(address)?.restore(row);
      },
    };
  }

  find(address: number): PoolAddress | undefined {
    return this.byAddress.get(address);
  }

  /** As nodes ask of every packet. */
  has(address: number): boolean {
    if (!this.filter.mayHave(address)) return false;
    for (const entry of this.addresses) if (entry.address === address) return true;
    return false;
  }

  add(address: number, fibIndex: number, origin = ''): void {
    this.version++;
    const entry = new PoolAddress(address, fibIndex, origin);
    this.addresses.push(entry);
    this.byAddress.set(address, entry);
    this.filter.count(address, 1);
    if (fibIndex !== ANY_FIB) this.isShared = false;
  }

  /** vec_del1: the last address takes the deleted one's place. */
  remove(address: number): void {
    this.version++;
    const at = this.addresses.findIndex((entry) => entry.address === address);
    this.byAddress.delete(address);
    if (at < 0) return;
    this.filter.count(address, -1);
    const last = this.addresses.pop();
    if (last && at < this.addresses.length) this.addresses[at] = last;
    this.isShared = this.addresses.every(({ fibIndex }) => fibIndex === ANY_FIB);
  }

  /**
   * Allocates a random free port: of the first address of the tenant's VRF that has one, else of the *last* address
   * without tenant VRF that has one. False where all are out of ports.
   */
  allocate(protocol: number, fibIndex: number, inside = 0): boolean {
    if (protocol > NAT_ICMP) return false;
    const { addresses, policy } = this;
    if (policy.portsOfFirst !== undefined) return this.allocateOfFirst(protocol, policy.portsOfFirst);
    const count = addresses.length;
    const start = policy.start(inside, count);
    const ofVrf = this.isShared ? null : this.ofVrf(protocol, fibIndex, start);
    if (ofVrf !== null) {
      this.drawPort(ofVrf, protocol);
      return true;
    }
    for (let i = 0, at = start; i < count; i++) {
      at = at === 0 ? count - 1 : at - 1;
      const entry = addresses[at];
      if (entry.fibIndex !== ANY_FIB || entry.busyPorts[protocol] >= PORTS_PER_ADDRESS) continue;
      this.drawPort(entry, protocol);
      return true;
    }
    return false;
  }

  /** The first address of a tenant's VRF that has a port. */
  private ofVrf(protocol: number, fibIndex: number, start: number): PoolAddress | null {
    const { addresses } = this;
    for (let i = 0; i < addresses.length; i++) {
      const entry = addresses[(start + i) % addresses.length];
      if (entry.fibIndex === fibIndex && entry.busyPorts[protocol] < PORTS_PER_ADDRESS) return entry;
    }
    return null;
  }

  /** snat_free_outside_address_and_port; an address that is gone is none of the pool's business any more. */
  release(address: number, protocol: number, port: number): void {
    if (protocol > NAT_ICMP) return;
    for (const entry of this.addresses) {
      if (entry.address !== address) continue;
      entry.release(protocol, port);
      return;
    }
  }

  /** The next sessions are foretold: they get ports of the address that the last one got one of, if any. */
  startForetelling(): void {
    if (this.allocatedEntry !== null) this.foretold.begin(this.allocatedEntry, this.policy, this.stream);
  }

  /** The port that one more session is going to get. */
  foretellPort(protocol: number): number {
    return this.foretold.foretell(protocol);
  }

  private allocateOfFirst(protocol: number, ports: number): boolean {
    const first = this.addresses.at(0);
    if (first === undefined || first.busyPorts[protocol] >= ports) return false;
    this.drawPort(first, protocol);
    return true;
  }

  private drawPort(entry: PoolAddress, protocol: number): void {
    const { policy, stream } = this;
    let port = this.foretold.take(entry, protocol, policy, stream);
    if (port < 0) port = entry.drawFree(protocol, policy, stream);
    const { choices } = stream;
    if (choices !== null) {
      const chosen = choices.port(entry.address, protocol, port, false);
      if (!entry.isBusy(protocol, chosen) || choices.isUnseen(chosen)) port = chosen;
    }
    entry.markBusy(protocol, port);
    this.allocatedEntry = entry;
    this.allocatedAddress = entry.address;
    this.allocatedPort = port;
  }
}
