/** Flows of which the page tells more than a row: the stories of some packets, and their sequence. Bounded, whatever the capture. */

import type { OpenFlow, Way } from '../explain/flow-book.js';
import type { LadderPacket } from './report-data.js';

/** Flows that are told as they begin, and with those that are told since a packet of theirs did not leave. */
const FLOWS_TOLD = 2000;
const FLOWS_TOLD_WITH_DROPS = 3500;
const LADDER_PACKETS = 16;
const STORIES_OF_A_FLOW = 5;

export class ToldFlow {
  /** Indices of stories. */
  readonly stories: number[] = [];
  readonly ladder: LadderPacket[] = [];
  /** Ways of which a story is there. */
  readonly ways: [boolean, boolean] = [false, false];

  /** @param skipped packets before the ladder */
  constructor(readonly skipped: number) {}

  get isClimbing(): boolean {
    return this.ladder.length < LADDER_PACKETS;
  }

  climb(packet: LadderPacket): void {
    if (this.isClimbing) this.ladder.push(packet);
  }

  /** Whether a packet gets a story: the first each way, and the first that ends otherwise. */
  isNews(way: Way, isOtherEnd: boolean): boolean {
    if ((this.ways[way] && !isOtherEnd) || this.stories.length === STORIES_OF_A_FLOW) return false;
    this.ways[way] = true;
    return true;
  }
}

export class ToldFlows {
  private readonly byFlow = new Map<OpenFlow, ToldFlow>();

  get(flow: OpenFlow): ToldFlow | null {
    return this.byFlow.get(flow) ?? null;
  }

  /** False where the next packet that leaves this way gets no story. */
  wants(flow: OpenFlow, way: Way): boolean {
    const known = this.byFlow.get(flow);
    return known === undefined ? this.mayBegin(flow.packets[0] + flow.packets[1]) : !known.ways[way];
  }

  /** Of a flow that has got a packet: begins to tell it, where there is room. */
  of(flow: OpenFlow): ToldFlow | null {
    const { byFlow } = this;
    const known = byFlow.get(flow);
    if (known !== undefined) return known;
    const before = flow.packets[0] + flow.packets[1] - 1;
    if (!this.mayBegin(before) && (flow.dropped === 0 || byFlow.size >= FLOWS_TOLD_WITH_DROPS)) return null;
    const told = new ToldFlow(before);
    byFlow.set(flow, told);
    return told;
  }

  private mayBegin(packetsBefore: number): boolean {
    return packetsBefore === 0 && this.byFlow.size < FLOWS_TOLD;
  }
}
