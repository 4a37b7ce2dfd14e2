/** The changes that were found, grouped by kind and by what decided on both sides. */

import type { FrameFilter } from '../filter/frame-filter.js';
import { packetWords } from '../explain/packet-words.js';
import type { Allowance, Allowances } from './allowances.js';
import { areBound, changeOf, makesSession, signOf, type Change, type ChangeKind, type FieldChange } from './change.js';
import { decidedOf, storyOf, type Decided, type Story } from './decided.js';
import { FlowNumbers } from './flow-numbers.js';
import type { PacketCopy } from './packet-copy.js';
import { PortBindings } from './port-bindings.js';
import type { Side } from './side.js';

export interface Example {
  readonly frame: string;
  /** As it arrived, and what became of it on both sides. */
  readonly packet: string;
  readonly before: string;
  readonly after: string;
  readonly fields: readonly FieldChange[];
}

/** The first frame of a flow that changes in a way. */
export interface FlowChange {
  readonly group: ChangeGroup;
  readonly example: Example;
  readonly received: PacketCopy;
  readonly rx: string;
}

export interface ChangeGroup {
  readonly kind: ChangeKind;
  readonly allowance: Allowance | null;
  readonly before: Decided;
  readonly after: Decided;
  frames: number;
  readonly flows: Set<number>;
  readonly examples: Example[];
}

const EXAMPLES = 5;
const NO_GROUP = -1;

export class Findings {
  /** Frames that at least one of the nodes received. */
  frames = 0;
  readonly groups: ChangeGroup[] = [];
  readonly flows = new FlowNumbers();
  readonly changedFlows = new Set<number>();
  readonly bindings = new PortBindings();
  /** Frames that neither node received, by reason. */
  readonly notReplayed = new Map<string, number>();
  /** Frames, as received, whose changes count; null for all. */
  filter: FrameFilter | null = null;
  /** Is told each flow that changes, once in each way. */
  mark: ((change: FlowChange) => void) | null = null;
  private readonly byKey = new Map<string, number>();

  constructor(
    private readonly before: Side,
    private readonly after: Side,
    private readonly allowances: Allowances,
  ) {}

  get changedFrames(): number {
    return this.groups.reduce((sum, { frames }) => sum + frames, 0);
  }

  /**
   * Both nodes have run a frame.
   * @param received the frame as it arrived, as Ethernet
   * @param name what it is called
   * @param turnBack gives its place the bytes that the first node made of it
   * @returns the index of its group, -1 for none
   */
  judge(received: PacketCopy, name: () => string, turnBack: () => void): number {
    const { before, after, flows } = this;
    if (before.leftOut !== null && after.leftOut !== null) {
      this.notReplayed.set(before.leftOut, (this.notReplayed.get(before.leftOut) ?? 0) + 1);
      return NO_GROUP;
    }
    if (!this.isMeant(received)) {
      if (makesSession(before, after)) areBound(before, after, 0, this.bindings);
      return NO_GROUP;
    }
    this.frames++;
    const rx = before.leftOut === null ? before.dataplane.receivedOn.name : after.dataplane.receivedOn.name;
    const flow = flows.of(received, before.tables.interfaces.byName(rx)?.swIfIndex ?? -1);
    const sign = signOf(before, after);
    let group = flows.groups[flow] - 1;
    if (sign === 0) {
      if (this.bindings.isActive && makesSession(before, after)) areBound(before, after, 0, this.bindings);
      group = NO_GROUP;
    } else if (group < 0 || flows.signs[flow] !== sign || makesSession(before, after)) {
      const change = changeOf(before, after, this.bindings);
      group = change === null ? NO_GROUP : this.find(change, flow, received, rx, name, turnBack);
    }
    flows.groups[flow] = group + 1;
    flows.signs[flow] = sign;
    if (group < 0) return NO_GROUP;
    this.groups[group].frames++;
    this.groups[group].flows.add(flow);
    this.changedFlows.add(flow);
    return group;
  }

  private isMeant({ view, length, wireLength }: PacketCopy): boolean {
    return this.filter === null || this.filter({ view, at: 0, length, wireLength });
  }

  /** Frames of flows that are known: how many there are. */
  followed(frames: number): void {
    this.frames += frames;
  }

  private find(
    change: Change,
    flow: number,
    received: PacketCopy,
    rx: string,
    name: () => string,
    turnBack: () => void,
  ): number {
    const { before, after, byKey, groups } = this;
    const { kind, at, fields } = change;
    const isStory = storyOf(after, at, kind);
    turnBack();
    const wasStory = storyOf(before, at, kind);
    const [was, is] = decidedOf(kind, wasStory, isStory);
    const allowance = this.allowances.find(kind, was.origin, is.origin, received);
    const key = JSON.stringify([kind, allowance?.number, was.key, is.key]);
    const group = byKey.get(key) ?? groups.length;
    byKey.set(key, group);
    groups[group] ??= {
      kind,
      allowance,
      before: was,
      after: is,
      frames: 0,
      flows: new Set(),
      examples: [],
    };
    const { examples, flows } = groups[group];
    const isMarked = this.mark !== null && !flows.has(flow);
    if (examples.length >= EXAMPLES && !isMarked) return group;
    const example = {
      frame: name(),
      packet: packetWords(received.view, 0, received.length, received.wireLength),
      before: outcomeWords(before, at, wasStory),
      after: outcomeWords(after, at, isStory),
      fields,
    };
    if (examples.length < EXAMPLES) examples.push(example);
    if (isMarked) this.mark?.({ group: groups[group], example, received, rx });
    return group;
  }
}

/** What became of the frame: the packet that left as the `at`-th, or why none did. */
function outcomeWords(side: Side, at: number, { cause }: Story): string {
  if (at < side.sentCount) {
    const { view, length, wireLength, swIfIndex } = side.sent[at];
    return `on ${side.interfaceName(swIfIndex)}: ${packetWords(view, 0, length, wireLength)}`;
  }
  if (cause === null) return 'nothing more';
  return `${side.leftOut === null ? 'dropped' : 'not received'}: ${cause.text}`;
}
