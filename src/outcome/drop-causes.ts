/**
 * Why frames did not leave, counted for the run's summary: by cause and its two details, so that two rules that deny are two
 * lines. The sentence is made for the first packet of each line only.
 */

import type { Dataplane } from '../dataplane/dataplane.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { causeOf } from './frame-end.js';

export interface DropCause {
  /** What ended the frames, for a person. */
  readonly cause: string;
  readonly count: number;
  /** Index of the first such frame in the merged input. */
  readonly firstFrame: number;
  /** The capture that it is of, and its number in that. */
  readonly file: string;
  readonly number: number;
}

/** Lines of one cause, which may name addresses or ports, before the rest of them goes under one heading. */
const LINES_PER_CAUSE = 20;

interface Line extends DropCause {
  count: number;
}

export class DropCauses {
  /** @param kindOf what kind of packet it is, where several are counted; '' for none */
  constructor(private readonly kindOf: (b: PacketBuffer) => string = () => '') {}

  private readonly lines = new Map<string, Line>();
  private readonly lineCount = new Map<string, number>();

  /** True for the first packet of a line. */
  note(b: PacketBuffer, dataplane: Dataplane): boolean {
    const what = this.kindOf(b);
    const kind = `${what} ${b.cause === 0 ? `error ${b.error}` : `cause ${b.cause}`}`;
    const hasDetails = typeof dataplane.graph.causes[b.cause] === 'function';
    const key = hasDetails ? `${kind} ${b.causeArg0} ${b.causeArg1}` : kind;
    const line = this.lines.get(key) ?? this.lineOf(kind, key, what, b, dataplane);
    return line.count++ === 0;
  }

  /** Most frequent first; what is not modelled before all else. */
  list(): DropCause[] {
    const bySentence = new Map<string, Line>();
    for (const line of this.lines.values()) {
      const same = bySentence.get(line.cause);
      if (same) same.count += line.count;
      else bySentence.set(line.cause, { ...line });
    }
    const rank = ({ cause }: Line): number => (cause.startsWith('not modelled') ? 0 : 1);
    return [...bySentence.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  }

  private lineOf(kind: string, key: string, what: string, b: PacketBuffer, dataplane: Dataplane): Line {
    const sentence = `${what}${what === '' ? '' : ': '}${causeOf(b, dataplane)}`;
    const count = this.lineCount.get(kind) ?? 0;
    if (count < LINES_PER_CAUSE) {
      this.lineCount.set(kind, count + 1);
      return this.start(key, sentence, b, dataplane);
    }
    const others = `${kind} others`;
    return this.lines.get(others) ?? this.start(others, `others like: ${sentence}`, b, dataplane);
  }

  private start(key: string, cause: string, { frame }: PacketBuffer, { inputs }: Dataplane): Line {
    const line = { cause, count: 0, firstFrame: frame, file: inputs.file, number: inputs.numberOf(frame) };
    this.lines.set(key, line);
    return line;
  }
}
