/** An outside address, and which of its ports are in use. */

import type { SavedRow } from '../../engine/state/saved-states.js';
import { LAST_RESERVED_PORT, type PortPolicy, type PortStream } from '../state/port-stream.js';

const PORT_WORDS = 65536 / 32;

/** One outside address. Port bitmaps are made when the first port of a protocol is busy: 8 kB each. */
export class PoolAddress {
  private readonly bitmaps: (Uint32Array | null)[] = [null, null, null];
  /** busy_<protocol>_ports: dynamic ports, and static ones above 1024. Indexed by NAT protocol. */
  readonly busyPorts = new Uint16Array(3);
  /** How often ports that were busy became free. */
  releases = 0;

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

  /** Draws until there is a port that is free. */
  drawFree(protocol: number, policy: PortPolicy, stream: PortStream): number {
    const { [protocol]: bitmap } = this.bitmaps;
    let port = policy.port(stream);
    if (bitmap !== null) while ((bitmap[port >>> 5] & (1 << (port & 31))) !== 0) port = policy.port(stream);
    return port;
  }

  release(protocol: number, port: number): void {
    this.releases++;
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
    this.releases++;
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
