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
const FURTHER_REASONS = 'further reasons';

/** What helps where no frame was replayed; nothing where the reason's own words say it. */
const REMEDIES: Readonly<Record<ReasonKind, string>> = {
  sent: 'replay a capture that has what it received',
  marked:
    'replay a capture that has what it received, or name the interface on which they arrive with INTERFACE=FILE where another node sent them',
  otherHost:
    'name the interface on which they arrived with INTERFACE=FILE, or give the interfaces their MACs in the configuration',
  several: '',
  unknown: '',
  down: 'bring it up in the configuration',
  linkType: 'captures of Ethernet, Linux cooked, raw IP and BSD loopback devices can be replayed',
  unreadable: '',
};

export class NotReplayed {
  /** Frames by reason. */
  readonly counts = new Map<string, number>();
  private readonly kinds = new Map<string, ReasonKind>();

  note({ kind, text }: Reason): void {
    const count = this.counts.get(text);
    if (count !== undefined) this.counts.set(text, count + 1);
    else if (this.counts.size < REASON_LIMIT) {
      this.counts.set(text, 1);
      this.kinds.set(text, kind);
    } else this.counts.set(FURTHER_REASONS, (this.counts.get(FURTHER_REASONS) ?? 0) + 1);
  }

  /**
   * For a replay that received no frame: one sentence that says why and what helps.
   * @param names of the captures, for people
   */
  sentence(names: readonly string[]): string {
    const where = names.length === 1 ? names[0] : 'the captures';
    const all = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    if (all === 0) return `no frame of ${where} could be replayed: there is none`;
    // The node's own frames are in every capture of both directions: they are why only where there are no others.
    const received = [...this.counts].filter(([text]) => !OWN_FRAMES.has(this.kindOf(text)));
    const [text, count] = (received.length > 0 ? received : [...this.counts]).reduce((most, entry) =>
      entry[1] > most[1] ? entry : most,
    );
    const share = count === all ? `${all} in all` : `${all} in all, ${count} of them for this reason`;
    const remedy = REMEDIES[this.kindOf(text)];
    return `no frame of ${where} could be replayed (${share}): ${text}${remedy === '' ? '' : `; ${remedy}`}`;
  }

  private kindOf(text: string): ReasonKind {
    return this.kinds.get(text) ?? 'unreadable';
  }
}
