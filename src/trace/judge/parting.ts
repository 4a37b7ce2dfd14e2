/** Where a packet's way or values part from the model's, and whether something that the trace does not show may have decided it. */

import { nodeForm } from '../parse/nodes.js';
import type { NodeRecord } from '../parse/records.js';
import { ACTION_SESSION } from './compared-fields.js';
import type { Dependence } from './model.js';

export interface Parting {
  /** The records of the trace, and the model's, up to the node where it shows, which is the last of them. */
  readonly traced: readonly NodeRecord[];
  readonly modelled: readonly NodeRecord[];
  /** Nodes that come next, or null. */
  readonly next: readonly [traced: string | null, modelled: string | null];
  /** 'form.field' of values that differ; none where only the ways part. */
  readonly fields: readonly string[];
}

/** State that nodes keep, and which nodes. */
export type StateKind =
  'NAT44 sessions and ports' | 'ACL sessions' | 'fragments' | 'neighbours' | 'learned MAC addresses';
const USERS: Readonly<Record<StateKind, RegExp>> = {
  'NAT44 sessions and ports': /^nat44-/,
  'ACL sessions': /^acl-plugin-/,
  fragments: /-reass/,
  neighbours: /^(?:arp-|ip4-arp$|ip4-glean$)/,
  'learned MAC addresses': /^l2-(?:learn|fwd|flood)$/,
};

export const stateOf = (node: string): StateKind[] =>
  (Object.keys(USERS) as StateKind[]).filter((kind) => USERS[kind].test(node));

/** Values that NAT44 writes, or that show what it wrote. */
const TRANSLATED: ReadonlySet<string> = new Set([
  'ip4-addresses.source',
  'ip4-addresses.destination',
  'ip4-fields.checksum',
  'tcp-ports.source',
  'tcp-ports.destination',
  'tcp-window.checksum',
  'udp-ports.source',
  'udp-ports.destination',
  'udp-fields.checksum',
  'udp-lookup.source',
  'udp-lookup.destination',
  'icmp4.checksum',
  'acl-tuple.source',
  'acl-tuple.destination',
  'acl-tuple.sourcePort',
  'acl-tuple.destinationPort',
  'dump.bytes',
]);

/**
 * Records from the one that decided on: the last. Where a packet became several, these take turns, so that any record since may be
 * the one before.
 */
const decidersFrom = (records: readonly NodeRecord[]): number => {
  const fork = records.findIndex(({ node }) => node !== null && nodeForm(node).role === 'fork');
  return fork < 0 ? records.length - 1 : fork;
};

const nodesOf = (records: readonly NodeRecord[]): string[] => records.map(({ node }) => node ?? '');
const uses = (kind: StateKind, nodes: readonly string[]): boolean => nodes.some((node) => USERS[kind].test(node));

/** A difference that what one of these nodes wrote into the packet explains: addresses and ports, or the packet altogether. */
const isWrittenBy = (nodes: readonly string[], { fields }: Parting): boolean =>
  uses('fragments', nodes) ||
  (uses('NAT44 sessions and ports', nodes) && fields.some((field) => TRANSLATED.has(field)));

/** True where state of a kind may have decided. */
export function isDecidedBy(kind: StateKind, parting: Parting): boolean {
  const { traced, modelled, next, fields } = parting;
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
      return uses(kind, around) || fields.some((field) => field.endsWith('.adjacency'));
    case 'learned MAC addresses':
      return uses(kind, around);
  }
}

const isByAclSession = (record: NodeRecord | undefined): boolean =>
  record?.lines.some(({ form, values }) => form === 'acl' && values['action']?.text === ACTION_SESSION) === true;

/** True where unknown bytes may have decided: the node read some, or one before it that wrote what differs. */
export function isDecidedByUnknown({ reads, partedFrom }: Dependence, parting: Parting): boolean {
  const last = parting.modelled.length - 1;
  const before = reads.filter(({ record }) => record <= last);
  return (
    last >= partedFrom - 1 ||
    before.some(({ record }) => record >= decidersFrom(parting.modelled)) ||
    // The reason that a drop prints was found by a node before it.
    (before.length > 0 && parting.fields.some((field) => field.startsWith('drop-reason'))) ||
    isWrittenBy(
      before.map(({ node }) => node),
      parting,
    )
  );
}
