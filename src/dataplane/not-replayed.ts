/** Frames of captures that are not replayed: why, how many, and what helps where that is all of them. */

/** Kinds of reasons; what helps depends on them. */
export type ReasonKind = 'sent' | 'marked' | 'otherHost' | 'several' | 'unknown' | 'down' | 'linkType' | 'unreadable';

/** Why a frame is not replayed, in words for the summary. */
export interface Reason {
  readonly kind: ReasonKind;
  readonly text: string;
}

/** The words with which all reasons begin that a frame was sent by the node, and so is no input. */
export const SENT_BY_NODE = 'sent by the node itself';

const OWN_FRAMES: ReadonlySet<ReasonKind> = new Set(['sent', 'marked']);

/** Different reasons that are told apart before the rest goes under one heading. */
const REASON_LIMIT = 100;
export const FURTHER_REASONS = 'further reasons';

/** What helps where frames are to nobody here. */
export const NAME_INTERFACES =
  'name the interface on which they arrived with INTERFACE=FILE, or give the interfaces their MACs in the configuration';

/** What helps where no frame was replayed; nothing where the reason's own words say it. */
const REMEDIES: Readonly<Record<ReasonKind, string>> = {
  sent: 'replay a capture that has what it received',
  marked:
    'replay a capture that has what it received, or name the interface on which they arrive with INTERFACE=FILE where another node sent them',
  otherHost: NAME_INTERFACES,
  several: '',
  unknown: '',
  down: 'bring it up in the configuration',
  linkType: 'captures of Ethernet, Linux cooked, raw IP and BSD loopback devices can be replayed',
  unreadable: '',
};

export class NotReplayed {
  /** Frames by reason. */
  readonly reasons = new Map<string, { readonly kind: ReasonKind; count: number }>();

  /** The reason of the frame before, which nearly always is that of the next as well. */
  private last: Reason | null = null;
  private lastEntry = { count: 0 };

  note(reason: Reason): void {
    if (reason !== this.last) {
      this.last = reason;
      this.lastEntry = this.entryOf(reason);
    }
    this.lastEntry.count++;
  }

  private entryOf({ kind, text }: Reason): { count: number } {
    const { reasons } = this;
    const isFull = reasons.size >= REASON_LIMIT;
    const name = isFull && !reasons.has(text) ? FURTHER_REASONS : text;
    const known = reasons.get(name);
    if (known) return known;
    const made = { kind: isFull ? ('unreadable' as const) : kind, count: 0 };
    reasons.set(name, made);
    return made;
  }

  /**
   * For a replay that received no frame: one sentence that says why and what helps.
   * @param names of the captures, for people
   */
  sentence(names: readonly string[]): string {
    const where = names.length === 1 ? names[0] : 'the captures';
    const reasons = Array.from(this.reasons, ([text, { kind, count }]) => ({ text, kind, count }));
    const all = reasons.reduce((sum, { count }) => sum + count, 0);
    if (all === 0) return `no frame of ${where} could be replayed: there is none`;
    // The node's own frames are in every capture of both directions: they are why only where there are no others.
    const received = reasons.filter(({ kind }) => !OWN_FRAMES.has(kind));
    const { text, kind, count } = (received.length > 0 ? received : reasons).reduce((most, each) =>
      each.count > most.count ? each : most,
    );
    const share = count === all ? `${all} in all` : `${all} in all, ${count} of them for this reason`;
    const remedy = REMEDIES[kind];
    return `no frame of ${where} could be replayed (${share}): ${text}${remedy === '' ? '' : `; ${remedy}`}`;
  }
}

const REASONS_SHOWN = 8;

/** A line for each of the most frequent reasons, and one for the rest. */
export function mostFrequent<R extends { readonly count: number }>(
  reasons: readonly R[],
  lineOf: (reason: R) => string,
): string[] {
  const sorted = [...reasons].sort((a, b) => b.count - a.count);
  const rest = sorted.slice(REASONS_SHOWN);
  const frames = rest.reduce((sum, { count }) => sum + count, 0);
  return [
    ...sorted.slice(0, REASONS_SHOWN).map(lineOf),
    ...(rest.length > 0
      ? [`and ${String(frames)} more frames for ${String(rest.length)} other reasons (--json lists them)`]
      : []),
  ];
}
