/**
 * Fills a DecisionLog by looking at packets before and after the nodes that decide, so that the nodes need not know of it:
 * at the ACL plugin's verdict, at addresses and ports that NAT changed, at the route looked up, at the adjacency written.
 */

import { ACTION_DENY, ACTION_PERMIT_REFLECT, ACTION_SESSION } from '../../pipeline/acl/match/acl-rules.js';
import { DPO_LOOKUP } from '../../pipeline/fib/dpo.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import * as ip4 from '../../wire/ip4.js';
import { CUT_CAUSE } from '../../pipeline/engine/cut-off.js';
import type { Dataplane } from '../../node/dataplane.js';
import type { NodeObserver } from '../../pipeline/engine/graph.js';
import type { InputFrames } from '../../pipeline/engine/input-frames.js';
import { natAddresses } from '../../pipeline/nat-common/missed.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../../pipeline/engine/packet-buffer.js';
import * as entry from './decision-log.js';
import { DecisionLog, type DecisionListener } from './decision-log.js';
import { HEADER_WORDS, isOutputNode, natHeaderAt, readHeader } from './header-words.js';
import { SessionOwners } from './session-owners.js';

/** What is looked at around a node. */
const NOTHING = 0;
const ACL_NODE = 1;
const NAT_NODE = 2;
const LOOKUP_NODE = 3;
const LOOKUP_AGAIN_NODE = 4;
const LOAD_BALANCE_NODE = 5;
const REWRITE_NODE = 6;

const BY_NAME: Readonly<Record<string, number>> = {
  'ip4-lookup': LOOKUP_NODE,
  'lookup-ip4-dst': LOOKUP_AGAIN_NODE,
  'ip4-load-balance': LOAD_BALANCE_NODE,
  'ip4-rewrite': REWRITE_NODE,
};

/** Tables that hand a packet to each other do so at most this often (ip4-lookup.ts). */
const LOOKUPS_PER_PACKET = 4;
/** The IPv4 nodes of the ACL plugin, which all leave their verdict in acl.last. */
const ACL_NAME = /^acl-plugin-(?:in|out)-ip4-/;

export class DecisionObserver implements NodeObserver {
  readonly log = new DecisionLog();
  /** Told of each decision, if set. */
  listener: DecisionListener | null = null;
  private readonly kinds: Uint8Array;
  /** By node: fragments that waited go on there. */
  private readonly isReassembly: Uint8Array;
  private readonly isOutput: Uint8Array;
  private readonly rewriteFailures: ReadonlySet<number>;
  private readonly aclOwners = new SessionOwners();
  private readonly natOwners = new SessionOwners();
  private readonly tables: Tables;
  private readonly inputs: InputFrames;
  private readonly frame: PacketBuffer;
  private frameNumber = -1;
  /** What `before` saw: the header, and where it was; the load balance or FIB that the packet named. */
  private readonly header = new Int32Array(HEADER_WORDS);
  private headerAt = 0;
  private missedBefore = 0;
  private index = 0;

  private constructor(dataplane: Dataplane) {
    const { graph, tables, inputs, frame } = dataplane;
    this.tables = tables;
    this.inputs = inputs;
    this.frame = frame;
    this.kinds = Uint8Array.from(graph.names, kindOfNode);
    this.isReassembly = Uint8Array.from(graph.names, (name) => (/^nat44-.*-reass/.test(name) ? 1 : 0));
    this.isOutput = Uint8Array.from(graph.names, (name) => (isOutputNode(name) ? 1 : 0));
    this.rewriteFailures = new Set(['ip4-drop', 'ip4-icmp-error', 'ip4-frag'].map((name) => graph.nodeIndex(name)));
  }

  /** Observes a dataplane that records (or will, see Dataplane) from now on; one dataplane has one observer. */
  static of(dataplane: Dataplane): DecisionObserver {
    const { observer } = dataplane.graph;
    if (observer instanceof DecisionObserver) return observer;
    const made = new DecisionObserver(dataplane);
    dataplane.graph.observer = made;
    return made;
  }

  before(b: PacketBuffer, node: number): void {
    if (b === this.frame && b.frame !== this.frameNumber) {
      this.frameNumber = b.frame;
      this.log.clear();
    }
    if (b !== this.frame) this.log.meet(b, this.isReassembly[node] === 1);
    switch (this.kinds[node]) {
      case NAT_NODE:
        this.tables.nat44.lastSession = -1;
        this.tables.nat44.mappings.matchedIndex = -1;
        this.missedBefore = b.flags & FLAG_NAT44_MISSED;
        this.headerAt = natHeaderAt(b, this.isOutput[node] === 1);
        readHeader(b, this.headerAt, this.header, 0);
        break;
      case LOOKUP_AGAIN_NODE:
      case LOAD_BALANCE_NODE:
        this.index = b.adjIndexTx;
        break;
      default:
    }
  }

  after(b: PacketBuffer, node: number, next: number): void {
    if (b.cause === CUT_CAUSE) return; // nothing was decided
    switch (this.kinds[node]) {
      case ACL_NODE:
        this.noteAcl(b, node);
        break;
      case NAT_NODE:
        this.noteNat(b, node);
        break;
      case LOOKUP_NODE:
        this.noteRoute(b, node, this.tables.ip4.mtrie.lookup(b.fibIndex, ip4.destination(b.view, b.at)));
        break;
      case LOOKUP_AGAIN_NODE:
        this.noteLookups(b, node);
        break;
      case LOAD_BALANCE_NODE:
        if (this.index in this.tables.ip4.fib.entryOfLoadBalance) this.noteRoute(b, node, this.index);
        break;
      case REWRITE_NODE:
        if (!this.rewriteFailures.has(next)) this.note(b, entry.NEIGHBOUR, node, b.adjIndexTx);
        break;
      default:
    }
  }

  released(b: PacketBuffer): void {
    this.log.release(b);
  }

  /** An entry of one word. */
  private note(b: PacketBuffer, kind: number, node: number, word: number): void {
    const at = this.log.add(b, kind, node);
    this.log.words[at + 2] = word;
    this.listener?.(this.log, at, b);
  }

  private noteAcl(b: PacketBuffer, node: number): void {
    const { inputs } = this;
    const { acl } = this.tables;
    const { last, sessions } = acl;
    const { action, tuple } = last;
    if (action !== ACTION_SESSION && last.lcIndex < 0) return; // nothing was looked up: the capture cut the packet off
    let { aclIndex, ruleIndex, session } = last;
    let [madeBy, capture] = [-1, -1];
    if (action === ACTION_SESSION) {
      aclIndex = this.aclOwners.first(session);
      ruleIndex = this.aclOwners.second(session);
      madeBy = this.aclOwners.number(session);
      capture = this.aclOwners.capture(session);
    } else if (action === ACTION_PERMIT_REFLECT) {
      session = sessions.find(tuple);
      madeBy = inputs.numberOf(b.frame);
      capture = inputs.capture;
      this.aclOwners.set(session, aclIndex, ruleIndex, madeBy, capture);
    } else if (action === ACTION_DENY) session = -1;
    const at = this.log.add(b, entry.ACL, node);
    const { words } = this.log;
    words[at + entry.ACL_INTERFACE] = tuple.swIfIndex;
    words[at + entry.ACL_ACTION] = action;
    words[at + entry.ACL_INDEX] = aclIndex;
    words[at + entry.ACL_RULE] = ruleIndex;
    words[at + entry.ACL_SESSION] = session;
    words[at + entry.ACL_MADE_BY] = madeBy;
    words[at + entry.ACL_MADE_BY_CAPTURE] = capture;
    this.listener?.(this.log, at, b);
  }

  /**
   * A translation, a session, a mapping that was met, or that there was none for an address of NAT44's; a NAT node that only passes
   * the packet on leaves no entry.
   */
  private noteNat(b: PacketBuffer, node: number): void {
    const { nat44 } = this.tables;
    const { lastSession: session, mappings, sessions } = nat44;
    const at = this.log.add(b, entry.NAT44, node);
    const { words } = this.log;
    words.set(this.header, at + entry.NAT_BEFORE);
    readHeader(b, this.headerAt, words, at + entry.NAT_AFTER);
    let isChanged = false;
    for (let word = 0; word < HEADER_WORDS; word++)
      if (words[at + entry.NAT_BEFORE + word] !== words[at + entry.NAT_AFTER + word]) isChanged = true;
    const isNew = session >= 0 && sessions.totalPackets(session) <= 1;
    const matched = this.isMatchForDestination(words, at) ? -1 : mappings.matchedIndex;
    if (isNew || (session >= 0 && matched >= 0))
      this.natOwners.set(session, matched, -1, this.inputs.numberOf(b.frame), this.inputs.capture);
    const mapping = session >= 0 ? this.natOwners.first(session) : matched;
    const isMissed =
      (b.flags & FLAG_NAT44_MISSED) !== this.missedBefore &&
      natAddresses(this.tables.nat44).has(words[at + entry.NAT_BEFORE + 1]);
    if (!isChanged && !isMissed && session < 0 && mapping < 0) {
      this.log.undo();
      return;
    }
    words[at + entry.NAT_SESSION] = session;
    words[at + entry.NAT_IS_NEW] = isNew ? 1 : 0;
    words[at + entry.NAT_MAPPING] = mapping;
    words[at + entry.NAT_PROTOCOL] = ip4.protocol(b.view, this.headerAt);
    this.listener?.(this.log, at, b);
  }

  /** A mapping that was met for the destination, which a later node translates (hairpinning), has nothing to do with a source's change. */
  private isMatchForDestination(words: Int32Array, at: number): boolean {
    const { pool, matchedIndex } = this.tables.nat44.mappings;
    const [before, after] = [at + entry.NAT_BEFORE, at + entry.NAT_AFTER];
    if (matchedIndex < 0 || words[before] === words[after] || words[before + 1] !== words[after + 1]) return false;
    const { localAddress, locals } = pool.at(matchedIndex);
    return localAddress !== words[before] && !locals.values().some(({ address }) => address === words[before]);
  }

  private noteRoute(b: PacketBuffer, node: number, loadBalance: number): void {
    const { loadBalances } = this.tables.ip4;
    const count = loadBalances.count[loadBalance];
    const bucket = loadBalances.first[loadBalance] + (count > 1 ? b.flowHash & (count - 1) : 0);
    const at = this.log.add(b, entry.ROUTE, node);
    const { words } = this.log;
    words[at + entry.ROUTE_LOAD_BALANCE] = loadBalance;
    words[at + entry.ROUTE_DPO_TYPE] = loadBalances.dpoType[bucket];
    words[at + entry.ROUTE_DPO_INDEX] = loadBalances.dpoIndex[bucket];
    this.listener?.(this.log, at, b);
  }

  /** lookup-ip4-dst goes on in another table where the route says so, in one visit. */
  private noteLookups(b: PacketBuffer, node: number): void {
    const { loadBalances, mtrie } = this.tables.ip4;
    let fibIndex = this.index;
    for (let looked = 1; looked < LOOKUPS_PER_PACKET; looked++) {
      const loadBalance = mtrie.lookup(fibIndex, ip4.destination(b.view, b.at));
      this.noteRoute(b, node, loadBalance);
      const bucket = loadBalances.first[loadBalance];
      if (fibIndex === b.fibIndex || loadBalances.dpoType[bucket] !== DPO_LOOKUP) return;
      fibIndex = loadBalances.dpoIndex[bucket];
    }
  }
}

function kindOfNode(name: string): number {
  if (ACL_NAME.test(name)) return ACL_NODE;
  if (name.startsWith('nat44-')) return NAT_NODE;
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : NOTHING;
}
