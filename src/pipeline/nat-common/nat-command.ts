/** What NAT's commands have in common: VPP's answers as errors, words, and their part of the view. */

import type { Command } from '../command/command-row.js';
import { formatAddress } from '../../wire/address.js';
import { ConfigError } from '../command/config-error.js';
import { means, type ArgumentType, type Pattern } from '../command/matcher.js';
import type { Tables } from '../engine/tables.js';
import type { NatMappingView, NatProtocol } from './mapping-view.js';
import { NAT_ICMP, NAT_TCP, NAT_UDP } from './state/session-key.js';
import type { NatResult } from './state/nat-interfaces.js';

declare module '../command/node-view.js' {
  interface NodeView {
    natMode: 'classic' | 'endpoint-dependent' | 'endpoint-independent';
    readonly nat: {
      used: boolean;
      forwarding: boolean;
      readonly options: Record<string, number>;
      readonly addresses: string[];
      readonly mappings: NatMappingView[];
    };
  }
  interface InterfaceView {
    readonly nat: string[];
  }
}

/** How a kind of NAT44 words its commands. */
export interface NatWords {
  /** `nat44 add address`, `set interface nat44` … : as `NatMode.words`. */
  readonly nat44: string;
  /** `nat mss-clamping`, … */
  readonly nat: string;
  /** Twice-nat, out2in-only and load balancing. */
  readonly hasServices: boolean;
  /** The twice-nat address of a mapping may be named. */
  readonly hasExact?: boolean;
  /** A static mapping has both ports or none. */
  readonly needsBothPorts?: boolean;
}

/** As in VPP 19.08, for both of its kinds. */
export const NAT44_WORDS: NatWords = { nat44: 'nat44', nat: 'nat', hasServices: true };

/** False for a kind that is a plugin, and is not enabled. */
export function isWorking({ nat44: words }: NatWords, { nat44 }: Tables): boolean {
  const mode = nat44.modes.find((one) => one.words === words);
  return mode?.isPlugin !== true || nat44.isEnabled(mode);
}

/** Of a kind that is a plugin: it has to be enabled first. */
export function requireEnabled(words: NatWords, tables: Tables, command: Command): void {
  if (!isWorking(words, tables)) throw new ConfigError(command.at, `"${words.nat44} plugin enable" has to come first`);
}

export const protocol: ArgumentType<NatProtocol> = {
  expects: '"tcp", "udp" or "icmp"',
  read: (text) => (text === 'tcp' || text === 'udp' || text === 'icmp' ? text : null),
};

/** NAT's numbers. */
export const NAT_PROTOCOLS: Readonly<Record<NatProtocol, number>> = { tcp: NAT_TCP, udp: NAT_UDP, icmp: NAT_ICMP };

/** The pattern where there is such an option; else nothing matches. */
export const only = <T extends object>(isThere: boolean, pattern: Pattern<T>): Pattern<T> =>
  isThere ? pattern : () => null;

export const isDelete = means('del', { isDelete: true });

/** Sentences for what VPP refuses; a result without one passes in silence, as in VPP. */
export type Sentences = Partial<Readonly<Record<NatResult, string>>>;

export function check(result: NatResult, sentences: Sentences, command: Command): void {
  const sentence = sentences[result];
  if (sentence !== undefined) throw new ConfigError(command.at, sentence);
}

export const ED_ONLY = 'only in endpoint-dependent mode (# startup: nat { endpoint-dependent })';

export const formatExternal = (address: number, port: number): string =>
  port === 0 ? formatAddress(address) : `${formatAddress(address)}:${port}`;
