/** A replay with everything that can be asked of it, and what has to agree between the answers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameReader } from '../../src/capture/frame-batch.js';
import { applyScript } from '../../src/config/apply.js';
import type { NodeScript } from '../../src/config/node-script.js';
import { coverageLines } from '../../src/outcome/coverage/coverage-text.js';
import { Dataplane, type DataplaneTotals } from '../../src/dataplane/dataplane.js';
import type { Verdict } from '../../src/outcome/verdicts.js';
import { replay } from '../../src/replay/replay.js';
import type { FrameRange } from '../../src/filter/chosen-frames.js';
import { explainFrame } from '../../src/explain/explain-frame.js';
import { explanationLines } from '../../src/explain/explanation-text.js';
import { parseFilter } from '../../src/filter/frame-filter.js';
import { importTrace } from '../../src/trace/import/imported-trace.js';
import { judgementLines } from '../../src/trace/judge/judgement-report.js';
import { judgeTrace } from '../../src/trace/judge/judge-trace.js';
import { destinationMac } from '../../src/trace/rebuild/rebuilt-frame.js';
import { TRACE_WORDINGS } from '../../src/releases/wording.js';
import type { TraceWording } from '../../src/pipeline/trace/trace-context.js';
import { ALL_FRAMES, TraceOutput, type TraceSelection } from '../../src/trace/trace-output.js';
import { formatMac } from '../../src/wire/address.js';
import { commentsOf } from './comments.js';
import type { Random } from './random.js';
import { Broken, requireEqual } from './target.js';

/** What is replayed, and where there is room for outputs. */
export interface Replayed {
  readonly open: () => Promise<FrameReader>;
  /** INTERFACE=FILE. */
  readonly interfaceName: string | null;
  readonly script: NodeScript;
  readonly folder: string;
  /** Frames are cut by a snaplen: their traces show bytes as 0 that nobody knows. */
  readonly hasCutFrames?: boolean;
}

const FILTERS = ['tcp', 'udp or icmp', 'host 10.1.1.3', 'not ip', 'vlan', 'less 60', 'net 10.0.0.0/8 and not port 80'];

/** Throws where the answers contradict each other. */
export async function checkEveryOutput(replayed: Replayed, random: Random): Promise<void> {
  const release = random.pick(TRACE_WORDINGS);
  const { summary, verdicts, trace } = await replayAll(replayed, release);
  const { totals, notReplayed } = summary;
  requireEqual(verdicts.length, totals.received, 'verdicts and frames');
  checkRecords(replayed.folder, totals);
  for (const { frame, number } of verdicts) requireEqual(number, frame + 1, 'the number of a frame and its index');
  if (summary.coverage === undefined) throw new Broken('no coverage');
  requireEqual(summary.coverage.frames, totals.received, 'frames covered and received');
  for (const line of coverageLines(summary.coverage)) requireLine(line);
  const packets = packetsOf(trace);
  requireEqual(packets.length, totals.received, 'traces and frames');
  await checkSelection(replayed, release, new Set(packets), verdicts, random);
  checkJudgement(replayed, trace);
  const left = notReplayed.reduce((sum, { count }) => sum + count, 0);
  await checkExplanation(replayed, verdicts, totals.received + left, random);
}

async function replayAll({ open, interfaceName, script, folder }: Replayed, release: TraceWording) {
  const at = (name: string): string => join(folder, name);
  const summary = await replay({
    captures: [{ path: 'input', interfaceName, open }],
    script,
    output: at('both.pcapng'),
    both: true,
    drops: at('dropped.pcapng'),
    verdicts: at('all.jsonl'),
    trace: new TraceOutput(at('trace.txt'), ALL_FRAMES, release),
    coverage: true,
  });
  const lines = readFileSync(at('all.jsonl'), 'utf8').split('\n').slice(0, -1);
  return {
    summary,
    verdicts: lines.map((line) => JSON.parse(line) as Verdict),
    trace: readFileSync(at('trace.txt'), 'utf8'),
  };
}

/** Each received frame stands once before what it made leave; each frame has a comment that is text. */
function checkRecords(folder: string, totals: DataplaneTotals): void {
  const both = commentsOf(readFileSync(join(folder, 'both.pcapng')));
  const dropped = commentsOf(readFileSync(join(folder, 'dropped.pcapng')));
  requireEqual(dropped.length, totals.received - totals.transmitted, 'drops and frames that did not leave');
  const { received, transmitted, originated } = totals;
  requireEqual(both.length, received + transmitted + originated.transmitted, 'records, and frames received and sent');
  for (const comment of [...both, ...dropped].flat())
    // eslint-disable-next-line no-control-regex
    if (comment === '' || /[\u0000-\u0008\u000b-\u001f]/.test(comment))
      throw new Broken(`a comment is no line: ${JSON.stringify(comment)}`);
  if ([...both, ...dropped].some((comments) => comments.length === 0)) throw new Broken('a frame without a comment');
}

function requireLine(line: string): void {
  if (line.includes('\n')) throw new Broken(`not one line: ${JSON.stringify(line)}`);
}

/** The texts of a trace's packets, without the numbers that count what is shown. */
const packetsOf = (trace: string): string[] =>
  trace
    .replace(/, trace (?:handle )?0x[0-9a-f]+|, op id: \d+/g, '')
    .split(/^(?=Packet \d+$)/m)
    .filter((text) => text.startsWith('Packet'));

const nodeNames = (script: NodeScript): readonly string[] => {
  const sink = { transmit: () => undefined, discard: () => undefined };
  return new Dataplane(applyScript(script), sink, false).graph.names;
};

/** What is chosen of a trace is part of the whole. */
async function checkSelection(
  { open, interfaceName, script, folder }: Replayed,
  release: TraceWording,
  all: ReadonlySet<string>,
  verdicts: readonly Verdict[],
  random: Random,
): Promise<void> {
  const selection: TraceSelection = {
    frames: random.oneIn(2) || verdicts.length === 0 ? null : [rangeFrom(random.pick(verdicts).number, random)],
    nodes: random.oneIn(2) ? null : [random.pick(nodeNames(script))],
    filter: random.oneIn(2) ? null : parseFilter(random.pick(FILTERS)),
  };
  const trace = new TraceOutput(join(folder, 'some.txt'), selection, release);
  const captures = [{ path: 'input', interfaceName, open }];
  await replay({ captures, script, output: null, drops: null, verdicts: null, trace });
  for (const packet of packetsOf(readFileSync(trace.path, 'utf8')))
    if (!all.has(packet)) throw new Broken(`chosen, but not of the whole trace: ${packet.slice(0, 200)}`);
}

const rangeFrom = (first: number, random: Random): FrameRange => [first, random.pick([first, first + 5, Infinity])];

/** What vppcap prints it understands, and agrees with where it says anything. */
function checkJudgement({ script, hasCutFrames = false }: Replayed, trace: string): void {
  const imported = importTrace(trace);
  const tables = applyScript(script);
  const judgement = judgeTrace(imported, () => applyScript(script));
  for (const line of judgementLines(judgement, false)) requireLine(line);
  for (const { packet, outcomes } of judgement.packets)
    requireEqual(outcomes.length, packet.trace.records.length, 'outcomes and records');
  // Where the text has no name for the interface that a frame arrived on, the MAC address that it was sent to tells.
  const isPlaced = judgement.packets.every(({ packet: { input, rx } }) => {
    const mac = input === null ? null : destinationMac(input);
    const owner = tables.interfaces.all.find((entry) => formatMac(entry.mac) === mac);
    return owner === undefined || owner.swIfIndex === rx.swIfIndex;
  });
  const differing = judgement.packets.find(({ disagreement }) => disagreement !== null);
  if (isPlaced && !hasCutFrames && differing !== undefined)
    throw new Broken(
      `disagrees with its own trace, packet ${differing.packet.number}: ${differing.disagreement?.text}`,
    );
}

/** An explanation says what the verdict says. */
async function checkExplanation(
  { open, interfaceName, script }: Replayed,
  verdicts: readonly Verdict[],
  frames: number,
  random: Random,
): Promise<void> {
  const number = 1 + random.below(frames + 1);
  const { explanation, counts } = await explainFrame(script, [await open()], [interfaceName], [number, number]);
  requireEqual(explanation === null, number > frames, 'frames without explanation and beyond the end');
  if (explanation === null) {
    requireEqual(counts[0] ?? 0, frames, 'frames seen and replayed');
    return;
  }
  explanationLines(explanation);
  const verdict = verdicts.find((one) => one.number === number);
  requireEqual(explanation.outcome, verdict?.disposition ?? 'not replayed', `outcomes of frame ${number}`);
}
