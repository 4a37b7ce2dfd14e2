/**
 * Where an older VPP goes another way than the release (19.08) with the same result. Each is a row: what the trace has, what the
 * release has in its place, and how that is known. Nothing else may explain a difference.
 */

/** Nodes of both traces from one point on, and whether the packet's addresses changed at the node before. */
export interface ReleaseDifference {
  readonly name: string;
  /** Node that both visited last. */
  readonly after: RegExp;
  /** Nodes that only the trace has next, and that only the release has next. */
  readonly traced: readonly string[];
  readonly modelled: readonly string[];
  /** What has to be so besides. */
  readonly when?: 'the packet answers one that made the session';
  /** A sentence about {release}, the one that is modelled. */
  readonly why: string;
}

const VIRTUAL_REASSEMBLY =
  'From 20.01 on every packet of an interface with NAT44 passes shallow virtual reassembly; {release} reassembles in NAT44 itself, and fragments only.';

export const PATH_DIFFERENCES: readonly ReleaseDifference[] = [
  {
    name: 'shallow virtual reassembly on input',
    after: /^(?:ip4-input|ip4-input-no-checksum|acl-plugin-in-ip4-fa)$/,
    traced: ['ip4-sv-reassembly-feature'],
    modelled: [],
    why: VIRTUAL_REASSEMBLY,
  },
  {
    name: 'shallow virtual reassembly on output',
    after: /^(?:ip4-rewrite|acl-plugin-out-ip4-fa)$/,
    traced: ['ip4-sv-reassembly-output-feature'],
    modelled: [],
    why: VIRTUAL_REASSEMBLY,
  },
  {
    name: 'driver sends IPv4 to ip4-input',
    after: /^dpdk-input$/,
    traced: [],
    modelled: ['ethernet-input'],
    why: 'The DPDK driver of 2018 classified frames itself and sent IPv4 straight to ip4-input; in {release} every driver hands its frames to ethernet-input.',
  },
  {
    name: 'service session in the slow path',
    after: /^nat44-in2out$/,
    traced: ['nat44-in2out-slowpath'],
    modelled: [],
    when: 'the packet answers one that made the session',
    why: 'The VPP of 2018 kept the sessions of services apart and found them in the slow path only; {release} finds the session of a static mapping in nat44-in2out (recording C-nat9, frames 51 and 179).',
  },
  {
    name: 'input ACL of a bridge by classifier',
    after: /^l2-input$/,
    traced: ['l2-input-classify'],
    modelled: ['l2-input-feat-arc'],
    why: 'The VPP of 2018 sent packets of a bridge to ACLs by the classifier; {release} has a feature arc for it (recording H-vxlan0, frame 8).',
  },
  {
    name: 'end of the feature arc of a bridge',
    after: /^acl-plugin-in-ip4-l2$/,
    traced: [],
    modelled: ['l2-input-feat-arc-end'],
    why: 'The feature arc of {release} has a node for its end (recording H-vxlan0, frame 8).',
  },
  {
    name: 'load balance behind vxlan4-encap',
    after: /^vxlan4-encap$/,
    traced: ['ip4-load-balance'],
    modelled: [],
    why: 'In {release} vxlan4-encap looks through load balances of one bucket (recording H-vxlan0, frame 8).',
  },
];

/** Values that differ at a node, with the same decision behind them. */
export interface FieldDifference {
  readonly name: string;
  readonly node: RegExp;
  /** `form.field`s that may differ. */
  readonly fields: readonly string[];
  /** What the trace and the release have there. */
  readonly traced: RegExp;
  readonly modelled: RegExp;
  /** What has to be so besides. */
  readonly when?: 'the packet is not translated' | 'the packet is VXLAN' | 'the trace goes on to the slow path';
  /** A sentence about {release}, the one that is modelled. */
  readonly why: string;
}

export const FIELD_DIFFERENCES: readonly FieldDifference[] = [
  {
    name: 'ports of VXLAN packets behind NAT44',
    node: /-output$|-tx$/,
    fields: ['udp-ports.source'],
    traced: /^\d+$/,
    modelled: /^\d+$/,
    when: 'the packet is VXLAN',
    why: 'An identity mapping of UDP port 4789 kept the VPP of 2018 from translating VXLAN packets of the node. That of {release} covers the source port 4789 only, and a VXLAN packet has another: it gets a NAT44 port (recording H-vxlan0, frames 8, 11 and 14).',
  },
  {
    name: 'session of an identity mapping',
    node: /^nat44-out2in$/,
    fields: ['nat.session'],
    traced: /^\d+$/,
    modelled: /^-1$/,
    when: 'the packet is not translated',
    why: 'The VPP of 2018 made a session for an identity mapping; {release} lets such packets pass without one (src/plugins/nat/out2in.c).',
  },
  {
    name: 'service session in the slow path',
    node: /^nat44-in2out$/,
    fields: ['nat.session'],
    traced: /^-1$/,
    modelled: /^\d+$/,
    when: 'the trace goes on to the slow path',
    why: 'The VPP of 2018 kept the sessions of services apart and found them in the slow path only; {release} finds the session of a static mapping in nat44-in2out (recording C-nat9, frames 51 and 179).',
  },
];

/** Why a difference is none, in the name of the release that is modelled. */
export const reasonOf = ({ why }: { readonly why: string }, release: string): string =>
  why.replaceAll('{release}', release);
