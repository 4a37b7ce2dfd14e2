/**
 * What is told of packets that follow flows: the steps of the packet that a flow was learned from, the nodes it visited and what it
 * counted. Those of the flow's other packets are the same, so texts and coverage are made from these as from a packet of their own.
 *
 * A telling is words in one array, behind each other; `first` has where it is, by flow:
 *
 *     0  words of the steps      2  profile of its counters           4  steps, then path
 *     1  nodes of the path       3  interface that it came in on
 */

import type { Dataplane } from '../dataplane/dataplane.js';
import type { FlowWatcher } from '../pipeline/flow-cache/flow-learner.js';
import { grown } from '../pipeline/engine/state/grown.js';
import { Steps } from '../pipeline/engine/steps.js';
import { FrameSteps } from './frame-steps.js';

const HEADER_WORDS = 4;
/** Longer ones are rare: their flows are left to the graph, so that texts have a limit as well. */
const LONGEST_WORDS = 512;
/** 64 MB: some 200,000 flows. */
const WORDS_LIMIT = 1 << 24;
const NONE = -1;

export class FlowTellings implements FlowWatcher {
  /** Steps of the flow that was opened last, with their words. */
  readonly steps: FrameSteps;
  /** Nodes that its packets visit, empty where paths are not recorded. */
  path: Int32Array = new Int32Array(0);
  /** What each of them counts: counter ids and increments in turns. */
  counted: Int32Array = new Int32Array(0);
  swIfIndexRx = 0;
  /** Told of packets that followed the opened flow. */
  onFollowed: ((packets: number) => void) | null = null;
  /** The flow that was learned from the frame that ran last, -1 for none. */
  lastLearned = NONE;
  /** Who keeps texts about flows: told of those that are learned, when all are forgotten, and asked whether no more can be kept. */
  onLearned: (flow: number) => void = () => undefined;
  onForgotten = (): void => undefined;
  areTextsFull = (): boolean => false;
  private readonly opened = new Steps();
  /** `counted` by profile. */
  private readonly profiles: Int32Array[] = [];
  private words = new Int32Array(1 << 16);
  private first = new Int32Array(1 << 12);
  private used = 1;

  constructor(private readonly dataplane: Dataplane) {
    this.steps = FrameSteps.of(dataplane).of(this.opened);
  }

  get isFull(): boolean {
    return this.used + LONGEST_WORDS > WORDS_LIMIT || this.areTextsFull();
  }

  learned(flow: number, profile: number, counted: Int32Array): boolean {
    const { graph, recordsPaths, receivedOn } = this.dataplane;
    const { steps } = graph;
    const pathLength = recordsPaths ? graph.pathLength : 0;
    const length = HEADER_WORDS + steps.length + pathLength;
    if (length > LONGEST_WORDS || this.used + length > WORDS_LIMIT || FrameSteps.of(this.dataplane).haveMaker)
      return false;
    while (this.used + length > this.words.length) this.words = grown(this.words);
    while (flow >= this.first.length) this.first = grown(this.first);
    const { words } = this;
    let at = (this.first[flow] = this.used);
    words[at++] = steps.length;
    words[at++] = pathLength;
    words[at++] = profile;
    words[at++] = receivedOn.swIfIndex;
    this.profiles[profile] = counted;
    for (let i = 0; i < steps.length; i++) words[at++] = steps.words[i];
    for (let i = 0; i < pathLength; i++) words[at++] = graph.path[i];
    this.used = at;
    this.lastLearned = flow;
    this.onLearned(flow);
    return true;
  }

  /** What is told is the flow's from now on. */
  open(flow: number): void {
    const { words } = this;
    const at = this.first[flow];
    const path = at + HEADER_WORDS + words[at];
    this.opened.load(words, at + HEADER_WORDS, path);
    this.path = words.subarray(path, path + words[at + 1]);
    this.counted = this.profiles[words[at + 2]];
    this.swIfIndexRx = words[at + 3];
  }

  followed(flow: number, packets: number): void {
    if (this.onFollowed === null) return;
    this.open(flow);
    this.onFollowed(packets);
  }

  forgotten(): void {
    this.used = 1;
    this.onForgotten();
  }
}
