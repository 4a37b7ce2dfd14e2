/** What must have been there before the captures began, since packets show it, where no state tells. */

import type { Dataplane } from '../dataplane/dataplane.js';
import { assumeAclSession } from '../pipeline/acl/assumed-session.js';
import { ACL_VERDICT } from '../pipeline/acl/acl-steps.js';
import { L4_FLAG_IS_INPUT } from '../pipeline/acl/five-tuple.js';
import type { Neighbour } from '../pipeline/fib/neighbours.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { natAddresses } from '../pipeline/nat-common/missed.js';
import { NAT44 } from '../pipeline/nat-common/nat-steps.js';
import { assumeSession, hasSession } from '../pipeline/nat-common/shown/assumed-session.js';
import { formatAddress, formatMac } from '../wire/address.js';
import * as ip4 from '../wire/ip4.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import type { CapturedFrame, ReceivedFrame } from './captured-frame.js';
import { PacketFacts } from './packet-facts.js';
import type { SentFrame } from './sent-frames.js';

export type AssumptionKind = 'NAT44 session' | 'ACL session' | 'neighbour';

export interface Assumption {
  readonly kind: AssumptionKind;
  readonly what: string;
  /** The frame that shows it. */
  readonly frame: string;
}

const ACL_CAUSES = new Set(['DENIED_BY_RULE', 'DENIED_BY_DEFAULT']);
/** Nodes that drop a packet and ask for a neighbour. */
export const NEIGHBOUR_NODES = new Set(['ip4-arp', 'ip4-glean']);

export class Assumptions {
  readonly made: Assumption[] = [];
  /** Whether a state has told where NAT44's generator is. */
  readonly isGeneratorKnown: boolean;
  /** What the state has told, so that nothing is assumed of it. */
  knowsNeighbours: boolean;
  knowsNat: boolean;
  knowsAcl: boolean;
  private readonly after = new PacketFacts();
  /** NAT44 sessions that were there before the captures, and those of them that may be gone. */
  private readonly older = new Set<number>();
  private readonly asked = new Set<number>();
  private readonly doubtful = new Set<number>();

  /** @param nameOf what the frame that runs is called */
  constructor(
    private readonly tables: Tables,
    private readonly nameOf: () => string,
  ) {
    const answered = tables.loadedState?.answered ?? [];
    const hasAnswer = (words: RegExp): boolean => answered.some((command) => words.test(command));
    this.isGeneratorKnown = tables.nat44.ports.draws > 0;
    this.knowsNat = hasAnswer(/nat44.*sessions/);
    this.knowsAcl = hasAnswer(/acl-plugin/);
    const { sessions, mode } = tables.nat44;
    if (mode.transitoryState !== undefined)
      for (let index = 0; index < sessions.length; index++) if (sessions.isUsed(index)) this.older.add(index);
    this.knowsNeighbours = hasAnswer(/ip (arp|neigh)/);
  }

  /** A frame may have made anything. */
  loseCertainty(): void {
    this.knowsNeighbours = this.knowsNat = this.knowsAcl = false;
  }

  /** The node asked for a neighbour, so that it did not know it. */
  noteRequest({ view, at, length }: SentFrame): void {
    const l3 = at + ethernet.HEADER_BYTES;
    const isArp = length >= ethernet.HEADER_BYTES + arp.MESSAGE_BYTES && ethernet.type(view, at) === ethernet.TYPE_ARP;
    if (isArp && arp.operation(view, l3) === arp.OPERATION_REQUEST) this.asked.add(arp.targetAddress(view, l3));
  }

  /** False for a packet of which it is clear before it runs that no NAT44 session has to be assumed: nearly all. */
  mayNeedSession(facts: PacketFacts, { swIfIndex }: CapturedFrame): boolean {
    if (this.knowsNat || facts.key === 0 || facts.isError) return false;
    // A packet to an address of NAT44 may be translated on both sides.
    return natAddresses(this.tables.nat44).has(facts.destination) || !hasSession(this.tables, facts, swIfIndex);
  }

  /** Makes the NAT44 session that translated a packet, which is about to run, into the one that the node sent. */
  natSession(before: PacketFacts, frame: ReceivedFrame, shown: SentFrame): boolean {
    if (this.knowsNat || before.isPortless) return false;
    const { tables, after } = this;
    after.read(shown.view, shown.at, shown.length);
    if (after.isPortless) return false;
    tables.clock.advance(frame.seconds, frame.nanoseconds);
    const [swIfIndexRx, swIfIndexTx] = [frame.swIfIndex, shown.swIfIndex];
    const makesNone = before.isError || frame.way?.hadNatSession === true;
    const modes = { mayOpen: before.mayOpen, makesNone };
    const made = assumeSession(tables, { before, after, swIfIndexRx, swIfIndexTx, ...modes });
    if (made === null) return false;
    this.older.add(made.index);
    tables.earlierSessions.note(NAT44, made.index, this.nameOf());
    this.made.push({ kind: 'NAT44 session', what: made.words, frame: this.nameOf() });
    return true;
  }

  /**
   * Before a frame runs: its session, where that has been silent so long that only the state of its connection tells whether it is
   * still there, which no state shows; -1 for none.
   */
  silentSession(facts: PacketFacts, { swIfIndex, seconds, nanoseconds }: CapturedFrame): number {
    const { tables, older } = this;
    const { nat44, interfaces, clock } = tables;
    if (older.size === 0 || facts.ipProtocol !== ip4.PROTOCOL_TCP || !nat44.mode.isEndpointDependent) return -1;
    const fib = interfaces.fibIndexOf[swIfIndex];
    const inside = nat44.mode.sessionOf(tables, facts, true, fib);
    const session = inside >= 0 ? inside : nat44.mode.sessionOf(tables, facts, false, fib);
    if (!older.has(session)) return -1;
    const isSilent = clock.at(seconds, nanoseconds) - nat44.sessions.lastHeard(session) >= nat44.timeouts.tcpTransitory;
    if (isSilent) this.doubtful.add(session);
    return this.doubtful.has(session) ? session : -1;
  }

  /** Why it is not known whether a packet of a session that was silent should have left; null where it is. */
  doubt(silentSession: number): string | null {
    return silentSession < 0
      ? null
      : 'whether the connection was closed and its NAT44 session had timed out: nothing shows it';
  }

  /** What a frame became shows that its session is there. */
  confirm(silentSession: number): void {
    if (silentSession >= 0) this.doubtful.delete(silentSession);
  }

  /** Whether a state has told all that could be assumed. */
  get knowsAll(): boolean {
    return this.knowsNat && this.knowsAcl && this.knowsNeighbours;
  }

  /** Makes what the model missed when it dropped a packet that the node sent. False where there is nothing to assume. */
  forDropped({ graph, frame }: Dataplane, shown: SentFrame): boolean {
    const { tables } = this;
    const symbol = graph.causeSymbols[frame.cause];
    if (!this.knowsAcl && ACL_CAUSES.has(symbol)) {
      const { swIfIndex: on, l4Flags } = tables.acl.last.tuple;
      if ((l4Flags & L4_FLAG_IS_INPUT) === 0 && shown.swIfIndex !== on) return false;
      const made = assumeAclSession(tables);
      if (made === null) return false;
      tables.earlierSessions.note(ACL_VERDICT, made.index, this.nameOf());
      this.made.push({ kind: 'ACL session', what: made.words, frame: this.nameOf() });
      return true;
    }
    const swIfIndex = frame.causeArg1;
    if (this.knowsNeighbours || shown.swIfIndex !== swIfIndex) return false;
    if (!NEIGHBOUR_NODES.has(graph.causeNodes[frame.cause]) || this.asked.has(frame.causeArg0)) return false;
    const name = this.nameOf();
    const [address, { view, at }] = [frame.causeArg0, shown];
    const mac = { high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) };
    // The MAC address of another neighbour shows another route.
    const isOf = (one: Neighbour): boolean =>
      one.swIfIndex === swIfIndex &&
      (one.address === address || (one.mac.high === mac.high && one.mac.low === mac.low));
    if (tables.ip4.neighbours.all().some(isOf)) return false;
    tables.ip4.setNeighbour({
      address,
      swIfIndex,
      mac,
      isStatic: false,
      hasFibEntry: true,
      origin: `assumed from ${name}`,
    });
    const on = tables.interfaces.all[swIfIndex].name;
    this.made.push({
      kind: 'neighbour',
      what: `neighbour ${formatAddress(address)} on ${on}${shown.comparedFrom > 0 ? '' : ` has ${formatMac(mac)}`}`,
      frame: name,
    });
    return true;
  }
}
