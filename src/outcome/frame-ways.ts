/**
 * Ways of frames: what those have in common that fare alike, but for their steps. Each is made once, with its words in a verdict, for all
 * frames that go it lately.
 */

import { Disposition, type Dataplane } from '../dataplane/dataplane.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { FlowTellings } from './flow-tellings.js';
import { isAt, type StepText, type StepTexts } from './step-texts.js';
import { DISPOSITION_NAMES, type FrameWay, type ToldFrame, type Verdict, type WayOf } from './verdicts.js';

/** Stand in a verdict where frames differ. */
const HOLE = '\0';
const HOLES = /"\\u0000"/;
const HOLE_COUNT = 4;

/** Ways that are known at once. */
const WAYS_KNOWN = 8;

interface KnownWay {
  readonly path: readonly number[];
  readonly counted: ArrayLike<number>;
  readonly way: FrameWay;
}

export class FrameWays {
  private readonly known: KnownWay[] = [];
  /** Of a way, its line up to the steps, split where frames differ. */
  private readonly heads = new WeakMap<FrameWay, readonly string[]>();

  constructor(private readonly dataplane: Dataplane) {
    dataplane.tables.interfaces.renamed.listen(() => this.known.splice(0)); // and their nodes with them
  }

  readonly of: WayOf = (rx, path, pathLength, counted) => {
    for (const one of this.known)
      if (one.way.rx === rx && isAt(one.path, path, 0, pathLength) && isAt(one.counted, counted, 0, counted.length))
        return one.way;
    const { graph } = this.dataplane;
    const nodes = Array.from({ length: pathLength }, (_, i) => path[i]);
    const way: FrameWay = {
      rx,
      nodes: nodes.map((node) => graph.names[node]),
      drop: null,
      counters: Object.fromEntries(graph.errors.shownOf(counted)),
      disposition: DISPOSITION_NAMES[Disposition.Transmitted],
      cause: null,
    };
    if (this.known.length === WAYS_KNOWN) this.known.shift();
    this.known.push({ path: nodes, counted, way });
    this.heads.set(way, headOf(way));
    return way;
  };

  /** A line up to its steps in pieces: `frame`, `out`, `file` and `number` belong behind the first four, one each. */
  headOf(way: FrameWay): readonly string[] {
    return this.heads.get(way) ?? headOf(way);
  }

  /** A verdict's line in a file. */
  lineOf({ frame, out, file, number, way, steps }: ToldFrame): string {
    const head = this.headOf(way);
    const said = steps.map(({ record }) => record).join();
    return `${head[0]}${frame}${head[1]}${out.join()}${head[2]}${JSON.stringify(file)}${head[3]}${number}${head[4]}${said}]}\n`;
  }
}

function headOf({ rx, nodes, drop, counters, disposition, cause, lost }: FrameWay): string[] {
  const verdict: Record<keyof Verdict, unknown> = {
    ...{ frame: HOLE, rx, nodes, drop, out: [HOLE], counters, file: HOLE, number: HOLE, disposition, cause, lost },
    steps: [],
  };
  return JSON.stringify(verdict).slice(0, -2).split(HOLES);
}

/** Words verdicts on packets that follow flows. */
export class FollowedVerdict {
  constructor(
    private readonly interfaces: Tables['interfaces'],
    private readonly tellings: FlowTellings,
    private readonly texts: StepTexts,
    private readonly ways: FrameWays,
  ) {}

  /** The way of packets of the flow whose telling is open. */
  get way(): FrameWay {
    const { path, counted, swIfIndexRx } = this.tellings;
    return this.ways.of(this.interfaces.all[swIfIndexRx].name, path, path.length, counted);
  }

  /** Its steps. */
  get steps(): StepText[] {
    return this.texts.of(this.tellings.steps, []);
  }

  /** The line on them in pieces, as those of FrameWays.headOf go on. Pieces that other flows have as well are strings. */
  get pieces(): (string | Uint8Array)[] {
    const head = this.ways.headOf(this.way);
    const pieces: (string | Uint8Array)[] = head.slice(0, HOLE_COUNT);
    let own = head[HOLE_COUNT];
    let common = '';
    for (const [i, { record, isCommon }] of this.steps.entries()) {
      const text = i === 0 ? record : `,${record}`;
      if (isCommon) {
        if (own !== '') pieces.push(Buffer.from(own));
        own = '';
        common += text;
      } else {
        if (common !== '') pieces.push(common);
        common = '';
        own += text;
      }
    }
    if (common !== '') pieces.push(common);
    pieces.push(Buffer.from(`${own}]}\n`));
    return pieces;
  }
}
