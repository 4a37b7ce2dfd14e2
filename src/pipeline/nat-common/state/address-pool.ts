/**
 * Outside addresses in order of configuration, with the ports in use of each (VPP 19.08 src/plugins/nat/nat.c
 * snat_add_address, nat_alloc_addr_and_port_default). NAT44 has two: the pool, and the twice-nat pool.
 */

import type { SavedRow, SavedState } from '../../engine/state/saved-states.js';
import { LAST_RESERVED_PORT, PORTS_PER_ADDRESS, UPPER_BITS, type PortPolicy, type PortStream } from './port-stream.js';
import { NAT_ICMP } from './session-key.js';

/** fibIndex of an address without tenant VRF. */
export const ANY_FIB = -1;

const PORT_WORDS = 65536 / 32;

/** One outside address. Port bitmaps are made when the first port of a protocol is busy: 8 kB each. */
export class PoolAddress {
  private readonly bitmaps: (Uint32Array | null)[] = [null, null, null];
  /** busy_<protocol>_ports: dynamic ports, and static ones above 1024. Indexed by NAT protocol. */
  readonly busyPorts = new Uint16Array(3);

  constructor(
    readonly address: number,
    /** FIB index of the tenant VRF, or ANY_FIB. */
    readonly fibIndex: number,
    /** 'file:line' of the command that added it; '' for none. */
    readonly origin = '',
  ) {}

  isBusy(protocol: number, port: number): boolean {
    const bitmap = this.bitmaps[protocol];
    return bitmap !== null && (bitmap[port >>> 5] & (1 << (port & 31))) !== 0;
  }

  markBusy(protocol: number, port: number): void {
    const bitmap = (this.bitmaps[protocol] ??= new Uint32Array(PORT_WORDS));
    bitmap[port >>> 5] |= 1 << (port & 31);
    this.busyPorts[protocol]++;
  }

  release(protocol: number, port: number): void {
    const bitmap = this.bitmaps[protocol];
    if (bitmap !== null) bitmap[port >>> 5] &= ~(1 << (port & 31));
    this.busyPorts[protocol]--;
  }

  /** Reserves a static mapping's port; ports up to 1024 are not counted as busy. */
  reserve(protocol: number, port: number): void {
    this.markBusy(protocol, port);
    if (port <= LAST_RESERVED_PORT) this.busyPorts[protocol]--;
  }

  /** Protocol, the count of busyPorts, and all busy ports, by protocol. */
  *rows(): Generator<SavedRow> {
    for (let protocol = 0; protocol < this.bitmaps.length; protocol++) {
      const ports: number[] = [];
      for (let port = 0; port < 65536; port++) if (this.isBusy(protocol, port)) ports.push(port);
      yield [protocol, this.busyPorts[protocol], ...ports];
    }
  }

  restore([protocol, count, ...ports]: SavedRow): void {
    this.bitmaps[protocol] = null;
    for (const port of ports) this.markBusy(protocol, port);
    this.busyPorts[protocol] = count;
  }

  /** Undoes `reserve`. */
  unreserve(protocol: number, port: number): void {
    this.release(protocol, port);
    if (port <= LAST_RESERVED_PORT) this.busyPorts[protocol]++;
  }
}

export class AddressPool {
  readonly addresses: PoolAddress[] = [];
  /** Grows with every address that comes or goes. */
  version = 0;
  private readonly byAddress = new Map<number, PoolAddress>();
  /** What the last successful `allocate` gave. */
  allocatedAddress = 0;
  allocatedPort = 0;
  policy: PortPolicy = UPPER_BITS;

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

  /** As nodes ask, of few addresses: without a hash. */
  has(address: number): boolean {
    for (const entry of this.addresses) if (entry.address === address) return true;
    return false;
  }

  add(address: number, fibIndex: number, origin = ''): void {
    this.version++;
    const entry = new PoolAddress(address, fibIndex, origin);
    this.addresses.push(entry);
    this.byAddress.set(address, entry);
  }

  /** vec_del1: the last address takes the deleted one's place. */
  remove(address: number): void {
    this.version++;
    const at = this.addresses.findIndex((entry) => entry.address === address);
    this.byAddress.delete(address);
    const last = this.addresses.pop();
    if (at >= 0 && last && at < this.addresses.length) this.addresses[at] = last;
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
    let at = policy.start(inside, count);
    let shared: PoolAddress | null = null;
    for (let i = 0; i < count; i++, at++) {
      if (at >= count) at -= count;
      const entry = addresses[at];
      if (entry.busyPorts[protocol] >= PORTS_PER_ADDRESS) continue;
      if (entry.fibIndex === fibIndex) {
        this.drawPort(entry, protocol);
        return true;
      }
      if (entry.fibIndex === ANY_FIB) shared = entry;
    }
    if (!shared) return false;
    this.drawPort(shared, protocol);
    return true;
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

  private allocateOfFirst(protocol: number, ports: number): boolean {
    const first = this.addresses.at(0);
    if (first === undefined || first.busyPorts[protocol] >= ports) return false;
    this.drawPort(first, protocol);
    return true;
  }

  private drawPort(entry: PoolAddress, protocol: number): void {
    let port = this.policy.port(this.stream);
    while (entry.isBusy(protocol, port)) port = this.policy.port(this.stream);
    const { choices } = this.stream;
    if (choices !== null) {
      const chosen = choices.port(entry.address, protocol, port, false);
      if (!entry.isBusy(protocol, chosen) || choices.isUnseen(chosen)) port = chosen;
    }
    entry.markBusy(protocol, port);
    this.allocatedAddress = entry.address;
    this.allocatedPort = port;
  }
}
