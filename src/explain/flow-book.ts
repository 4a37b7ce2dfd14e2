/** Flows of a replay, both directions of each: what arrives, and what answers that which left. */

import * as tcp from '../wire/tcp.js';
import type { FlowKey } from '../outcome/flow-key.js';

/** What is kept of flows in memory; more of them only count. */
const FLOWS_KEPT = 100_000;
const PATHS_KEPT = 8;

export const THERE = 0;
export const BACK = 1;
export type Way = typeof THERE | typeof BACK;

/** A flow as it grows. Of most flows there are few packets, so that lists are made only where something is to be in them. */
export class OpenFlow {
  readonly packets: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  causes: readonly number[] = NONE;
  paths: readonly number[] = NONE;
  /** Its ends as they leave, where that is otherwise. */
  leaving: Ends | null = null;
  tx: string | null = null;
  flags = 0;
  dropped = 0;
  last: number;

  constructor(
    readonly ends: Ends,
    readonly rx: string,
    readonly first: number,
  ) {
    this.last = first;
  }

  /** Who speaks to whom, as it arrives. */
  get key(): FlowEnds {
    return endsOf(this.ends);
  }

  get translated(): string | null {
    if (this.leaving === null) return null;
    const { source, destination } = endsOf(this.leaving);
    return `${source} → ${destination}`;
  }

  addPath(path: number): void {
    if (this.paths.length < PATHS_KEPT && !this.paths.includes(path)) this.paths = [...this.paths, path];
  }

  /** False for a cause that is known already. */
  addCause(cause: number): boolean {
    if (this.causes.includes(cause)) return false;
    this.causes = [...this.causes, cause];
    return true;
  }

  /** TCP flags that were seen, in the order in which they come. */
  get state(): string {
    if (!this.ends.pair.startsWith(`TCP${BETWEEN}`)) return '';
    return STATES.filter(([bit]) => (this.flags & bit) !== 0)
      .map(([, name]) => name)
      .join(' ');
  }
}

const NONE: readonly number[] = [];

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

export type FlowEnds = Omit<FlowKey, 'flags'>;

/** Protocol and both ends in one string, the same for both directions, and whether the end that stands last is the source. */
interface Ends {
  readonly pair: string;
  readonly isTurned: boolean;
}

const BETWEEN = '\n';

const pairOf = ({ protocol, source, destination }: FlowEnds): Ends =>
  source > destination
    ? { pair: `${protocol}${BETWEEN}${destination}${BETWEEN}${source}`, isTurned: true }
    : { pair: `${protocol}${BETWEEN}${source}${BETWEEN}${destination}`, isTurned: false };

function endsOf({ pair, isTurned }: Ends): FlowEnds {
  const [protocol, one, other] = pair.split(BETWEEN);
  return isTurned ? { protocol, source: other, destination: one } : { protocol, source: one, destination: other };
}

/** To be kept. What `+` and templates make refers to its parts: three times the memory of a flow's text. */
const kept = ({ pair, isTurned }: Ends): Ends => ({ pair: Buffer.from(pair, 'latin1').toString('latin1'), isTurned });

const wayOf = (known: number, isTurned: boolean): Way => ((known & 1) ^ Number(isTurned)) as Way;

export class FlowBook {
  readonly flows: OpenFlow[] = [];
  /** Of flows beyond those that are kept. */
  readonly others = { flows: 0, packets: 0 };
  /** By pair: twice the flow's index, and which way the packets go whose source stands first. */
  private readonly byPair = new Map<string, number>();

  /** The flow of a packet that arrived, and which way it goes; null beyond the number that is kept. */
  find(
    key: FlowEnds,
    rx: string,
    time: number,
  ): { readonly flow: OpenFlow; readonly way: Way; readonly isNew: boolean } | null {
    const ends = pairOf(key);
    const known = this.byPair.get(ends.pair);
    if (known !== undefined) return { flow: this.flows[known >> 1], way: wayOf(known, ends.isTurned), isNew: false };
    if (this.flows.length >= FLOWS_KEPT) {
      this.others.packets++;
      return null;
    }
    const flow = new OpenFlow(kept(ends), rx, time);
    this.note(flow.ends, this.flows.push(flow) - 1, THERE);
    return { flow, way: THERE, isNew: true };
  }

  /** The flow's packet left with these ends: what comes back to them is of the flow. */
  leaves(flow: OpenFlow, way: Way, key: FlowEnds): void {
    const ends = pairOf(key);
    if (ends.pair === flow.ends.pair) return;
    const left = kept(ends);
    if (!this.byPair.has(left.pair)) this.note(left, (this.byPair.get(flow.ends.pair) ?? 0) >> 1, way);
    if (way === THERE) flow.leaving ??= left;
  }

  private note({ pair, isTurned }: Ends, flow: number, way: Way): void {
    this.byPair.set(pair, flow * 2 + (way ^ Number(isTurned)));
  }
}
