/** The comparison of two captures, or sets of captures: are these the same packets? */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Comparer } from './match/comparer.js';
import { Cursor } from './match/cursor.js';
import { dropDuplicates, SeenPackets } from './match/duplicates.js';
import { compileRules } from './packet/field-rules.js';
import { ignoredWhole, requireInterfaces, requireSinglePairs } from './interface-names.js';
import { ACTUAL, EXPECTED, Lanes, type SideIndex } from './match/lanes.js';
import { LinkHeaders } from './packet/link-headers.js';
import { Matcher } from './match/matcher.js';
import { NatEndpoints } from './ports/nat-pool.js';
import { makeReport } from './report/make-report.js';
import { DEFAULT_OPTIONS, NO_POOL, VerifyOptionsError, type VerifyOptions } from './options.js';
import { PacketForm } from './packet/packet-form.js';
import { PacketNumbers } from './packet-numbers.js';
import { PendingSides, type PendingLimits } from './match/pending-sides.js';
import type { VerifyReport } from './report/report.js';
import { Settlement } from './match/settlement.js';
import { Tolerances } from './tolerances.js';
import type { VerifiedCapture } from './verified-capture.js';

export type { VerifiedCapture } from './verified-capture.js';
export { VerifyOptionsError } from './options.js';

/** Batches between turns of the event loop, which hears signals: files are read without waiting. */
const BATCHES_PER_TURN = 16;

/**
 * Compares packets, not files: format, byte order and the resolution of timestamps do not matter. Reads the captures to their
 * ends and closes none. An interface that only one side has is compared too: with nothing.
 *
 * Rejects with VerifyOptionsError, or with CaptureError where nothing of a capture can be read.
 *
 * @param limits how much may wait for its counterpart; only tests need others
 */
export async function verifyCaptures(
  actual: readonly VerifiedCapture[],
  expected: readonly VerifiedCapture[],
  given: Partial<VerifyOptions> = {},
  limits?: PendingLimits,
): Promise<VerifyReport> {
  const options = { ...DEFAULT_OPTIONS, ...given };
  const { whole, fields } = ignoredWhole(options.rules);
  const rules = compileRules(fields);
  const { interfacePairs } = options;
  requireSinglePairs(interfacePairs);
  if (whole.has('interface') && interfacePairs.length > 0)
    throw new VerifyOptionsError('interfaces are paired, but interface is ignored: leave one of them out');
  const formOptions = {
    endpoints: new NatEndpoints(options.natPorts === 'bind' ? options.natPool : NO_POOL),
    comparesPadding: options.comparesPadding,
  };
  const numbers = [new PacketNumbers(), new PacketNumbers()] as const;
  const linkHeaders = new LinkHeaders(!whole.has('link'));
  const cursors = [
    cursorsOf(actual, linkHeaders, numbers[ACTUAL]),
    cursorsOf(expected, linkHeaders, numbers[EXPECTED]),
  ] as const;
  const all = cursors.flat();
  for (const cursor of all) await cursor.open();
  // A capture without packets names no interface, nor does it speak against those of the other side.
  const areNamed = [actual, expected].every(
    (captures, side) => cursors[side].every(({ isEmpty }) => isEmpty) || captures.every(areInterfacesNamed),
  );
  const order = options.order ?? (hasSeveralInterfaces(actual) || hasSeveralInterfaces(expected) ? 'flow' : 'strict');
  const lanes = new Lanes(rules, areNamed && !whole.has('interface'), order === 'flow', interfacePairs);
  const tolerances = new Tolerances();
  const frameOf = (sequence: number): number => numbers[ACTUAL].place(sequence).frame;
  const comparer: Comparer = new Comparer(
    options,
    formOptions,
    tolerances,
    order === 'flow',
    frameOf,
    (lane, e, i, a, j) => {
      settlement.mistimed(lane, e, i, a, j);
    },
  );
  const placeOf = (side: SideIndex, sequence: number): { capture: number; frame: number } =>
    numbers[side].place(sequence);
  const settlement = new Settlement(lanes, comparer, new PacketForm(formOptions), tolerances, placeOf, options);
  const pending = new PendingSides(comparer, lanes, order, settlement, cursors, limits);
  const matcher = new Matcher(comparer, lanes, settlement, pending);
  const seen = options.unique ? new SeenPackets() : null;
  const advance = async (side: SideIndex, cursor: Cursor): Promise<void> => {
    if ((await cursor.advance(lanes, side)) && seen)
      dropDuplicates(side, cursor, lanes, comparer, seen, tolerances, placeOf);
  };
  await readAll(cursors, lanes, matcher, advance);
  requireInterfaces(interfacePairs, actual, expected);
  pending.finish();
  const packetsOf = (side: SideIndex): number => cursors[side].reduce((sum, { packets }) => sum + packets, 0);
  const sides = [
    { captures: actual, packets: packetsOf(ACTUAL) },
    { captures: expected, packets: packetsOf(EXPECTED) },
  ] as const;
  const ignored =
    whole.has('interface') && !areNamed ? new Set([...whole].filter((each) => each !== 'interface')) : whole;
  return makeReport({ order, sides, lanes: lanes.all, comparer, settlement, tolerances, ignored, frameOf }, options);
}

/** Reads both sides to their ends; the side that is behind reads on, so that no more is held than the two are apart. */
async function readAll(
  cursors: readonly (readonly Cursor[])[],
  lanes: Lanes,
  matcher: Matcher,
  advance: (side: SideIndex, cursor: Cursor) => Promise<void>,
): Promise<void> {
  const sides = cursors.flatMap((each, side) => each.map((cursor) => ({ side: side as SideIndex, cursor })));
  for (let batches = 1; ; batches++) {
    if (batches % BATCHES_PER_TURN === 0) await nextTurn();
    for (const ours of cursors[ACTUAL])
      for (const theirs of cursors[EXPECTED])
        for (const { index } of lanes.all)
          if (ours.hasLeft(index) && theirs.hasLeft(index)) matcher.run(lanes.all[index], ours, theirs);
    const open = sides.filter(({ cursor }) => !cursor.hasEnded || cursor.left > 0);
    if (open.length === 0) return;
    const idle = open.filter(({ cursor }) => cursor.left === 0);
    const read = (side: SideIndex): number => cursors[side].reduce((sum, { packets }) => sum + packets, 0);
    // Where every batch has packets left, they are of other lanes than those of the other side.
    const next = (idle.length > 0 ? idle : open).reduce((a, b) =>
      read(b.side) < read(a.side) || (b.side === a.side && b.cursor.packets < a.cursor.packets) ? b : a,
    );
    if (idle.length === 0) matcher.spill(next.side, next.cursor);
    if (next.cursor.left === 0 && !next.cursor.hasEnded) await advance(next.side, next.cursor);
  }
}

/** One cursor reads captures one after the other; captures that each name an interface of their own are read side by side. */
function cursorsOf(captures: readonly VerifiedCapture[], links: LinkHeaders, numbers: PacketNumbers): Cursor[] {
  const names = captures.map(({ interfaceName }) => interfaceName);
  const isSideBySide = !names.includes(null) && new Set(names).size === names.length;
  const groups = isSideBySide ? captures.map((capture) => [capture]) : captures.length > 0 ? [captures] : [];
  let firstCapture = 0;
  return groups.map((group) => {
    const first = firstCapture;
    firstCapture += group.length;
    return new Cursor(group, links, (count, capture) => numbers.take(count, first + capture));
  });
}

const areInterfacesNamed = ({ reader, interfaceName }: VerifiedCapture): boolean =>
  interfaceName !== null || reader.interfaces.every(({ name }) => name !== null);

const hasSeveralInterfaces = (captures: readonly VerifiedCapture[]): boolean =>
  new Set(captures.flatMap(({ reader, interfaceName }) => interfaceName ?? reader.interfaces.map(({ name }) => name)))
    .size > 1;
