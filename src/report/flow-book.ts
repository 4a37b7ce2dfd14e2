/** Flows of a replay, both directions of each: what arrives, and what answers that which left. */

import * as tcp from '../wire/tcp.js';
import type { FlowKey } from '../outcome/flow-key.js';
import type { LadderPacket } from './report-data.js';

/** What is kept of flows in memory; more of them only count. */
const FLOWS_KEPT = 100_000;
const LADDER_PACKETS = 16;
const PATHS_KEPT = 8;

export const THERE = 0;
export const BACK = 1;
export type Way = typeof THERE | typeof BACK;

/** A flow as it grows. */
export class OpenFlow {
  readonly packets: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  readonly causes = new Set<number>();
  readonly stories: number[] = [];
  readonly paths = new Set<number>();
  readonly ladder: LadderPacket[] = [];
  /** Ways of which a story is there. */
  readonly told: [boolean, boolean] = [false, false];
  /** Ends the flow as it leaves. */
  translated: string | null = null;
  tx: string | null = null;
  flags = 0;
  dropped = 0;
  last: number;

  constructor(
    readonly key: FlowKey,
    readonly rx: string,
    readonly first: number,
  ) {
    this.last = first;
  }

  addPath(path: number): void {
    if (this.paths.size < PATHS_KEPT) this.paths.add(path);
  }

  get isClimbing(): boolean {
    return this.ladder.length < LADDER_PACKETS;
  }

  climb(packet: () => LadderPacket): void {
    if (this.isClimbing) this.ladder.push(packet());
  }

  /** TCP flags that were seen, in the order in which they come. */
  get state(): string {
    if (this.key.protocol !== 'TCP') return '';
    return STATES.filter(([bit]) => (this.flags & bit) !== 0)
      .map(([, name]) => name)
      .join(' ');
  }
}

/** SYN with ACK is told from SYN by a bit of its own. */
const SYN_ACK = 0x100;
const STATES: readonly (readonly [number, string])[] = [
  [tcp.SYN, 'SYN'],
  [SYN_ACK, 'SYN-ACK'],
  [tcp.FIN, 'FIN'],
  [tcp.RST, 'RST'],
];

/** What `OpenFlow.flags` collects of a packet's flags. */
export const stateBits = (flags: number): number => {
  if ((flags & tcp.SYN) === 0) return flags;
  return (flags & tcp.ACK) === 0 ? flags : (flags & ~tcp.SYN) | SYN_ACK;
};

export class FlowBook {
  readonly flows: OpenFlow[] = [];
  /** Of flows beyond those that are kept. */
  readonly others = { flows: 0, packets: 0 };
  private readonly byKey = new Map<string, number>();

  /** The flow of a packet that arrived, and which way it goes; null beyond the number that is kept. */
  find(
    key: FlowKey,
    rx: string,
    time: number,
  ): { readonly flow: OpenFlow; readonly way: Way; readonly isNew: boolean } | null {
    const name = nameOf(key.protocol, key.source, key.destination);
    const known = this.byKey.get(name);
    if (known !== undefined) return { flow: this.flows[known >> 1], way: (known & 1) as Way, isNew: false };
    if (this.flows.length >= FLOWS_KEPT) {
      this.others.packets++;
      return null;
    }
    const flow = new OpenFlow(key, rx, time);
    const at = this.flows.push(flow) - 1;
    this.byKey.set(name, at * 2 + THERE);
    this.expectAnswer(key, at, THERE);
    return { flow, way: THERE, isNew: true };
  }

  /** The flow's packet left with these ends: what comes back to them is of the flow. */
  leaves(flow: OpenFlow, way: Way, { protocol, source, destination }: FlowKey): void {
    const known = this.byKey.get(nameOf(flow.key.protocol, flow.key.source, flow.key.destination));
    if (known !== undefined) this.expectAnswer({ protocol, source, destination, flags: 0 }, known >> 1, way);
    if (way === THERE && (source !== flow.key.source || destination !== flow.key.destination))
      flow.translated ??= `${source} → ${destination}`;
  }

  private expectAnswer({ protocol, source, destination }: FlowKey, at: number, way: Way): void {
    const answer = nameOf(protocol, destination, source);
    if (!this.byKey.has(answer)) this.byKey.set(answer, at * 2 + (way === THERE ? BACK : THERE));
  }
}

const nameOf = (protocol: string, source: string, destination: string): string =>
  `${protocol} ${source} ${destination}`;
