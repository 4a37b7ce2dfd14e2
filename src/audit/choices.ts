/**
 * What the node chose where it was free to, read from what it sent: the port or identifier of a new session, and the back end. Whether
 * NAT44's generator would have given that is known once its state is.
 */

import { lastDraw } from '../pipeline/nat-common/state/generator.js';
import type { Nat44 } from '../pipeline/nat-common/state/nat44.js';
import { LAST_RESERVED_PORT, type NatChoices } from '../pipeline/nat-common/state/port-stream.js';
import { natProtocolOf } from '../pipeline/nat-common/state/session-key.js';
import { PROTOCOL_ICMP } from '../wire/ip4.js';
import { DrawnPorts, UNSEEN_DRAWS } from './drawn-ports.js';
import { CapturedFrame } from './captured-frame.js';
import { PacketFacts } from './packet-facts.js';
import type { SentFrame, SentFrames } from './sent-frames.js';

/** With so many ports seen, the generator is looked for; then with twice as many. */
const PORTS_TO_TELL = 6;
/** Draws of packets of one vector come in the order of nodes: so far apart they may be. */
const PENDING_DRAWS = 256;
/** A number that the generator gave in place of the one that the node chose, and the frame that is about. */
export interface Surprise {
  readonly drawn: number;
  readonly chosen: number;
  readonly index: number;
}

/** With so many choices as predicted, and no other, the node is taken to have begun with the captures. */
const FRESH_CHOICES = 4;

type Host = Parameters<NatChoices['backEnd']>[0][number];

export class Choices implements NatChoices {
  /** Choices read; those of them that the generator gives. */
  read = 0;
  predicted = 0;
  /** From when on its state is known: 'from the start', 'after 12 ports'; null for not at all. */
  known: string | null;
  private readonly facts = new PacketFacts();
  private readonly ports = new Set<number>();
  private next = PORTS_TO_TELL;
  private placeholder = 0;
  /** Draws that were not chosen so far, and chosen ports that were not drawn so far. */
  private readonly drawn = new Map<string, number>();
  private readonly chosen = new Map<string, number>();
  /** The frame that runs, how its packets look, and how many frames may have been one vector with it. */
  private keys: readonly [number, number] = [0, 0];
  private frame = new CapturedFrame();
  private together = 1;
  /** A query to another inside host: what becomes of it shows the identifier of that host's session. */
  private isHairpin = false;
  /** Ports of sessions of which no packet was seen that was sent, so that they may have another. */
  private readonly unseen = new Set<number>();
  private drawnPorts: DrawnPorts | null = null;
  private surprise: Surprise | null = null;

  constructor(
    private readonly nat: Nat44,
    private readonly sent: SentFrames,
    isGeneratorKnown: boolean,
    knowsSessions: boolean,
    /** Nothing came that the captures have not, so that nobody else draws ports. */
    private hasAll: boolean,
  ) {
    if (isGeneratorKnown && knowsSessions && hasAll) this.drawnPorts = new DrawnPorts(nat);
    this.known = isGeneratorKnown ? 'from the start' : null;
    nat.ports.choices = this;
  }

  /** The generator's state is known, and so are all sessions. */
  get isCertain(): boolean {
    return this.drawnPorts !== null;
  }

  /** A frame may have drawn ports. */
  loseCertainty(): void {
    this.hasAll = false;
    this.drawnPorts = null;
  }

  /** A frame is about to run. */
  begin({ key, replyKey, destination, ipProtocol }: PacketFacts, frame: CapturedFrame): void {
    const { run } = frame;
    this.keys = [key, replyKey];
    this.isHairpin = ipProtocol === PROTOCOL_ICMP && this.nat.pool.has(destination);
    this.frame = frame;
    this.together = run === null ? 1 : run.last - run.first + 1;
  }

  /** Whether the generator gives the port that was chosen for a frame; asked once. */
  takeSurprise(index: number): Surprise | null {
    const { surprise } = this;
    if (surprise?.index !== index) return null;
    this.surprise = null;
    return surprise;
  }

  isUnseen(port: number): boolean {
    return this.unseen.delete(port);
  }

  address(): number {
    if (this.isCertain) return 0;
    const found = this.find((facts) => facts.isPortless && this.nat.pool.has(facts.source));
    return found?.source ?? 0;
  }

  port(address: number, protocol: number, port: number, isKept: boolean): number {
    const found = this.find(
      (facts) => facts.source === address && !facts.isPortless && natProtocolOf(facts.ipProtocol) === protocol,
    );
    // As long as nothing speaks against it the node is taken to have begun with the captures.
    const isLikely = this.isCertain || (this.known === null && this.predicted === this.read);
    if (this.isCertain && this.isHairpin) return port;
    if (found === null && this.isCertain && !isKept) this.unseen.add(port);
    if (found === null) return isKept || isLikely ? port : this.nextPlaceholder();
    const { sourcePort } = found;
    if (isKept) return this.isCertain ? port : sourcePort;
    this.read++;
    this.ports.add(sourcePort);
    if (this.drawnPorts !== null) {
      if (this.drawnPorts.take(sourcePort, this.together)) this.predicted++;
      else this.surprise = { drawn: port, chosen: sourcePort, index: this.frame.index };
    } else if (port === sourcePort) this.note(String(port), String(sourcePort));
    else this.align(sourcePort);
    return sourcePort;
  }

  backEnd<L extends Host>(candidates: readonly L[], drawn: L | null): L | null {
    const isThere = (facts: PacketFacts) => (local: L) =>
      local.address === facts.destination && local.port === facts.destinationPort;
    const found = this.find((facts) => candidates.some(isThere(facts)));
    const local = found === null ? undefined : candidates.find(isThere(found));
    if (local === undefined) return drawn;
    this.read++;
    this.note(hostText(drawn), hostText(local));
    return local;
  }

  /** Of the packets that the frame may have become, the first of this kind. */
  private find(fits: (facts: PacketFacts) => boolean): PacketFacts | null {
    const { sent, facts } = this;
    for (const key of this.keys) {
      let frame: SentFrame | null = sent.like(key, this.frame);
      for (; frame !== null; frame = sent.nextLike(frame, this.frame))
        if (fits(facts.read(frame.view, frame.at, frame.length)) || (facts.isCarried && fits(facts.readOuter())))
          return facts;
    }
    return null;
  }

  /** A port that no pool gives, for a session of which no packet was seen that was sent: it is in nobody's way. */
  private nextPlaceholder(): number {
    this.placeholder = (this.placeholder % (LAST_RESERVED_PORT - 1)) + 1;
    return this.placeholder;
  }

  private note(drawn: string, chosen: string): void {
    if (drawn !== chosen) {
      if (this.known === null) return;
      this.predicted += take(this.drawn, chosen) + take(this.chosen, drawn);
      put(this.drawn, drawn);
      put(this.chosen, chosen);
      return;
    }
    this.predicted++;
    if (this.isCertain || !this.hasAll || this.predicted < this.read || this.read < FRESH_CHOICES) return;
    this.known ??= 'from the start';
    this.drawnPorts = new DrawnPorts(this.nat);
  }

  /**
   * A port that was not expected is either one of the draws to come, and those before it left no port that is seen, or the port of a
   * session from before: then nothing was drawn.
   */
  private align(chosen: number): void {
    const { ports, mode } = this.nat;
    for (let ahead = 1; ahead <= UNSEEN_DRAWS; ahead++) {
      if (mode.ports.port(ports) !== chosen) continue;
      if (this.known !== null) this.predicted++;
      return;
    }
    for (let back = 0; back <= UNSEEN_DRAWS; back++) ports.stepBack();
    if (this.ports.size < this.next) return;
    this.next *= 2;
    const found = lastDraw(mode.ports, this.ports);
    if (found === null) return;
    this.known ??= `after ${String(this.ports.size)} ports`;
    ports.restart(found.draw);
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
