/** The fewest frames that still show something: `vppcap shrink`. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import { PortBindings } from '../diff/port-bindings.js';
import { Conversations, datagramOf, keysOf } from './conversations.js';
import { fewest } from './fewest.js';
import type { HeldCapture, HeldFrame } from './held-captures.js';
import type { Probe } from './probe.js';

export interface Shrunk {
  /** In the order of time; the last of them shows it. What goes to a port that NAT44 draws otherwise now goes to that one. */
  readonly frames: readonly HeldFrame[];
  /** What it shows (Probe). */
  readonly sign: string;
}

/** Is told what is tried: so many of the units. */
export type Watch = (count: number, of: 'frames' | 'conversations' | 'datagrams') => void;

const FRAMES_PER_WATCH = 10_000;

export class Shrinker {
  private readonly conversations = new Conversations();
  /** From which end the first node sends what a frame becomes, where all frames run and NAT44 drew it. */
  private readonly ends = new Map<HeldFrame, number>();
  /** What was rewritten in the last trial. */
  private rewritten = new Map<HeldFrame, Uint8Array>();

  constructor(
    private readonly captures: readonly HeldCapture[],
    private readonly watch: Watch = () => undefined,
  ) {}

  /**
   * Null where no frame shows it.
   * @param all in the order of time
   * @param wanted the frame that is to show it; the first that does where it is left out
   */
  async shrink(all: readonly HeldFrame[], probe: Probe, wanted: HeldFrame | null = null): Promise<Shrunk | null> {
    const found = await this.find(all, probe, wanted);
    if (found === null) return null;
    const { sign, last } = found;
    const holds = (frames: readonly HeldFrame[]): Promise<boolean> =>
      this.shows(probe, [...frames, last], sign, new PortBindings());
    const earlier = all.slice(0, all.indexOf(last));
    const own = this.rootOf(last);
    const ofOwn = earlier.filter((frame) => this.rootOf(frame) === own);
    // Nearly always the conversation is enough; else others are needed, such as one that taught a neighbour or took the last session.
    const kept = (await holds(ofOwn))
      ? ofOwn
      : await this.reduce(earlier, (frame) => this.rootOf(frame), 'conversations', holds);
    const datagrams = await this.reduce(kept, (frame) => datagramOf(this.keysOf(frame)), 'datagrams', holds);
    const frames = await this.reduce(datagrams, () => null, 'frames', holds);
    await holds(frames);
    return { frames: [...frames, last].map((frame) => this.asRun(frame)), sign };
  }

  /**
   * Whether the last of some frames shows what it should.
   * @param bindings what stands for the ends that NAT44 drew where all frames ran; null where frames stay as they are
   */
  async shows(
    probe: Probe,
    frames: readonly HeldFrame[],
    sign: string,
    bindings: PortBindings | null = null,
  ): Promise<boolean> {
    await nextTurn();
    const last = frames[frames.length - 1];
    const frameAt = placesOf(frames);
    this.rewritten = new Map();
    let isShown = false;
    await probe(frames, this.captures, {
      arrives: (capture, number, { view, bytes, offset, capturedLength }, i) => {
        const [at, length] = [offset[i], capturedLength[i]];
        if (bindings?.isActive === true && bindings.rebind(view, at, length))
          this.rewritten.set(frameAt(capture, number), bytes.slice(at, at + length));
      },
      ran: ({ capture, number, sign: found, end, isNew }) => {
        const frame = frameAt(capture, number);
        const original = isNew ? this.ends.get(frame) : undefined;
        if (original !== undefined) bindings?.bind(original, end, true);
        if (frame === last) isShown = found === sign;
        return frame === last;
      },
    });
    return isShown;
  }

  /** The frame, and learns from all before it which conversations NAT makes one, and from which ends they are sent. */
  private async find(
    all: readonly HeldFrame[],
    probe: Probe,
    wanted: HeldFrame | null,
  ): Promise<{ readonly sign: string; readonly last: HeldFrame } | null> {
    const found: { sign: string | null; last: HeldFrame | null } = { sign: null, last: null };
    const frameAt = placesOf(all);
    let count = 0;
    for (const frame of all) this.conversations.join(this.keysOf(frame));
    await probe(all, this.captures, {
      arrives: () => undefined,
      ran: ({ capture, number, sign, sent, end }) => {
        const frame = frameAt(capture, number);
        if (++count % FRAMES_PER_WATCH === 0) this.watch(count, 'frames');
        if (end >= 0) this.ends.set(frame, end);
        const [own] = this.keysOf(frame);
        for (const { view, length, wireLength } of sent)
          this.conversations.join([own, keysOf(view, 0, length, wireLength, LINKTYPE_ETHERNET)[0]]);
        const isMeant = wanted === null ? sign !== null : frame === wanted;
        if (isMeant) Object.assign(found, { sign, last: frame });
        return isMeant;
      },
    });
    const { sign, last } = found;
    return sign === null || last === null ? null : { sign, last };
  }

  /** As few units as needed; frames of which `unitOf` says the same are one. */
  private async reduce(
    frames: readonly HeldFrame[],
    unitOf: (frame: HeldFrame) => string | null,
    what: Parameters<Watch>[1],
    holds: (frames: readonly HeldFrame[]) => Promise<boolean>,
  ): Promise<readonly HeldFrame[]> {
    const unitOfFrame = frames.map((frame, i) => unitOf(frame) ?? `frame ${String(i)}`);
    const units = [...new Set(unitOfFrame)];
    const of = (some: readonly string[]): HeldFrame[] => {
      const chosen = new Set(some);
      return frames.filter((_, i) => chosen.has(unitOfFrame[i]));
    };
    const kept = await fewest(units, (some) => {
      this.watch(some.length, what);
      return holds(of(some));
    });
    return of(kept);
  }

  private asRun(frame: HeldFrame): HeldFrame {
    const bytes = this.rewritten.get(frame);
    return bytes === undefined ? frame : { ...frame, bytes };
  }

  private keysOf({ bytes, originalLength, capture, interfaceIndex }: HeldFrame): string[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { linkType } = this.captures[capture].interfaces[interfaceIndex];
    return keysOf(view, 0, bytes.length, originalLength, linkType);
  }

  private rootOf(frame: HeldFrame): string {
    return this.conversations.rootOf(this.keysOf(frame)[0]);
  }
}

/** Where frames are read as readersOf has them: by capture, and number there from 1. */
function placesOf(frames: readonly HeldFrame[]): (capture: number, number: number) => HeldFrame {
  const byCapture = new Map<number, HeldFrame[]>();
  for (const frame of frames) {
    const own = byCapture.get(frame.capture);
    if (own === undefined) byCapture.set(frame.capture, [frame]);
    else own.push(frame);
  }
  return (capture, number) => (byCapture.get(capture) ?? [])[number - 1];
}
