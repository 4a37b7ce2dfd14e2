/** Where a packet's way or values part from the model's, and whether something that the trace does not show may have decided it. */

import { roleOf } from '../parse/nodes.js';
import { lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import type { ValueDifference } from './compare-records.js';
import type { Dependence } from './model.js';
import { ACTION_SESSION } from './preconditions.js';

export interface Parting {
  /** The records of the trace, and the model's, up to the node where it shows, which is the last of them. */
  readonly traced: readonly NodeRecord[];
  readonly modelled: readonly NodeRecord[];
  /** Nodes that come next, or null. */
  readonly next: readonly [traced: string | null, modelled: string | null];
  /** Values that differ; none where only the paths part. */
  readonly differences: readonly ValueDifference[];
}

/** State that nodes keep, and which nodes. */
type StateKind = 'NAT44 sessions and ports' | 'ACL sessions' | 'fragments' | 'neighbours' | 'learned MAC addresses';
const USERS: Readonly<Record<StateKind, RegExp>> = {
  'NAT44 sessions and ports': /^nat44-/,
  'ACL sessions': /^acl-plugin-/,
  fragments: /-reass/,
  neighbours: /^(?:arp-|ip4-arp$|ip[46]-glean$|ip6-discover-neighbor$|icmp6-(?:neighbor|router)-)/,
  'learned MAC addresses': /^l2-(?:learn|fwd|flood)$/,
};

const stateOf = (node: string): StateKind[] =>
  (Object.keys(USERS) as StateKind[]).filter((kind) => USERS[kind].test(node));

/**
 * Records from the one that decided on: the last. Where a packet became several, these take turns, so that any record since may be
 * the one before.
 */
const decidersFrom = (records: readonly NodeRecord[]): number => {
  const fork = records.findIndex(({ node }) => roleOf(node) === 'fork');
  return fork < 0 ? records.length - 1 : fork;
};

/** Nodes that use state, '' for others: what is no fragment leaves shallow virtual reassembly as it is. */
export const nodesOf = (records: readonly NodeRecord[]): string[] =>
  records.map((record) => (lineOf(record, 'sv-reassembly-whole') === undefined ? (record.node ?? '') : ''));
const uses = (kind: StateKind, nodes: readonly string[]): boolean => nodes.some((node) => USERS[kind].test(node));

/** A difference that what one of these nodes wrote into the packet explains: addresses and ports, or the packet altogether. */
const isWrittenBy = (nodes: readonly string[], { differences }: Parting): boolean =>
  uses('fragments', nodes) ||
  (uses('NAT44 sessions and ports', nodes) && differences.some(({ isTranslated }) => isTranslated));

/** True where state of a kind may have decided. */
function isDecidedBy(kind: StateKind, parting: Parting): boolean {
  const { traced, modelled, next, differences } = parting;
  const before = nodesOf(traced);
  const here = before.slice(decidersFrom(traced));
  const around = [...here, ...next.map((node) => node ?? '')];
  switch (kind) {
    case 'NAT44 sessions and ports':
      return (
        uses(kind, here) ||
        isWrittenBy(
          before.filter((node) => USERS[kind].test(node)),
          parting,
        )
      );
    case 'ACL sessions':
      return uses(kind, here) && [traced.at(-1), modelled.at(-1)].some(isByAclSession);
    case 'fragments':
      return uses(kind, [...before, ...around]);
    case 'neighbours':
      return uses(kind, around) || differences.some(({ key }) => key.endsWith('.dpoIndex'));
    case 'learned MAC addresses':
      return uses(kind, around);
  }
}

const isByAclSession = (record: NodeRecord | undefined): boolean =>
  record !== undefined && textOf(lineOf(record, 'acl'), 'action') === ACTION_SESSION;

/** True where unknown bytes may have decided: the node read some, or one before it that wrote what differs. */
export function isDecidedByUnknown({ reads, partedFrom }: Dependence, parting: Parting): boolean {
  const last = parting.modelled.length - 1;
  const before = reads.filter(({ record }) => record <= last);
  return (
    last >= partedFrom - 1 ||
    before.some(({ record }) => record >= decidersFrom(parting.modelled)) ||
    // The reason that a drop prints was found by a node before it.
    (before.length > 0 && parting.differences.some(({ key }) => key.startsWith('drop-reason'))) ||
    isWrittenBy(
      before.map(({ node }) => node),
      parting,
    )
  );
}

/**
 * State that the model may have otherwise than the traced VPP: sessions, ports, neighbours, as they were changed by packets that
 * could not be followed to their end. What a later packet owes to them is not judged.
 */
export class LostState {
  /** First packet that may have changed it otherwise. */
  private readonly since = new Map<StateKind, number>();

  /** A packet could not be followed at these nodes: whatever they store may be other than it was in the traced VPP. */
  lose(packet: number, nodes: readonly string[]): void {
    for (const kind of nodes.flatMap((node) => stateOf(node))) if (!this.since.has(kind)) this.since.set(kind, packet);
  }

  /** Why nothing follows from a difference, or null. */
  excuse(parting: Parting): string | null {
    for (const [kind, packet] of this.since)
      if (isDecidedBy(kind, parting))
        return `packet ${packet} could not be followed to its end, and ${kind} may be others since`;
    return null;
  }
}
