/** The comparison of two captures, or sets of captures: are these the same packets? */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameReader } from '../capture/frame-batch.js';
import { ignoredWhole, interfaceNamesOf, requireInterfaces, requireSinglePairs } from './interface-names.js';
import { Cursor, PacketNumbers } from './match/cursor.js';
import { SeenPackets } from './match/duplicates.js';
import { PacketComparer } from './match/packet-comparer.js';
import { FrontMatcher } from './match/front-matcher.js';
import { UnmatchedPackets, type PlaceOf } from './match/resolve-unmatched.js';
import { ACTUAL, EXPECTED, Streams, type SideIndex } from './match/streams.js';
import { WaitingSides, type WaitingLimits } from './match/waiting-sides.js';
import { DEFAULT_OPTIONS, NO_POOL, VerifyOptionsError, type VerifiedCapture, type VerifyOptions } from './options.js';
import { compileRules } from './packet/field-rules.js';
import { LinkHeaders } from './packet/link-headers.js';
import { NatEndpoints } from './ports/nat-pool.js';
import { makeReport, type ComparedSide } from './report/make-report.js';
import type { Difference, VerifyReport } from './report/report.js';
import { Tolerances } from './tolerances.js';

export { VerifyOptionsError, type VerifiedCapture } from './options.js';

/** Batches between turns of the event loop, which hears signals: files are read without waiting. */
const BATCHES_PER_TURN = 16;
/** Differences described before whoever iterates gets them. */
const DESCRIBED_AT_ONCE = 1000;

/** One side: a capture that names its interfaces itself or not at all, or several that are one set of packets. */
export type ComparedCaptures = FrameReader | readonly VerifiedCapture[];

/**
 * Compares packets, not files: format, byte order and the resolution of timestamps do not matter. Reads the captures to their
 * ends and closes none. An interface that only one side has is compared too: with nothing.
 *
 *     for await (const difference of compare(actual, expected)) console.log(describeDifference(difference));
 *
 * Throws VerifyOptionsError; iterating and `summary` reject with it, too, or with CaptureError where nothing of a capture can be read.
 *
 * @param limits how much may wait for its counterpart; only tests need others
 */
export const compare = (
  actual: ComparedCaptures,
  expected: ComparedCaptures,
  options: Partial<VerifyOptions> = {},
  limits?: WaitingLimits,
): Comparison => new Comparison([capturesOf(actual), capturesOf(expected)], { ...DEFAULT_OPTIONS, ...options }, limits);

/** The report of a comparison. */
export const verifyCaptures = (
  actual: readonly VerifiedCapture[],
  expected: readonly VerifiedCapture[],
  options: Partial<VerifyOptions> = {},
  limits?: WaitingLimits,
): Promise<VerifyReport> => Promise.resolve().then(() => compare(actual, expected, options, limits).summary());

/** A comparison, which begins when somebody iterates over its differences or asks for its summary. */
export class Comparison implements AsyncIterable<Difference> {
  private readonly running: AsyncGenerator<readonly Difference[], VerifyReport>;
  private readonly listed: Difference[] = [];
  private report: VerifyReport | null = null;
  /** Differences described one by one. */
  private described: number;

  constructor(
    private readonly captures: readonly [actual: readonly VerifiedCapture[], expected: readonly VerifiedCapture[]],
    private readonly options: VerifyOptions,
    private readonly limits?: WaitingLimits,
  ) {
    this.described = options.listedDifferences;
    const { whole } = ignoredWhole(options.rules);
    requireSinglePairs(options.interfacePairs);
    if (whole.has('interface') && options.interfacePairs.length > 0)
      throw new VerifyOptionsError('interfaces are paired, but interface is ignored: leave one of them out');
    this.running = this.run();
  }

  /** All differences, as they are found: most of them when both captures have ended. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Difference, void> {
    this.described = Infinity;
    for (let found = await this.next(); found !== null; found = await this.next()) yield* found;
  }

  /** The report, once both captures were read to their ends. */
  async summary(): Promise<VerifyReport> {
    while (this.report === null) await this.next();
    return this.report;
  }

  private async next(): Promise<readonly Difference[] | null> {
    if (this.report !== null) return null;
    const { done, value } = await this.running.next();
    if (done !== true) return value;
    this.report = value;
    return null;
  }

  private async *run(): AsyncGenerator<readonly Difference[], VerifyReport> {
    const { captures, options } = this;
    const [actual, expected] = captures;
    const { whole, fields } = ignoredWhole(options.rules);
    const formOptions = {
      endpoints: new NatEndpoints(options.natPorts === 'bind' ? options.natPool : NO_POOL),
      comparesPadding: options.comparesPadding,
    };
    const rules = compileRules(fields);
    const numbers = [new PacketNumbers(), new PacketNumbers()] as const;
    const linkHeaders = new LinkHeaders(!whole.has('link'));
    const cursors = ([ACTUAL, EXPECTED] as const).flatMap((side) =>
      cursorsOf(side, captures[side], linkHeaders, numbers[side]),
    );
    for (const cursor of cursors) await cursor.open();
    // A capture without packets names no interface, nor does it speak against those of the other side.
    const areNamed = captures.every(
      (own, side) => ofSide(cursors, side).every(({ isEmpty }) => isEmpty) || !interfaceNamesOf(own).includes(null),
    );
    const order =
      options.order ?? (captures.some((own) => new Set(interfaceNamesOf(own)).size > 1) ? 'flow' : 'strict');
    const streams = new Streams(rules, areNamed && !whole.has('interface'), options.interfacePairs);
    const placeOf: PlaceOf = (side, sequence) => numbers[side].place(sequence);
    const frameOf = (sequence: number): number => numbers[ACTUAL].place(sequence).frame;
    const tolerances = new Tolerances(frameOf);
    const comparer: PacketComparer = new PacketComparer(
      options,
      formOptions,
      tolerances,
      order === 'flow',
      frameOf,
      (...pair) => {
        unmatched.mistimed(...pair);
      },
    );
    const { contains } = options;
    const unmatched = new UnmatchedPackets(streams, comparer, tolerances, placeOf, {
      contains,
      describes: (count) => count < this.described,
    });
    const waiting = new WaitingSides(comparer, streams, order, unmatched, this.limits);
    const matcher = new FrontMatcher(comparer, streams, waiting);
    const seen = options.unique
      ? new SeenPackets(comparer, tolerances, (side, sequence) => placeOf(side, sequence).frame)
      : null;
    for (let batches = 1; ; batches++) {
      if (batches % BATCHES_PER_TURN === 0) await nextTurn();
      matchAll(cursors, streams, matcher);
      const next = nextToRead(cursors);
      if (next === null) break;
      if (next.left > 0) matcher.spill(next);
      if (!next.hasEnded) await next.advance(streams, seen);
      if (unmatched.described.length > 0) yield this.list(unmatched);
    }
    requireInterfaces(options.interfacePairs, actual, expected);
    for (const rest = waiting.finish(); rest.next().done !== true;)
      if (unmatched.described.length >= DESCRIBED_AT_ONCE) yield this.list(unmatched);
    yield this.list(unmatched);
    if (!areNamed) whole.delete('interface');
    const sideOf = (side: SideIndex): ComparedSide => ({
      captures: captures[side],
      packets: packetsRead(cursors, side),
    });
    const sides = [sideOf(ACTUAL), sideOf(EXPECTED)] as const;
    const ended = { order, sides, streams: streams.all, comparer, unmatched, tolerances, ignored: whole, frameOf };
    return makeReport(ended, this.listed, options);
  }

  /** Takes over what was described. */
  private list({ described }: UnmatchedPackets): readonly Difference[] {
    const found = described.splice(0);
    const { listedDifferences } = this.options;
    if (this.listed.length < listedDifferences)
      this.listed.push(...found.slice(0, listedDifferences - this.listed.length));
    return found;
  }
}

const capturesOf = (side: ComparedCaptures): readonly VerifiedCapture[] =>
  'next' in side ? [{ reader: side, interfaceName: null }] : side;

/** Matches what both sides have at hand. */
function matchAll(cursors: readonly Cursor[], streams: Streams, matcher: FrontMatcher): void {
  for (const ours of ofSide(cursors, ACTUAL))
    for (const theirs of ofSide(cursors, EXPECTED))
      for (const stream of streams.all)
        if (ours.hasLeft(stream.index) && theirs.hasLeft(stream.index)) matcher.matchFronts(stream, ours, theirs);
}

/**
 * The cursor to read on with, so that no more is held than the two sides are apart: of the side that is behind. Where every batch has packets
 * left, they are of other streams than those of the other side. null at the end of all.
 */
function nextToRead(cursors: readonly Cursor[]): Cursor | null {
  const open = cursors.filter(({ hasEnded, left }) => !hasEnded || left > 0);
  const idle = open.filter(({ left }) => left === 0);
  const candidates = idle.length > 0 ? idle : open;
  if (candidates.length === 0) return null;
  const read = [packetsRead(cursors, ACTUAL), packetsRead(cursors, EXPECTED)];
  return candidates.reduce((a, b) =>
    read[b.side] < read[a.side] || (b.side === a.side && b.packets < a.packets) ? b : a,
  );
}

const ofSide = (cursors: readonly Cursor[], side: number): Cursor[] => cursors.filter((each) => each.side === side);

const packetsRead = (cursors: readonly Cursor[], side: SideIndex): number =>
  ofSide(cursors, side).reduce((sum, { packets }) => sum + packets, 0);

/** One cursor reads captures one after the other; captures that each name an interface of their own are read side by side. */
function cursorsOf(
  side: SideIndex,
  captures: readonly VerifiedCapture[],
  links: LinkHeaders,
  numbers: PacketNumbers,
): Cursor[] {
  const names = captures.map(({ interfaceName }) => interfaceName);
  const isSideBySide = !names.includes(null) && new Set(names).size === names.length;
  const groups = isSideBySide ? captures.map((capture) => [capture]) : captures.length > 0 ? [captures] : [];
  let firstCapture = 0;
  return groups.map((group) => {
    const first = firstCapture;
    firstCapture += group.length;
    return new Cursor(side, group, links, (count, capture) => numbers.take(count, first + capture));
  });
}
