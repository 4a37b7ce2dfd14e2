/** NAT44 mappings in words, for `vppcap config`. */

import { formatAddress } from '../../wire/address.js';
import type { CommandBody } from '../command/commands.js';

export interface NatMappingView {
  readonly kind: 'static' | 'identity' | 'load-balancing';
  /** 'tcp', 'udp', 'icmp', or 'any' for a mapping of addresses only. */
  readonly protocol: string;
  readonly external: string;
  readonly locals: readonly string[];
  readonly flags: readonly string[];
}

type Mapping = CommandBody & {
  kind: 'nat44-static-mapping' | 'nat44-identity-mapping' | 'nat44-lb-static-mapping';
};

const endpoint = (address: string, hasPort: boolean, port: number): string =>
  hasPort ? `${address}:${String(port)}` : address;

const vrfFlag = (vrf: number | null): string[] => (vrf === null ? [] : [`vrf ${String(vrf)}`]);

/** One mapping of any kind. */
export function natMappingView(mapping: Mapping): NatMappingView {
  switch (mapping.kind) {
    case 'nat44-static-mapping': {
      const hasPort = mapping.protocol !== null;
      const external = mapping.externalInterface ?? formatAddress(mapping.externalAddress);
      return {
        kind: 'static',
        protocol: mapping.protocol ?? 'any',
        external: endpoint(external, hasPort, mapping.externalPort),
        locals: [endpoint(formatAddress(mapping.localAddress), hasPort, mapping.localPort)],
        flags: [
          ...(mapping.twiceNat === 'none' ? [] : [mapping.twiceNat]),
          ...(mapping.out2inOnly ? ['out2in-only'] : []),
          ...vrfFlag(mapping.vrf),
        ],
      };
    }
    case 'nat44-identity-mapping': {
      const own = mapping.interfaceName ?? formatAddress(mapping.address);
      const text = endpoint(own, mapping.protocol !== null, mapping.port);
      return {
        kind: 'identity',
        protocol: mapping.protocol ?? 'any',
        external: text,
        locals: [text],
        flags: vrfFlag(mapping.vrf),
      };
    }
    case 'nat44-lb-static-mapping':
      return {
        kind: 'load-balancing',
        protocol: mapping.protocol,
        external: endpoint(formatAddress(mapping.externalAddress), true, mapping.externalPort),
        locals: mapping.locals.map(({ address, port, probability, vrf }) => {
          const table = vrf === 0 ? '' : ` vrf ${String(vrf)}`;
          return `${endpoint(formatAddress(address), true, port)}${table} probability ${String(probability)}`;
        }),
        flags: [
          ...(mapping.twiceNat === 'none' ? [] : [mapping.twiceNat]),
          ...(mapping.out2inOnly ? ['out2in-only'] : []),
          ...(mapping.affinity === 0 ? [] : [`affinity ${String(mapping.affinity)} s`]),
        ],
      };
  }
}
