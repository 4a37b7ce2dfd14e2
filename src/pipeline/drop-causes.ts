/**
 * Why frames did not leave, counted for the run's summary: by cause and its two details, so that two rules that deny are two
 * lines. The sentence is made for the first packet of each line only.
 */

import type { Dataplane } from './dataplane.js';
import type { PacketBuffer } from './packet-buffer.js';
import { causeOf } from './verdicts.js';

export interface DropCause {
  /** What ended the frames, for a person. */
  readonly cause: string;
  readonly count: number;
  /** Index of the first such frame. */
  readonly firstFrame: number;
}

/** Lines before the rest goes under one heading: causes may name addresses. */
const LINE_LIMIT = 200;

interface Line {
  readonly cause: string;
  readonly firstFrame: number;
  count: number;
}

export class DropCauses {
  private readonly lines = new Map<string, Line>();
  private further: Line | null = null;

  /** Counts a received frame that was dropped or punted. */
  note(b: PacketBuffer, dataplane: Dataplane): void {
    const key = b.cause === 0 ? `e${b.error}` : `${b.cause} ${b.causeArg0} ${b.causeArg1}`;
    const line = this.lines.get(key) ?? this.start(key, b, dataplane);
    line.count++;
  }

  /** Most frequent first; what is not modelled before all else. */
  list(): DropCause[] {
    const bySentence = new Map<string, Line>();
    for (const line of [...this.lines.values(), ...(this.further ? [this.further] : [])]) {
      const same = bySentence.get(line.cause);
      if (same) same.count += line.count;
      else bySentence.set(line.cause, { ...line });
    }
    const rank = ({ cause }: Line): number => (cause.startsWith('not modelled') ? 0 : 1);
    return [...bySentence.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  }

  private start(key: string, b: PacketBuffer, dataplane: Dataplane): Line {
    if (this.lines.size >= LINE_LIMIT) {
      this.further ??= { cause: 'further causes', firstFrame: b.frame, count: 0 };
      return this.further;
    }
    const line = { cause: causeOf(b, dataplane), firstFrame: b.frame, count: 0 };
    this.lines.set(key, line);
    return line;
  }
}
