/** Error counters of the NAT44 nodes, in VPP's words (VPP 19.08 src/plugins/nat/nat.h, in2out.c, out2in.c and others). */

import { errorSet, type Errors, type ErrorSet } from '../engine/errors.js';

const REASONS = {
  UNSUPPORTED_PROTOCOL: 'unsupported protocol',
  OUT_OF_PORTS: 'out of ports',
  BAD_ICMP_TYPE: 'unsupported ICMP type',
  NO_TRANSLATION: 'no translation',
  MAX_SESSIONS_EXCEEDED: 'maximum sessions exceeded',
};

const COMMON = {
  ...REASONS,
  DROP_FRAGMENT: 'drop fragment',
  MAX_REASS: 'maximum reassemblies exceeded',
  MAX_FRAG: 'maximum fragments per reassembly exceeded',
  TCP_PACKETS: 'TCP packets',
  UDP_PACKETS: 'UDP packets',
  ICMP_PACKETS: 'ICMP packets',
  OTHER_PACKETS: 'other protocol packets',
  FRAGMENTS: 'fragments',
  CACHED_FRAGMENTS: 'cached fragments',
  PROCESSED_FRAGMENTS: 'processed fragments',
};

const SYMBOLS = [...Object.keys(COMMON), 'GOOD_PACKETS', 'NON_SYN', 'CANNOT_CREATE_USER'];

/** What all sets of in2out and out2in nodes have. */
export type NatErrorSet = ErrorSet<keyof typeof REASONS>;

/** Ids of such a set; -1 for what a kind of NAT44 does not have: counters, or only SYNs that make sessions. */
export type NatErrorIds = Readonly<
  Record<keyof typeof COMMON | 'GOOD_PACKETS' | 'NON_SYN' | 'CANNOT_CREATE_USER', number>
>;

/** The set of a node, with the errors that only it and its like have. */
export const natErrors = (owner: string, direction: 'in2out' | 'out2in', own: Record<string, string>): NatErrorSet =>
  errorSet(owner, { ...COMMON, ...own, GOOD_PACKETS: `good ${direction} packets processed` });

/** As natErrors, for a kind of NAT44 that counts no packets among its errors (VPP 26.06). */
export const natReasons = <K extends string>(
  owner: string,
  own: Record<K, string>,
): ErrorSet<keyof typeof REASONS | K> => errorSet(owner, { ...REASONS, ...own });

export const natErrorIds = (errors: Errors, set: NatErrorSet): NatErrorIds => {
  const ids: Readonly<Record<string, number>> = errors.ids(set);
  // One shape for all nodes, which shared code reads fast.
  return Object.fromEntries(SYMBOLS.map((symbol) => [symbol, ids[symbol] ?? -1])) as NatErrorIds;
};

export const hairpinErrors = (owner: string) => errorSet(owner, { PROCESSED: 'NAT44 hairpinning packets processed' });
