/** State of the ACL plugin: ACLs, where they are applied, options and sessions (acl_main_t, VPP 19.08 src/plugins/acl/acl.h). */

import * as ip6 from '../../wire/ip6.js';
import type { Behaviour } from '../engine/behaviour.js';
import type { Clock } from '../engine/state/clock.js';
import type { FeatureTable } from '../engine/state/feature-table.js';
import type { FlowStamps } from '../engine/state/flow-stamps.js';
import { interfaceColumn, type InterfaceTable } from '../engine/state/interface-table.js';
import { AclMatcher } from './match/acl-match.js';
import { aclName, PackedRules, type Acl, type Rule } from './match/acl-rules.js';
import { Ip6PackedRules } from './match/ip6-rules.js';
import { TupleMerge } from './match/tuple-merge.js';
import { AclSessions } from './sessions/acl-sessions.js';
import { SessionCleaner } from './sessions/session-cleaner.js';
import { AclVerdict } from './acl-verdict.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** An IPv6 prefix of a rule that ends within a byte is compared with the byte behind (match/ip6-rules.ts). */
    readonly comparesByteBehind: boolean;
  }
}

export type AclDirection = 'input' | 'output';

/** Extension headers that the plugin passes over (foreach_acl_eh): mobility, HIP, Shim6 and two for experiments are among them. */
const KNOWN_EXTENSIONS = [
  ...[ip6.HOP_BY_HOP, ip6.ROUTING, ip6.FRAGMENT, ip6.DESTINATION_OPTIONS],
  ...[135, 139, 140, 253, 254],
];

/** The ACLs applied to an interface in one direction, in the order in which they are tried (acl_lookup_context_t). */
export interface LookupContext {
  readonly swIfIndex: number;
  readonly direction: AclDirection;
  readonly aclIndices: number[];
}

/** What VPP enables with the first ACL of an interface: arcs and nodes (acl_fa_enable_disable, acl_interface_in_enable_disable). */
const FEATURES: Readonly<Record<AclDirection, readonly (readonly [arc: string, node: string])[]>> = {
  input: [
    ['ip4-unicast', 'acl-plugin-in-ip4-fa'],
    ['ip6-unicast', 'acl-plugin-in-ip6-fa'],
    ['l2-input-ip4', 'acl-plugin-in-ip4-l2'],
    ['l2-input-ip6', 'acl-plugin-in-ip6-l2'],
  ],
  output: [
    ['ip4-output', 'acl-plugin-out-ip4-fa'],
    ['ip6-output', 'acl-plugin-out-ip6-fa'],
    ['l2-output-ip4', 'acl-plugin-out-ip4-l2'],
    ['l2-output-ip6', 'acl-plugin-out-ip6-l2'],
  ],
};

export class AclTable {
  readonly acls: Acl[] = [];
  /** Lookup contexts by lc_index. */
  readonly contexts: LookupContext[] = [];
  readonly sessions: AclSessions;
  readonly cleaner: SessionCleaner;
  readonly tupleMerge = new TupleMerge();
  /** How the packet looked at last was judged. */
  readonly last = new AclVerdict();
  /** `set acl-plugin l4-match-nonfirst-fragment`: rules with a protocol match later fragments, whatever their ports. */
  private matchesNonFirstFragment = true;
  /** lc_index by sw_if_index, -1 where no ACL is applied. */
  readonly lcIndexOf: Record<AclDirection, Int32Array> = {
    input: interfaceColumn(-1),
    output: interfaceColumn(-1),
  };
  /** lc_indices that no interface has any more: the one freed last is given out first. */
  private readonly freeContexts: number[] = [];
  /** 1 by number of an extension header that is passed over: `set acl-plugin skip-ipv6-extension-header`. */
  readonly isSkipped = new Uint8Array(256);
  /** `set acl-plugin use-hash-acl-matching` */
  private isHashed = true;
  /** Matchers by lc_index, for IPv4 and for IPv6, made at first use. */
  private matchers: (AclMatcher | undefined)[] = [];
  private ip6Matchers: (AclMatcher | undefined)[] = [];

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly features: FeatureTable,
    private readonly clock: Clock,
    private readonly behaviour: Behaviour,
    flowStamps: FlowStamps,
  ) {
    for (const protocol of KNOWN_EXTENSIONS) this.isSkipped[protocol] = 1;
    this.sessions = new AclSessions(flowStamps);
    this.cleaner = new SessionCleaner(this.sessions);
  }

  add(tag: string, rules: readonly Rule[], origin: string): number {
    const acl = { index: this.acls.length, tag, rules, origin };
    this.tupleMerge.setAcl(acl);
    return this.acls.push(acl) - 1;
  }

  /** Replaces the rules of an ACL. Sessions stay (reclassify_sessions is off). */
  replace(index: number, tag: string, rules: readonly Rule[], origin: string): void {
    this.acls[index] = { index, tag, rules, origin };
    this.tupleMerge.setAcl(this.acls[index]);
    this.forgetMatchers();
  }

  get matchNonFirstFragment(): boolean {
    return this.matchesNonFirstFragment;
  }

  set matchNonFirstFragment(matches: boolean) {
    this.matchesNonFirstFragment = matches;
    this.forgetMatchers();
  }

  set usesHash(usesHash: boolean) {
    this.isHashed = usesHash;
    this.forgetMatchers();
  }

  /** True where the ACL is applied there already, which VPP refuses to repeat. */
  isAttached(aclIndex: number, direction: AclDirection, swIfIndex: number): boolean {
    const lcIndex = this.lcIndexOf[direction][swIfIndex];
    return lcIndex !== -1 && this.contexts[lcIndex].aclIndices.includes(aclIndex);
  }

  /** Applies an ACL behind those applied before; the first one enables the ACL nodes. The interface's sessions go. */
  attach(aclIndex: number, direction: AclDirection, swIfIndex: number): void {
    const known = this.lcIndexOf[direction][swIfIndex];
    if (known === -1) {
      const lcIndex = this.freeContexts.pop() ?? this.contexts.length;
      this.contexts[lcIndex] = { swIfIndex, direction, aclIndices: [aclIndex] };
      this.lcIndexOf[direction][swIfIndex] = lcIndex;
      for (const [arc, node] of FEATURES[direction]) this.features.enable(arc, node, swIfIndex);
    } else this.contexts[known].aclIndices.push(aclIndex);
    this.listChanged(this.lcIndexOf[direction][swIfIndex]);
  }

  /** Takes an ACL off; with the last one the ACL nodes are disabled. The interface's sessions go. */
  detach(aclIndex: number, direction: AclDirection, swIfIndex: number): void {
    const lcIndex = this.lcIndexOf[direction][swIfIndex];
    const { aclIndices } = this.contexts[lcIndex];
    aclIndices.splice(aclIndices.indexOf(aclIndex), 1);
    if (aclIndices.length === 0) {
      this.lcIndexOf[direction][swIfIndex] = -1;
      this.freeContexts.push(lcIndex);
      for (const [arc, node] of FEATURES[direction]) this.features.disable(arc, node, swIfIndex);
    }
    this.listChanged(lcIndex);
  }

  private listChanged(lcIndex: number): void {
    const { aclIndices, swIfIndex } = this.contexts[lcIndex];
    this.tupleMerge.setList(lcIndex, aclIndices);
    this.cleaner.clear(swIfIndex, this.clock.now);
    this.forgetMatchers();
  }

  /** Matchers are made again when they are asked for. */
  private forgetMatchers(): void {
    this.matchers = [];
    this.ip6Matchers = [];
  }

  matcherOf(lcIndex: number, isIp6: boolean): AclMatcher {
    const matchers = isIp6 ? this.ip6Matchers : this.matchers;
    return matchers[lcIndex] ?? this.makeMatcher(lcIndex, isIp6);
  }

  /** In words, where a lookup context is applied: 'input of pg0'. */
  placeOf(lcIndex: number): string {
    const { direction, swIfIndex } = this.contexts[lcIndex];
    return `${direction} of ${this.interfaces.all[swIfIndex].name}`;
  }

  /** In words, a rule and where it was configured: 'ACL 1 "pod-out" rule 2 (deny …) at node.vpp:45'. */
  describeRule(aclIndex: number, ruleIndex: number): string {
    const acl = this.acls[aclIndex];
    return `${aclName(acl)} rule ${ruleIndex} (${acl.rules[ruleIndex].text}) at ${acl.origin}`;
  }

  /** Interfaces with the same list of ACLs share a matcher, unless hash tables tell them apart. */
  private makeMatcher(lcIndex: number, isIp6: boolean): AclMatcher {
    const { aclIndices } = this.contexts[lcIndex];
    const matchers = isIp6 ? this.ip6Matchers : this.matchers;
    const acls = aclIndices.map((index) => this.acls[index]);
    const { comparesByteBehind } = this.behaviour;
    const isHashFelt = isIp6 && comparesByteBehind && this.isHashed && acls.some(endsWithinByte);
    const shared = matchers.find(
      (made, at) => made !== undefined && !isHashFelt && this.contexts[at].aclIndices.join() === aclIndices.join(),
    );
    const comparison = { comparesByteBehind, ...(isHashFelt && { hashMasks: this.tupleMerge.ip6Masks(lcIndex) }) };
    const rulesOf = (): PackedRules => (isIp6 ? new Ip6PackedRules(acls, comparison) : new PackedRules(acls));
    return (matchers[lcIndex] = shared ?? new AclMatcher(rulesOf(), this.matchNonFirstFragment));
  }
}

const endsWithinByte = ({ rules }: Acl): boolean =>
  rules.some(({ isIp6, sourceLength, destinationLength }) => isIp6 && ((sourceLength | destinationLength) & 7) !== 0);
