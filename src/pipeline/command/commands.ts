/**
 * What a VPP CLI script says, command by command: the typed form between the grammar (config/grammar*.ts), which
 * knows the words, and config/apply*.ts, which build the tables. Order is kept, since VPP's indices follow it.
 *
 * IPv4 addresses are signed 32-bit integers. An interface is named as in the script; whether it exists is for apply to say.
 */

import type { MacAddress } from '../../wire/address.js';

/** Where a command stands, for messages: line and column count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Prefix {
  readonly address: number;
  readonly length: number;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** NAT's L4 protocols by their VPP CLI names. */
export type NatProtocol = 'tcp' | 'udp' | 'icmp';

/** `via ...`: a next hop, an interface, or a special path. */
export interface RoutePath {
  readonly special: 'drop' | 'local' | 'unreach' | 'prohibit' | null;
  readonly nextHop: number | null;
  readonly interfaceName: string | null;
  /** `next-hop-table N`: VRF in which a next hop without interface is looked up; null for the default table. */
  readonly nextHopTable: number | null;
  readonly weight: number;
  readonly preference: number;
}

/** True for what is an object by itself, not a path to one (unformat_dpo). */
export const isFixedObject = ({ special }: RoutePath): boolean => special !== null && special !== 'local';

export interface AclRule {
  readonly action: 'permit' | 'deny' | 'permit+reflect';
  /** True for a rule of IPv6 prefixes; source and destination are then null. */
  readonly isIp6: boolean;
  readonly source: Prefix | null;
  readonly destination: Prefix | null;
  /** IP protocol, 0 for any. */
  readonly protocol: number;
  /** Source ports, or ICMP types. */
  readonly sourcePorts: PortRange;
  /** Destination ports, or ICMP codes. */
  readonly destinationPorts: PortRange;
  readonly tcpFlagsValue: number;
  readonly tcpFlagsMask: number;
  /** The rule's own words, for messages. */
  readonly text: string;
}

export interface LbLocal {
  readonly address: number;
  readonly port: number;
  readonly probability: number;
  readonly vrf: number;
}

export type TwiceNat = 'none' | 'twice-nat' | 'self-twice-nat';

/** The kinds, in the words of VPP's own handlers. */
export type CommandBody =
  /** `# interface: NAME`, and `create packet-generator interface pgN`, `create tap id N`, `create host-interface name N` */
  | { kind: 'create-interface'; name: string; device: 'dpdk' | 'pg' | 'tap' | 'af-packet'; mac: MacAddress | null }
  /** `create loopback interface [mac M] [instance N]`; the name is loopN */
  | { kind: 'create-loopback'; mac: MacAddress | null; instance: number | null }
  | { kind: 'interface-state'; interfaceName: string; up: boolean }
  | { kind: 'interface-mac'; interfaceName: string; mac: MacAddress }
  | { kind: 'interface-address'; interfaceName: string; prefix: Prefix; isDelete: boolean }
  | { kind: 'interface-unnumbered'; interfaceName: string; useInterface: string }
  /** `set interface mtu [packet|ip4|ip6|mpls] N IF`; a bare number is 'hardware' */
  | { kind: 'interface-mtu'; interfaceName: string; layer: 'hardware' | 'packet' | 'ip4' | 'ip6' | 'mpls'; mtu: number }
  | { kind: 'interface-table'; interfaceName: string; tableId: number }
  | { kind: 'ip-table-add'; tableId: number }
  | {
      kind: 'ip-flow-hash';
      tableId: number;
      fields: readonly ('src' | 'dst' | 'sport' | 'dport' | 'proto' | 'reverse' | 'symmetric')[];
    }
  | {
      kind: 'neighbor';
      interfaceName: string;
      address: number;
      mac: MacAddress;
      isStatic: boolean;
      noFibEntry: boolean;
    }
  | { kind: 'route'; prefix: Prefix; tableId: number; paths: readonly RoutePath[]; isDelete: boolean }
  | { kind: 'acl'; tag: string; rules: readonly AclRule[] }
  | { kind: 'acl-interface'; interfaceName: string; direction: 'input' | 'output'; aclIndex: number }
  | { kind: 'acl-session-timeout'; which: 'udp idle' | 'tcp idle' | 'tcp transient'; seconds: number }
  | { kind: 'acl-l4-match-nonfirst-fragment'; enabled: boolean }
  | { kind: 'acl-hash-matching'; enabled: boolean }
  /** `set interface nat44 in A [in B] out C [output-feature] [del]` */
  | {
      kind: 'nat44-interface';
      inside: readonly string[];
      outside: readonly string[];
      outputFeature: boolean;
      isDelete: boolean;
    }
  | { kind: 'nat44-forwarding'; enabled: boolean }
  | {
      kind: 'nat44-address';
      first: number;
      last: number;
      tenantVrf: number | null;
      twiceNat: boolean;
      isDelete: boolean;
    }
  | { kind: 'nat44-interface-address'; interfaceName: string; twiceNat: boolean }
  | {
      kind: 'nat44-static-mapping';
      /** null: address only */
      protocol: NatProtocol | null;
      localAddress: number;
      localPort: number;
      externalAddress: number;
      /** instead of externalAddress where not null */
      externalInterface: string | null;
      externalPort: number;
      vrf: number | null;
      twiceNat: TwiceNat;
      out2inOnly: boolean;
      isDelete: boolean;
    }
  | {
      kind: 'nat44-identity-mapping';
      address: number;
      interfaceName: string | null;
      protocol: NatProtocol | null;
      port: number;
      vrf: number | null;
      isDelete: boolean;
    }
  | {
      kind: 'nat44-lb-static-mapping';
      protocol: NatProtocol;
      externalAddress: number;
      externalPort: number;
      locals: readonly LbLocal[];
      twiceNat: TwiceNat;
      out2inOnly: boolean;
      /** Seconds; 0 for none. */
      affinity: number;
      isDelete: boolean;
    }
  | { kind: 'nat-timeout'; which: 'udp' | 'tcp-established' | 'tcp-transitory' | 'icmp'; seconds: number }
  /** `nat mss-clamping N|disable`: bytes, 0 for disabled */
  | { kind: 'nat-mss-clamping'; mss: number }
  | {
      kind: 'vxlan-tunnel';
      source: number;
      destination: number;
      vni: number;
      encapVrf: number;
      instance: number | null;
      isDelete: boolean;
    }
  | {
      kind: 'bridge-domain';
      id: number;
      flood: boolean;
      uuFlood: boolean;
      forward: boolean;
      learn: boolean;
      arpTerm: boolean;
    }
  | { kind: 'l2-bridge'; interfaceName: string; bridgeDomain: number; bvi: boolean; splitHorizonGroup: number }
  | {
      kind: 'l2fib-add';
      mac: MacAddress;
      bridgeDomain: number;
      interfaceName: string;
      isStatic: boolean;
      isFilter: boolean;
      isBvi: boolean;
    };

/** One command with its place and its own words. */
export interface Command {
  readonly at: SourceLocation;
  readonly text: string;
  readonly body: CommandBody;
}

/** `# startup: nat { ... }`, `# startup: acl-plugin { ... }`: what VPP keeps in startup.conf; null for its defaults. */
export interface StartupOptions {
  endpointDependent: boolean;
  maxTranslationsPerUser: number | null;
  translationHashBuckets: number | null;
  userHashBuckets: number | null;
  /** `connection count max` of the ACL plugin: how many sessions it can have. */
  connectionCountMax: number | null;
}

/** A line of a script that is no command to be modelled and no error either. */
export interface ScriptNote {
  readonly at: SourceLocation;
  readonly text: string;
  /** A command of VPP that leaves packets alone, or what a terminal shows beside commands. */
  readonly kind: 'without effect' | 'no command';
  /** What else there is to know, or empty. */
  readonly remark: string;
}

/** A script as read: startup options, the choice of ethernet-input's path, and the commands in order. */
export interface NodeScript {
  readonly file: string;
  readonly startup: StartupOptions;
  /** `# ethernet-input: generic` */
  readonly ethernetInputGeneric: boolean;
  readonly commands: readonly Command[];
  readonly notes: readonly ScriptNote[];
}

/** A script that cannot be used. The message is one line with file:line:column and, where near, what was meant. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly at: SourceLocation,
    message: string,
  ) {
    super(`${at.file}:${String(at.line)}:${String(at.column)}: ${message}`);
  }
}

/** Something that a command names and that is not there. */
export type Missing =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'table' | 'ACL' | 'bridge domain'; readonly name: number }
  | { readonly kind: 'NAT44 address'; readonly name: string };

/** A command that names what is not there. */
export class MissingError extends ConfigError {
  /**
   * @param says the error by itself, as in 'there is no table 3'
   * @param help behind it: what there is instead, and what makes it
   */
  constructor(
    at: SourceLocation,
    readonly missing: Missing,
    readonly says: string,
    help: string,
  ) {
    super(at, `${says}${help}`);
  }
}

/** The same thing missing once more. */
export class RepeatedError extends ConfigError {}

/** More lines than this are more than anybody mends in one go. */
const ERRORS_AT_MOST = 40;

/** The first of them, where there are too many; repetitions go first. The order is kept. */
function shownOf(errors: readonly ConfigError[]): readonly ConfigError[] {
  if (errors.length <= ERRORS_AT_MOST) return errors;
  const byWeight = [
    ...errors.filter((error) => !(error instanceof RepeatedError)),
    ...errors.filter((error) => error instanceof RepeatedError),
  ];
  const shown = new Set(byWeight.slice(0, ERRORS_AT_MOST));
  return errors.filter((error) => shown.has(error));
}

/** All that is wrong with a script, one line each, in the order of the script; of very many, the last says how many more there are. */
export class ConfigErrors extends ConfigError {
  /** @param errors at least one */
  constructor(readonly errors: readonly ConfigError[]) {
    super(errors[0].at, '');
    const shown = shownOf(errors);
    const left = errors.filter((error) => !shown.includes(error));
    const more = `and ${String(left.length)} more ${left.length === 1 ? 'error' : 'errors'}`;
    const last = left.length === 0 ? [] : [new ConfigError(left[0].at, more)];
    this.message = [...shown, ...last].map(({ message }) => message).join('\n');
  }
}
