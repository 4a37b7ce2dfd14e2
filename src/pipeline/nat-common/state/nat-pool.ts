/** What NAT44 draws outside ports from, as plain data: for a comparison that knows nothing of tables. */

import type { Nat44 } from './nat44.js';
import { NAT_ICMP, NAT_TCP, NAT_UDP } from './session-key.js';
import { formatAddress } from '../../../wire/address.js';

/** Shape of NatPool in verify/options.ts. */
export interface NatPoolView {
  readonly addresses: readonly { readonly first: string; readonly last: string }[];
  readonly firstPort: number;
  readonly lastPort: number;
  readonly fixedPorts: readonly {
    readonly protocol: 'tcp' | 'udp' | 'icmp';
    readonly address: string;
    readonly port: number;
  }[];
}

const PROTOCOL_NAMES: Readonly<Record<number, 'tcp' | 'udp' | 'icmp'>> = {
  [NAT_TCP]: 'tcp',
  [NAT_UDP]: 'udp',
  [NAT_ICMP]: 'icmp',
};

/** Addresses of both pools, and the ports on them that belong to static mappings. An address that is mapped whole draws no ports. */
export function natPoolOf({ pool, twicePool, mappings }: Nat44): NatPoolView {
  const all = mappings.pool.values();
  const whole = new Set(all.filter(({ isAddressOnly }) => isAddressOnly).map(({ externalAddress }) => externalAddress));
  const addresses = [...pool.addresses, ...twicePool.addresses]
    .map(({ address }) => address)
    .filter((address) => !whole.has(address))
    .map((address) => ({ first: formatAddress(address), last: formatAddress(address) }));
  const fixedPorts = all
    .filter(({ isAddressOnly, protocol }) => !isAddressOnly && protocol in PROTOCOL_NAMES)
    .map(({ protocol, externalAddress, externalPort }) => ({
      protocol: PROTOCOL_NAMES[protocol],
      address: formatAddress(externalAddress),
      port: externalPort,
    }));
  return { addresses, firstPort: pool.policy.firstPort, lastPort: 65535, fixedPorts };
}
