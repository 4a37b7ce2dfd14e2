/** NAT44 mappings: what their commands say, and that in words, for `vppcap config`. */

import { formatAddress } from '../../wire/address.js';

/** NAT's L4 protocols by their VPP CLI names. */
export type NatProtocol = 'tcp' | 'udp' | 'icmp';

export type TwiceNat = 'none' | 'twice-nat' | 'self-twice-nat';

export interface LbLocal {
  readonly address: number;
  readonly port: number;
  readonly probability: number;
  readonly vrf: number;
}

export interface StaticMapping {
  readonly kind: 'nat44-static-mapping';
  /** null: address only */
  readonly protocol: NatProtocol | null;
  readonly localAddress: number;
  readonly localPort: number;
  readonly externalAddress: number;
  /** instead of externalAddress where not null */
  readonly externalInterface: string | null;
  readonly externalPort: number;
  readonly vrf: number | null;
  readonly twiceNat: TwiceNat;
  readonly out2inOnly: boolean;
  /** The twice-nat address that is asked for; null for any. */
  readonly poolAddress: number | null;
  readonly isDelete: boolean;
}

export interface IdentityMapping {
  readonly kind: 'nat44-identity-mapping';
  readonly address: number;
  readonly interfaceName: string | null;
  readonly protocol: NatProtocol | null;
  readonly port: number;
  readonly vrf: number | null;
  readonly isDelete: boolean;
}

export interface LbStaticMapping {
  readonly kind: 'nat44-lb-static-mapping';
  readonly protocol: NatProtocol;
  readonly externalAddress: number;
  readonly externalPort: number;
  readonly locals: readonly LbLocal[];
  readonly twiceNat: TwiceNat;
  readonly out2inOnly: boolean;
  /** Seconds; 0 for none. */
  readonly affinity: number;
  readonly isDelete: boolean;
}

export type Mapping = StaticMapping | IdentityMapping | LbStaticMapping;

export interface NatMappingView {
  readonly kind: 'static' | 'identity' | 'load-balancing';
  /** 'tcp', 'udp', 'icmp', or 'any' for a mapping of addresses only. */
  readonly protocol: string;
  readonly external: string;
  readonly locals: readonly string[];
  readonly flags: readonly string[];
}

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
          ...(mapping.poolAddress === null ? [] : [`exact ${formatAddress(mapping.poolAddress)}`]),
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
