/**
 * ACLs as configured, and the rules of several ACLs as one list packed for matching, in the order in which they are
 * tried: the ACLs of an interface and direction one after the other (VPP 19.08 src/plugins/acl/lookup_context.c).
 */

import { maskOf } from '../../../wire/address.js';
import type { FiveTuple } from '../five-tuple.js';

/** What a rule or a packet's match says to do (acl_rule_t is_permit, and the trace's "action"). */
export const ACTION_DENY = 0;
export const ACTION_PERMIT = 1;
export const ACTION_PERMIT_REFLECT = 2;
/** The packet belongs to a session; no rule was looked at. */
export const ACTION_SESSION = 3;

/** One rule, with inclusive ranges; addresses are signed 32-bit integers, of IPv6 numbers (wire/ip6-address.ts). */
export interface Rule {
  readonly action: typeof ACTION_DENY | typeof ACTION_PERMIT | typeof ACTION_PERMIT_REFLECT;
  readonly isIp6: boolean;
  readonly source: number;
  /** Bits of its prefix. */
  readonly sourceLength: number;
  readonly destination: number;
  readonly destinationLength: number;
  /** 0 for any: then neither ports nor TCP flags are looked at. */
  readonly protocol: number;
  /** Ports, or ICMP types. */
  readonly sourcePortFirst: number;
  readonly sourcePortLast: number;
  /** Ports, or ICMP codes. */
  readonly destinationPortFirst: number;
  readonly destinationPortLast: number;
  readonly tcpFlagsValue: number;
  readonly tcpFlagsMask: number;
  readonly text: string;
}

export interface Acl {
  readonly index: number;
  readonly tag: string;
  readonly rules: readonly Rule[];
  readonly origin: string;
}

/** `ACL 2 "pod"`; one that has no tag is `ACL 2`. */
export const aclName = ({ index, tag }: Pick<Acl, 'index' | 'tag'>): string =>
  tag === '' ? `ACL ${index}` : `ACL ${index} "${tag}"`;

export const RULE_WORDS = 16;
const SOURCE = 0;
const SOURCE_MASK = 1;
const DESTINATION = 2;
const DESTINATION_MASK = 3;
const PROTOCOL = 4;
const SOURCE_PORT_FIRST = 5;
const SOURCE_PORT_LAST = 6;
const DESTINATION_PORT_FIRST = 7;
const DESTINATION_PORT_LAST = 8;
const TCP_FLAGS_VALUE = 9;
const TCP_FLAGS_MASK = 10;
const ACTION = 11;
const ACL_INDEX = 12;
const RULE_INDEX = 13;

/** The rules for one IP version of a list of ACLs, those for IPv4 here; a rule is named by its position in the list. */
export class PackedRules {
  readonly rules: readonly Rule[];
  readonly count: number;
  /** True where the flags of a packet can decide which rule matches it, besides its five-tuple. */
  readonly usesTcpFlags: boolean;
  private readonly words: Int32Array;

  constructor(acls: readonly Acl[], isIp6 = false) {
    const applied = acls.flatMap((acl) =>
      acl.rules.map((rule, ruleIndex) => ({ aclIndex: acl.index, rule, ruleIndex })),
    );
    const own = applied.filter(({ rule }) => rule.isIp6 === isIp6);
    this.rules = own.map(({ rule }) => rule);
    this.count = own.length;
    this.usesTcpFlags = own.some(({ rule }) => (rule.tcpFlagsMask | rule.tcpFlagsValue) !== 0);
    this.words = new Int32Array(own.length * RULE_WORDS);
    own.forEach(({ aclIndex, rule, ruleIndex }, position) => {
      const at = position * RULE_WORDS;
      const { words } = this;
      words.set([rule.source, maskOf(rule.sourceLength)], at + SOURCE);
      words.set([rule.destination, maskOf(rule.destinationLength), rule.protocol], at + DESTINATION);
      words.set([rule.sourcePortFirst, rule.sourcePortLast], at + SOURCE_PORT_FIRST);
      words.set([rule.destinationPortFirst, rule.destinationPortLast], at + DESTINATION_PORT_FIRST);
      words.set([rule.tcpFlagsValue, rule.tcpFlagsMask], at + TCP_FLAGS_VALUE);
      words.set([rule.action, aclIndex, ruleIndex], at + ACTION);
    });
  }

  actionOf(position: number): number {
    return this.words[position * RULE_WORDS + ACTION];
  }

  aclIndexOf(position: number): number {
    return this.words[position * RULE_WORDS + ACL_INDEX];
  }

  /** Number of the rule within its ACL, from 0. */
  ruleIndexOf(position: number): number {
    return this.words[position * RULE_WORDS + RULE_INDEX];
  }

  /** True where the rule names a protocol. */
  hasProtocol(position: number): boolean {
    return this.words[position * RULE_WORDS + PROTOCOL] !== 0;
  }

  /** Position of the first of `count` rules from `first` on that matches, trying one after the other; -1 for none. */
  matchLinear(tuple: FiveTuple, matchNonFirstFragment: boolean, first: number, count: number): number {
    const { words } = this;
    const end = Math.min((first + count) * RULE_WORDS, words.length);
    for (let at = first * RULE_WORDS; at < end; at += RULE_WORDS) {
      if (((tuple.destination ^ words[at + DESTINATION]) & words[at + DESTINATION_MASK]) !== 0) continue;
      if (((tuple.source ^ words[at + SOURCE]) & words[at + SOURCE_MASK]) !== 0) continue;
      if (this.acceptsProtocol(at / RULE_WORDS, tuple, matchNonFirstFragment)) return at / RULE_WORDS;
    }
    return -1;
  }

  /** True where all but the addresses is as the rule at a position says. */
  protected acceptsProtocol(position: number, tuple: FiveTuple, matchNonFirstFragment: boolean): boolean {
    const { words } = this;
    const at = position * RULE_WORDS;
    const protocol = words[at + PROTOCOL];
    if (protocol === 0) return true;
    if (protocol !== tuple.protocol) return false;
    // A later fragment has no ports: by default the first rule for its addresses and protocol decides.
    if (tuple.isNonFirstFragment !== 0 && matchNonFirstFragment) return true;
    if (tuple.l4Valid === 0) return false;
    if (tuple.sourcePort < words[at + SOURCE_PORT_FIRST] || tuple.sourcePort > words[at + SOURCE_PORT_LAST])
      return false;
    if (tuple.destinationPort < words[at + DESTINATION_PORT_FIRST]) return false;
    if (tuple.destinationPort > words[at + DESTINATION_PORT_LAST]) return false;
    return tuple.tcpFlagsValid === 0 || (tuple.tcpFlags & words[at + TCP_FLAGS_MASK]) === words[at + TCP_FLAGS_VALUE];
  }
}
