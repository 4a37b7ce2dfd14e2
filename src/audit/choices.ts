/**
 * What the node chose where it was free to, read from what it sent: the port or identifier of a new session, and the back end. Whether
 * NAT44's generator would have given that is known once its state is.
 */

import { lastDraw } from '../pipeline/nat-common/state/generator.js';
import type { Nat44 } from '../pipeline/nat-common/state/nat44.js';
import type { NatChoices } from '../pipeline/nat-common/state/port-stream.js';
import { PacketFacts } from './packet-facts.js';
import type { SentFrame, SentFrames } from './sent-frames.js';

/** With so many ports seen, the generator is looked for; then with twice as many. */
const PORTS_TO_TELL = 6;
/** Draws of packets of one vector come in the order of nodes: so far apart they may be. */
const PENDING_DRAWS = 256;

type Host = Parameters<NatChoices['backEnd']>[0][number];

export class Choices implements NatChoices {
  /** Choices read; those that the generator gives, and those that it does not though its state is known. */
  read = 0;
  predicted = 0;
  /** When the generator's state became known: 'from the start', 'after 12 ports', null for not at all. */
  known: string | null;
  private readonly facts = new PacketFacts();
  private readonly ports = new Set<number>();
  private next = PORTS_TO_TELL;
  /** Draws that were not chosen so far, and chosen ports that were not drawn so far. */
  private readonly drawn = new Map<string, number>();
  private readonly chosen = new Map<string, number>();
  private key = 0;
  private index = 0;

  constructor(
    private readonly nat: Nat44,
    private readonly sent: SentFrames,
    isKnown: boolean,
  ) {
    this.known = isKnown ? 'from the start' : null;
    nat.ports.choices = this;
  }

  /** A frame is about to run. */
  begin(key: number, index: number): void {
    this.key = key;
    this.index = index;
  }

  port(address: number, port: number, isKept: boolean): number {
    const found = this.find((facts) => facts.source === address && !facts.isPortless);
    if (found === null) return port;
    const { sourcePort } = found;
    if (!isKept) this.note(String(port), String(sourcePort), () => this.ports.add(sourcePort));
    return isKept && this.known !== null ? port : sourcePort;
  }

  backEnd<L extends Host>(candidates: readonly L[], drawn: L | null): L | null {
    const isThere = (facts: PacketFacts) => (local: L) =>
      local.address === facts.destination && local.port === facts.destinationPort;
    const found = this.find((facts) => candidates.some(isThere(facts)));
    const local = found === null ? undefined : candidates.find(isThere(found));
    if (local === undefined) return drawn;
    this.note(hostText(drawn), hostText(local));
    return local;
  }

  /** Of the packets that the frame may have become, the first of this kind. */
  private find(fits: (facts: PacketFacts) => boolean): PacketFacts | null {
    const { sent, facts } = this;
    let frame: SentFrame | null = sent.like(this.key, this.index);
    for (; frame !== null; frame = sent.nextLike(frame, this.index))
      if (fits(facts.read(frame.view, frame.at, frame.length))) return facts;
    return null;
  }

  private note(drawn: string, chosen: string, more?: () => void): void {
    this.read++;
    more?.();
    if (drawn === chosen) {
      this.predicted++;
      if (this.known === null && this.ports.size > 1 && this.predicted === this.read) this.known = 'from the start';
      return;
    }
    if (this.known === null) {
      this.recover();
      return;
    }
    this.predicted += take(this.drawn, chosen) + take(this.chosen, drawn);
    put(this.drawn, drawn);
    put(this.chosen, chosen);
  }

  /** Sets the generator where the ports seen so far put it. */
  private recover(): void {
    if (this.ports.size < this.next) return;
    this.next *= 2;
    const found = lastDraw(this.nat.mode.ports, this.ports);
    if (found === null) return;
    this.known = `after ${String(this.ports.size)} ports`;
    this.nat.ports.restart(found.draw);
  }
}

const hostText = (host: Host | null): string => (host === null ? '' : `${String(host.address)}:${String(host.port)}`);

/** 1 where it was there, and is no more. */
function take(from: Map<string, number>, what: string): number {
  const count = from.get(what) ?? 0;
  if (count === 0) return 0;
  if (count === 1) from.delete(what);
  else from.set(what, count - 1);
  return 1;
}

function put(into: Map<string, number>, what: string): void {
  into.set(what, (into.get(what) ?? 0) + 1);
  if (into.size > PENDING_DRAWS) for (const [oldest] of into) if (into.size > PENDING_DRAWS) into.delete(oldest);
}
