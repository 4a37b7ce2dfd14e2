/** What must have been there before the captures began, since packets show it, where no state tells. */

import type { Dataplane } from '../dataplane/dataplane.js';
import { assumeAclSession } from '../pipeline/acl/assumed-session.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { assumeSession } from '../pipeline/nat-common/assumed-session.js';
import { formatAddress, formatMac } from '../wire/address.js';
import * as ethernet from '../wire/ethernet.js';
import type { CapturedFrame } from './captured-frame.js';
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
const NEIGHBOUR_NODES = new Set(['ip4-arp', 'ip4-glean']);

export class Assumptions {
  readonly made: Assumption[] = [];
  /** Whether a state has told where NAT44's generator is. */
  readonly isGeneratorKnown: boolean;
  /** What the state has told, so that nothing is assumed of it. */
  readonly knowsNeighbours: boolean;
  private readonly knowsNat: boolean;
  private readonly knowsAcl: boolean;
  private readonly after = new PacketFacts();

  constructor(private readonly tables: Tables) {
    const answered = tables.loadedState?.answered ?? [];
    const hasAnswer = (words: RegExp): boolean => answered.some((command) => words.test(command));
    this.isGeneratorKnown = tables.nat44.ports.draws > 0;
    this.knowsNat = hasAnswer(/nat44.*sessions/);
    this.knowsAcl = hasAnswer(/acl-plugin/);
    this.knowsNeighbours = hasAnswer(/ip (arp|neigh)/);
  }

  /** Makes the NAT44 session that translated a packet, which is about to run, into the one that the node sent. */
  natSession(before: PacketFacts, frame: CapturedFrame, shown: SentFrame, name: string): void {
    if (this.knowsNat || before.isPortless) return;
    const { tables, after } = this;
    after.read(shown.view, shown.at, shown.length);
    tables.clock.advance(frame.seconds, frame.nanoseconds);
    const [swIfIndexRx, swIfIndexTx] = [frame.swIfIndex, shown.swIfIndex];
    const modes = { mayOpen: before.mayOpen, isError: before.isError };
    const what = assumeSession(tables, { before, after, swIfIndexRx, swIfIndexTx, ...modes });
    if (what !== null) this.made.push({ kind: 'NAT44 session', what, frame: name });
  }

  /** Makes what the model missed when it dropped a packet that the node sent. False where there is nothing to assume. */
  forDropped({ graph, frame }: Dataplane, shown: SentFrame, name: string): boolean {
    const { tables } = this;
    if (!this.knowsAcl && ACL_CAUSES.has(graph.causeSymbols[frame.cause])) {
      const what = assumeAclSession(tables);
      if (what !== null) this.made.push({ kind: 'ACL session', what, frame: name });
      return what !== null;
    }
    const swIfIndex = frame.causeArg1;
    if (this.knowsNeighbours || !NEIGHBOUR_NODES.has(graph.causeNodes[frame.cause]) || shown.swIfIndex !== swIfIndex)
      return false;
    const [address, { view, at }] = [frame.causeArg0, shown];
    const mac = { high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) };
    if (tables.ip4.neighbours.find(address, swIfIndex)) return false;
    tables.ip4.setNeighbour({ address, swIfIndex, mac, isStatic: false, hasFibEntry: true, origin: `assumed from ${name}` });
    const on = tables.interfaces.all[swIfIndex].name;
    this.made.push({ kind: 'neighbour', what: `neighbour ${formatAddress(address)} on ${on} has ${formatMac(mac)}`, frame: name });
    return true;
  }
}
