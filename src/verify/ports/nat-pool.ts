/** Which endpoints a NAT has drawn: addresses and ports of its pool but those of static mappings. */

import { parseAddress } from '../../wire/address.js';
import { VerifyOptionsError, type NatPool } from '../options.js';

/** NAT protocols, as small integers. */
export const NAT_PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;

/** Indices into NAT_PROTOCOLS. */
export const TCP = 0;
export const UDP = 1;
export const ICMP = 2;

export class NatEndpoints {
  /** First and last address of each range, one after the other. */
  private readonly ranges: Uint32Array;
  private readonly fixed: ReadonlySet<string>;
  /** Ports that are fixed for some address and protocol. */
  private readonly isFixedSomewhere = new Uint8Array(0x10000);
  private readonly firstPort: number;
  private readonly lastPort: number;

  constructor(pool: NatPool) {
    this.ranges = Uint32Array.from(pool.addresses.flatMap(({ first, last }) => [unsigned(first), unsigned(last)]));
    this.firstPort = pool.firstPort;
    this.lastPort = pool.lastPort;
    this.fixed = new Set(
      pool.fixedPorts.map(({ protocol, address, port }) =>
        fixedKey(unsigned(address), NAT_PROTOCOLS.indexOf(protocol), port),
      ),
    );
    for (const { port } of pool.fixedPorts) this.isFixedSomewhere[port] = 1;
  }

  /** True where no endpoint is drawn. */
  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** True for a port (or ICMP identifier) of one of its addresses that it may have drawn. */
  has(address: number, protocol: number, port: number): boolean {
    if (port < this.firstPort || port > this.lastPort || !this.hasAddress(address)) return false;
    return this.isFixedSomewhere[port] === 0 || !this.fixed.has(fixedKey(address >>> 0, protocol, port));
  }

  hasAddress(address: number): boolean {
    const { ranges } = this;
    const value = address >>> 0;
    for (let k = 0; k < ranges.length; k += 2) if (value >= ranges[k] && value <= ranges[k + 1]) return true;
    return false;
  }
}

const unsigned = (address: string): number => {
  const parsed = parseAddress(address);
  if (parsed === null) throw new VerifyOptionsError(`"${address}" is no IPv4 address of a NAT pool`);
  return parsed >>> 0;
};

const fixedKey = (address: number, protocol: number, port: number): string => `${address} ${protocol} ${port}`;
