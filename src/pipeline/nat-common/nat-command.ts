/** What NAT's commands have in common: VPP's answers as errors, words, and their part of the view. */

import type { Command } from '../command/command-row.js';
import { formatAddress } from '../../wire/address.js';
import { ConfigError } from '../command/config-error.js';
import { means, type ArgumentType } from '../command/matcher.js';
import type { NatMappingView, NatProtocol } from './mapping-view.js';
import type { NatResult } from './state/nat-interfaces.js';

declare module '../command/node-view.js' {
  interface NodeView {
    natMode: 'classic' | 'endpoint-dependent';
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

export const protocol: ArgumentType<NatProtocol> = {
  expects: '"tcp", "udp" or "icmp"',
  read: (text) => (text === 'tcp' || text === 'udp' || text === 'icmp' ? text : null),
};

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
