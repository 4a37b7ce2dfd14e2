/**
 * Why frames did not leave, counted for the run's summary: by cause and its two details, so that two rules that deny are two
 * lines. The sentence is made for the first packet of each line only.
 */

import type { Dataplane } from '../dataplane/dataplane.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { causeOf, isNotModelled } from './frame-end.js';

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

/** Packets that ended by one cause, or with one error. */
interface Kind {
  /** A line by the cause's two details, which stand at twice its index. */
  readonly lines: Line[];
  readonly details: number[];
  others: Line | null;
}

export class DropCauses {
  /** @param kindOf what kind of packet it is, where several are counted; '' for none */
  constructor(private readonly kindOf: (b: PacketBuffer) => string = () => '') {}

  /** In the order in which they began. */
  private readonly lines: Line[] = [];
  /** By kind of packet, then by cause, or -1 - error. */
  private readonly kinds = new Map<string, Map<number, Kind>>();

  /** True for the first packet of a line. */
  note(b: PacketBuffer, dataplane: Dataplane): boolean {
    const what = this.kindOf(b);
    const kind = this.kind(what, b.cause === 0 ? -1 - b.error : b.cause);
    const hasDetails = typeof dataplane.graph.causes[b.cause] === 'function';
    const line = this.lineOf(kind, hasDetails ? b.causeArg0 : 0, hasDetails ? b.causeArg1 : 0, what, b, dataplane);
    return line.count++ === 0;
  }

  /** Most frequent first; what is not modelled before all else. */
  list(): DropCause[] {
    const bySentence = new Map<string, Line>();
    for (const line of this.lines) {
      const same = bySentence.get(line.cause);
      if (same) same.count += line.count;
      else bySentence.set(line.cause, { ...line });
    }
    const rank = ({ cause }: Line): number => (isNotModelled(cause) ? 0 : 1);
    return [...bySentence.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  }

  private kind(what: string, id: number): Kind {
    let byId = this.kinds.get(what);
    if (byId === undefined) this.kinds.set(what, (byId = new Map<number, Kind>()));
    let kind = byId.get(id);
    if (kind === undefined) byId.set(id, (kind = { lines: [], details: [], others: null }));
    return kind;
  }

  private lineOf(
    kind: Kind,
    detail0: number,
    detail1: number,
    what: string,
    b: PacketBuffer,
    dataplane: Dataplane,
  ): Line {
    const { lines, details } = kind;
    for (let i = 0; i < lines.length; i++)
      if (details[i * 2] === detail0 && details[i * 2 + 1] === detail1) return lines[i];
    if (lines.length === LINES_PER_CAUSE)
      return (kind.others ??= this.start(`others like: ${what}`, what, b, dataplane));
    details.push(detail0, detail1);
    const line = this.start(what, what, b, dataplane);
    lines.push(line);
    return line;
  }

  private start(before: string, what: string, b: PacketBuffer, dataplane: Dataplane): Line {
    const { frame } = b;
    const { inputs } = dataplane;
    const cause = `${before}${what === '' ? '' : ': '}${causeOf(b, dataplane)}`;
    const line = { cause, count: 0, firstFrame: frame, file: inputs.file, number: inputs.numberOf(frame) };
    this.lines.push(line);
    return line;
  }
}
