/** The comparison of two captures, or sets of captures: are these the same packets? */

import { Comparer } from './comparer.js';
import { Cursor } from './cursor.js';
import { dropDuplicates, SeenPackets } from './duplicates.js';
import { compileRules } from './field-rules.js';
import { ACTUAL, EXPECTED, Lanes, type SideIndex } from './lanes.js';
import { Matcher, type MatcherLimits } from './matcher.js';
import { NatEndpoints } from './nat-pool.js';
import { DEFAULT_OPTIONS, NO_POOL, type Order, type VerifyOptions } from './options.js';
import { PacketForm } from './packet-form.js';
import { PacketNumbers } from './packet-numbers.js';
import type { DifferenceCounts, InterfaceReport, SideReport, VerifyReport } from './report.js';
import { Settlement } from './settlement.js';
import { Tolerances } from './tolerances.js';
import type { VerifiedCapture } from './verified-capture.js';

export type { VerifiedCapture } from './verified-capture.js';
export { VerifyOptionsError } from './options.js';

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
  limits?: MatcherLimits,
): Promise<VerifyReport> {
  const options = { ...DEFAULT_OPTIONS, ...given };
  const rules = compileRules(options.rules);
  const formOptions = {
    endpoints: new NatEndpoints(options.natPorts === 'bind' ? options.natPool : NO_POOL),
    comparesPadding: options.comparesPadding,
  };
  const numbers = [new PacketNumbers(), new PacketNumbers()] as const;
  const cursors = [cursorsOf(actual, numbers[ACTUAL]), cursorsOf(expected, numbers[EXPECTED])] as const;
  const all = cursors.flat();
  for (const cursor of all) await cursor.open();
  // A capture without packets names no interface, nor does it speak against those of the other side.
  const isByInterface = [actual, expected].every(
    (captures, side) => cursors[side].every(({ isEmpty }) => isEmpty) || captures.every(areInterfacesNamed),
  );
  const order = options.order ?? (hasSeveralInterfaces(actual) || hasSeveralInterfaces(expected) ? 'flow' : 'strict');
  const lanes = new Lanes(rules, isByInterface, order === 'flow');
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
  const matcher = new Matcher(comparer, lanes, order, settlement, limits);
  matcher.attach(all);
  const seen = options.unique ? new SeenPackets() : null;
  const advance = async (side: SideIndex, cursor: Cursor): Promise<void> => {
    if ((await cursor.advance(lanes, side)) && seen)
      dropDuplicates(side, cursor, lanes, comparer, seen, tolerances, placeOf);
  };
  await readAll(cursors, lanes, matcher, advance);
  matcher.finish();
  return report(order, actual, expected, cursors, lanes, comparer, settlement, tolerances, options, frameOf);
}

/** Reads both sides to their ends; the side that is behind reads on, so that no more is held than the two are apart. */
async function readAll(
  cursors: readonly (readonly Cursor[])[],
  lanes: Lanes,
  matcher: Matcher,
  advance: (side: SideIndex, cursor: Cursor) => Promise<void>,
): Promise<void> {
  const sides = cursors.flatMap((each, side) => each.map((cursor) => ({ side: side as SideIndex, cursor })));
  for (;;) {
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
    const isOtherSideIdle = idle.length > 0;
    if (!isOtherSideIdle) matcher.spill(next.side, next.cursor);
    if (next.cursor.left === 0 && !next.cursor.hasEnded) await advance(next.side, next.cursor);
  }
}

/** One cursor reads captures one after the other; captures that each name an interface of their own are read side by side. */
function cursorsOf(captures: readonly VerifiedCapture[], numbers: PacketNumbers): Cursor[] {
  const names = captures.map(({ interfaceName }) => interfaceName);
  const isSideBySide = !names.includes(null) && new Set(names).size === names.length;
  const groups = isSideBySide ? captures.map((capture) => [capture]) : captures.length > 0 ? [captures] : [];
  let firstCapture = 0;
  return groups.map((group) => {
    const first = firstCapture;
    firstCapture += group.length;
    return new Cursor(group, (count, capture) => numbers.take(count, first + capture));
  });
}

const areInterfacesNamed = ({ reader, interfaceName }: VerifiedCapture): boolean =>
  interfaceName !== null || reader.interfaces.every(({ name }) => name !== null);

const hasSeveralInterfaces = (captures: readonly VerifiedCapture[]): boolean =>
  new Set(captures.flatMap(({ reader, interfaceName }) => interfaceName ?? reader.interfaces.map(({ name }) => name)))
    .size > 1;

// prettier-ignore
function report(order: Order, actual: readonly VerifiedCapture[], expected: readonly VerifiedCapture[], cursors: readonly (readonly Cursor[])[], lanes: Lanes, comparer: Comparer, settlement: Settlement, tolerances: Tolerances, options: VerifyOptions, frameOf: (sequence: number) => number): VerifyReport {
  const interfaces = lanes.all.map((lane): InterfaceReport => {
    const { name, packets, matched, changed, missing, unexpected, reordered, mistimed } = lane;
    return { name, actual: packets[ACTUAL], expected: packets[EXPECTED], matched, changed, missing, unexpected, reordered, mistimed };
  });
  const sum = (key: keyof DifferenceCounts | 'matched'): number => interfaces.reduce((total, each) => total + each[key], 0);
  const counts: DifferenceCounts = {
    changed: sum('changed'),
    missing: sum('missing'),
    unexpected: sum('unexpected'),
    reordered: sum('reordered'),
    mistimed: sum('mistimed'),
  };
  const boundPorts = comparer.bindings.report(options.listedDifferences, frameOf);
  for (const { protocol, address, packets, firstFrame } of comparer.bindings.report(Infinity, frameOf))
    tolerances.note('nat port', `${protocol === 'icmp' ? 'icmp ids' : `${protocol} ports`} of ${address}, each bound to another one`, firstFrame, packets);
  if (comparer.timesApart > 0) {
    const { timeToleranceSeconds: within } = options;
    tolerances.note('time', within === null ? 'timestamps' : `timestamps up to ${within} s apart`, comparer.firstApart, comparer.timesApart);
  }
  const side = (captures: readonly VerifiedCapture[], index: SideIndex): SideReport => ({
    captures: captures.map(({ reader }) => reader.name),
    packets: cursors[index].reduce((total, { packets }) => total + packets, 0),
    damage: captures.flatMap(({ reader }) => (reader.damage ? [reader.damage.message] : [])),
  });
  return {
    isMatch: Object.values(counts).every((count) => count === 0),
    order,
    actual: side(actual, ACTUAL),
    expected: side(expected, EXPECTED),
    matched: sum('matched'),
    counts,
    interfaces,
    tolerances: tolerances.list(),
    boundPorts,
    groups: settlement.groups.list(),
    differences: settlement.differences,
  };
}
