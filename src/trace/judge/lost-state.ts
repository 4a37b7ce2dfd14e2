/**
 * State that the model may have otherwise than the traced VPP: sessions, ports, neighbours, as they were changed by packets that
 * could not be followed to their end. What a later packet owes to them is not judged.
 */

import type { NodeRecord } from '../parse/records.js';

type Kind = 'NAT44 sessions and ports' | 'ACL sessions' | 'fragments' | 'neighbours' | 'learned MAC addresses';

/** Which nodes use which state. */
const USERS: Readonly<Record<Kind, RegExp>> = {
  'NAT44 sessions and ports': /^nat44-/,
  'ACL sessions': /^acl-plugin-/,
  fragments: /-reass/,
  neighbours: /^(?:arp-|ip4-arp$|ip4-glean$)/,
  'learned MAC addresses': /^l2-(?:learn|fwd|flood)$/,
};

/** Values that NAT44 writes or that follow from them. */
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

/** Where a packet's way or values part from the model's. */
export interface Parting {
  /** The records up to the node where it shows, which is the last of them. */
  readonly traced: readonly NodeRecord[];
  /** Nodes that come next; null where the ways do not part here. */
  readonly next: readonly [traced: string | null, modelled: string | null] | null;
  /** 'form.field' of values that differ. */
  readonly fields: readonly string[];
  /** One of the two passes here by a session of the ACL plugin. */
  readonly isByAclSession: boolean;
}

export class LostState {
  /** First packet that may have changed it otherwise. */
  private readonly since = new Map<Kind, number>();

  /** A packet could not be followed: whatever these nodes keep may be other than it was in the traced VPP. */
  lose(packet: number, nodes: readonly (string | null)[]): void {
    for (const kind of Object.keys(USERS) as Kind[])
      if (!this.since.has(kind) && nodes.some((node) => node !== null && USERS[kind].test(node)))
        this.since.set(kind, packet);
  }

  /** Why nothing follows from a difference, or null. */
  excuse({ traced, next, fields, isByAclSession }: Parting): string | null {
    const nodes = traced.map(({ node }) => node ?? '');
    const here = [nodes.at(-1) ?? '', ...(next ?? [])].map((node) => node ?? '');
    const isAt = (kind: Kind): boolean => here.some((node) => USERS[kind].test(node));
    const decides: Readonly<Record<Kind, boolean>> = {
      'NAT44 sessions and ports':
        USERS['NAT44 sessions and ports'].test(here[0]) ||
        (nodes.some((node) => USERS['NAT44 sessions and ports'].test(node)) &&
          fields.some((field) => TRANSLATED.has(field))),
      'ACL sessions': USERS['ACL sessions'].test(here[0]) && isByAclSession,
      fragments: isAt('fragments') || nodes.some((node) => USERS.fragments.test(node)),
      neighbours: isAt('neighbours') || fields.some((field) => field.endsWith('.adjacency')),
      'learned MAC addresses': isAt('learned MAC addresses'),
    };
    for (const [kind, packet] of this.since)
      if (decides[kind]) return `packet ${packet} could not be followed to its end, and ${kind} may be others since`;
    return null;
  }
}
