/** What tells kinds of NAT44 apart, as far as configuration is concerned. Each kind's plugin adds its own (`Nat44.modes`). */

import type { Tables } from '../../engine/tables.js';
import type { PoolAddress } from '../pool/pool-address.js';
import type { KnownSession } from '../shown/known-session.js';
import type { PortPolicy } from './port-stream.js';

/** The ends of a packet; of an ICMP query both ports are its identifier, of an ICMP error they are those of what it answers. */
export interface PacketEnds {
  readonly ipProtocol: number;
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly destinationPort: number;
}

/** A feature that a role of an interface switches on. */
export interface NatFeature {
  readonly arc: 'ip4-unicast' | 'ip4-output' | 'ip4-local';
  readonly node: string;
  /** Where it is switched on for this interface in place of the one with the role. */
  readonly swIfIndex?: number;
}

/** What `in` and `out` make of an interface: one of both, both, or one with output feature. */
export type NatRoleName = 'in' | 'out' | 'in out' | 'output in' | 'output out';

export interface NatMode {
  /** What commands call it, before their own words: `nat44 ei`. */
  readonly words: string;
  /** Sessions are of flows: twice-nat, out2in-only, load balancing and protocols without ports work in this kind only. */
  readonly isEndpointDependent: boolean;
  /** A plugin that a command enables, with limits of its own; else startup.conf chooses (`nat { endpoint-dependent }`). */
  readonly isPlugin: boolean;
  /** Static mappings take no ports of pool addresses: a session that needs one looks whether a mapping has it. */
  readonly reservesPorts?: false;
  readonly features: Readonly<Record<NatRoleName, readonly NatFeature[]>>;
  /** Which addresses and ports sessions get. */
  readonly ports: PortPolicy;
  /** TCP state (Sessions.setState) of a connection that is being opened, where it has one. */
  readonly transitoryState?: number;
  /** Files a session that a state tells of under its keys. */
  readonly index?: (tables: Tables, session: number) => void;
  /** Fills in and files a session that packets tell of, where that is more than nat-common's fields and keys. */
  readonly fill?: (known: KnownSession, tables: Tables) => void;
  /** Gives a session another outside end, a free one of the pool. */
  readonly rekey?: (tables: Tables, session: number, of: PoolAddress, port: number) => void;
  /** Ends a session, where commands that take a mapping or an address away end sessions as `followCommands` does. */
  readonly remove?: (tables: Tables, session: number) => void;
  /** The session that translates a packet of inside, or of outside; -1 for none. */
  readonly sessionOf: (tables: Tables, ends: PacketEnds, isIn2out: boolean, fibIndex: number) => number;
}

/** The line of a script that chooses this kind, in startup.conf or by a command; '' where it is there unsaid. */
export function choosingLine({ words, isPlugin, isEndpointDependent }: NatMode): string {
  if (isPlugin) return `${words} plugin enable`;
  return isEndpointDependent ? '# startup: nat { endpoint-dependent }' : '';
}

/** How many users, sessions, and sessions of one user there may be. */
export interface NatLimits {
  readonly users: number;
  readonly sessions: number;
  readonly userSessions: number;
}

/** The features of the kinds that startup.conf chooses between, whose nodes' names begin with `prefix`. */
export function startupFeatures(prefix: string): NatMode['features'] {
  const unicast = (name: string): NatFeature => ({ arc: 'ip4-unicast', node: `${prefix}-${name}` });
  const output = (name: string): NatFeature => ({ arc: 'ip4-output', node: `${prefix}-${name}` });
  return {
    in: [unicast('in2out'), { arc: 'ip4-local', node: `${prefix}-hairpinning` }],
    out: [unicast('out2in')],
    'in out': [unicast('classify')],
    'output in': [unicast('hairpin-dst'), output('hairpin-src')],
    'output out': [unicast('out2in'), output('in2out-output')],
  };
}
