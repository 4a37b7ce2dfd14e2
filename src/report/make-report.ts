/** Makes of what was collected, and of the replay's summary, the data of the page: bounded, whatever the capture. */

import type { NodeScript } from '../config/node-script.js';
import type { SessionTable } from '../config/state/write-state.js';
import { originOf } from '../pipeline/command/apply-command.js';
import { counted } from '../pipeline/command/suggest.js';
import type { ReplaySummary } from '../replay/replay-summary.js';
import type { OpenFlow } from '../explain/flow-book.js';
import { flowFacts, otherFlows, sortedFlows } from './flow-table.js';
import type { OpenStory, ReportCollector, WalkedPath } from './collector.js';
import type { ConfigurationLine, Flow, GraphNode, Path, ReportData, ReportHead, Story } from './report-data.js';

/** Flows in the page, and fewer where these make it larger than a browser likes. */
const FLOWS_SHOWN = 2500;
const LARGEST_CHARACTERS = 4_500_000;
/** Of each table. */
const SESSION_LINES_SHOWN = 2500;
const ASSUMED_SHOWN = 200;
/** Lines of the script; scripts of more are made by programs. */
const LINES_SHOWN = 4000;

/** @param head in the place of what is said of a replay alone */
export function makeReport(
  collected: ReportCollector,
  summary: ReplaySummary,
  script: NodeScript,
  program: string,
  head: ReportHead | null = null,
): ReportData {
  const { lines: configuration, rest: otherLines } = configurationLines(script, summary);
  const lineAt = new Map(configuration.map(({ file, line }, at) => [`${file}:${line}`, at]));
  const lineOf = (origin: string | null): number => (origin === null ? -1 : (lineAt.get(withoutSince(origin)) ?? -1));
  const opening = head ?? headOf(summary, collected);
  const others = {
    ...opening,
    assumed: opening.assumed.slice(0, ASSUMED_SHOWN),
    program,
    release: script.release.name,
    captures: summary.captures,
    totals: summary.totals,
    ...graphOf(collected),
    timeline: collected.timeline.result(),
    causes: collected.groups.map(({ origin, ...group }) => ({ ...group, line: lineOf(origin) })),
    configuration,
    otherLines,
    configurationFile: script.file,
    names: [...collected.hostNames],
    counters: summary.counters.map(({ name, count }) => {
      const [node, reason] = name.split(/: (.*)/s, 2);
      return { node, reason, count };
    }),
    sessions: (summary.sessions ?? []).map(sessionTable),
    interfaces: summary.interfaces,
  };
  return { ...others, ...flowsThatFit(collected, lineOf, LARGEST_CHARACTERS - JSON.stringify(others).length) };
}

function headOf(summary: ReplaySummary, { book: { flows, others } }: ReportCollector): ReportHead {
  const { received, transmitted, dropped, punted, consumed, originated } = summary.totals;
  const lost = dropped + punted;
  return {
    headline: headlineOf(summary),
    numbers: [
      { value: received, words: 'received', kind: 'plain' },
      { value: transmitted, words: 'sent on', kind: 'good' },
      { value: lost, words: 'dropped or punted', kind: lost > 0 ? 'warning' : 'plain' },
      { value: consumed + originated.transmitted, words: 'held, or made by the node', kind: 'plain' },
      { value: flows.length + others.flows, words: 'flows', kind: 'plain' },
    ],
    remarks: [],
    warnings: warningsOf(summary),
    assumed: summary.state?.assumed ?? [],
    findings: null,
  };
}

function sessionTable({ command, lines }: SessionTable): ReportData['sessions'][number] {
  const shown: string[] = [];
  for (const line of lines()) {
    if (shown.length === SESSION_LINES_SHOWN) return { command, text: shown.join('\n'), isCut: true };
    shown.push(line);
  }
  return { command, text: shown.join('\n'), isCut: false };
}

/** Of a later command the origin tells from when on it holds: `changes.vpp:4 (from frame 14)`. */
const withoutSince = (origin: string): string => origin.replace(/ \(from [^)]*\)$/, '');

type LineOf = (origin: string | null) => number;
type FlowData = Pick<ReportData, 'flows' | 'otherFlows' | 'stories'>;

/**
 * Those with drops first, then those with most packets.
 * @param room characters of JSON
 */
function flowsThatFit(collected: ReportCollector, lineOf: LineOf, room: number): FlowData {
  const { book, stories, told, timeline } = collected;
  const all = sortedFlows(book.flows);
  const flows: Flow[] = [];
  const toldHere: Story[] = [];
  let left = room;
  for (const flow of all.slice(0, FLOWS_SHOWN)) {
    const { stories: indices = [], ladder = [], skipped = 0 } = told.get(flow) ?? {};
    const own = indices.map((index) => storyData(stories[index], lineOf));
    const at = own.map((_, i) => toldHere.length + i);
    const data = flowData(flow, timeline.first, { stories: at, ladder, skipped });
    left -= JSON.stringify([data, own]).length;
    if (left < 0 && flows.length > 0) break;
    flows.push(data);
    toldHere.push(...own);
  }
  return { flows, otherFlows: otherFlows(all, flows.length, collected), stories: toldHere };
}

function headlineOf({ totals, dropCauses, captures }: ReplaySummary): string {
  const { received, transmitted, dropped, punted } = totals;
  const of = captures.length === 1 ? captures[0] : `${captures.length} captures`;
  if (received === 0) return `No frame of ${of} could be replayed.`;
  const lost = dropped + punted;
  if (lost === 0) return `All ${counted(received, 'frame')} of ${of} went through the node; nothing was dropped.`;
  const [worst] = [...dropCauses].sort((a, b) => b.count - a.count);
  const most = lost === 1 ? 'because' : worst.count === lost ? 'all because' : `${worst.count} of them because`;
  return `Of ${counted(received, 'frame')} of ${of}, ${transmitted} left and ${lost} did not, ${most}: ${worst.cause}.`;
}

function warningsOf({ notReplayed, damage, arrivals, state, nothingReplayed, fixed }: ReplaySummary): string[] {
  return [
    ...(nothingReplayed === undefined ? [] : [nothingReplayed]),
    ...damage.map(({ message }) => `${message}; what comes before it was replayed`),
    ...notReplayed.map(({ reason, count }) => `${counted(count, 'frame')} not replayed: ${reason}`),
    ...(arrivals.unsound > 0 && fixed === null
      ? [
          `${counted(arrivals.unsound, 'frame')} arrived with checksums or lengths that are wrong or left to a network card (--fix-checksums fills them in)`,
        ]
      : []),
    ...(state === undefined || state.assumed.length === 0
      ? []
      : [`assumed of the node before the first frame: ${counted(state.assumed.length, 'thing')}, listed below`]),
  ];
}

function flowData(flow: OpenFlow, start: number, told: Pick<Flow, 'stories' | 'ladder' | 'skipped'>): Flow {
  const { first, last, causes, paths } = flow;
  const since = (time: number): number => Math.round((time - start) * 1e6) / 1e6;
  return {
    ...flowFacts(flow),
    ...{ first: since(first), last: since(last), causes, paths },
    ...told,
    ladder: told.ladder.map((packet) => ({ ...packet, time: since(packet.time) })),
  };
}

const storyData = ({ steps, ...story }: OpenStory, lineOf: LineOf): Story => ({
  ...story,
  steps: steps.map(({ node, text, origin }) => ({ node, text, line: lineOf(origin) })),
});

/** Interfaces and nodes, and the ways that lead through them. */
function graphOf({ paths, nodeNames }: ReportCollector): { graph: GraphNode[]; paths: Path[] } {
  const graph: GraphNode[] = [];
  const at = new Map<string, number>();
  const indexOf = (name: string, kind: GraphNode['kind']): number => {
    const key = `${kind} ${name}`;
    const known = at.get(key);
    if (known !== undefined) return known;
    at.set(key, graph.length);
    return graph.push({ name, kind }) - 1;
  };
  const nodeOf = (index: number): number => {
    const { [index]: name } = nodeNames;
    return indexOf(name, ENDS[name] ?? 'node');
  };
  const walked = paths.map(({ rx, tx, nodes, frames }: WalkedPath) => ({
    nodes: [
      indexOf(rx, 'interface'),
      ...nodes.map(nodeOf),
      ...(tx === null ? [] : [indexOf(`${tx} sends`, 'interface')]),
    ],
    frames,
  }));
  return { graph, paths: walked };
}

const ENDS: Readonly<Record<string, GraphNode['kind']>> = { drop: 'drop', 'error-drop': 'drop', punt: 'punt' };

interface CoveredItem {
  readonly name: string;
  readonly origin: string;
  readonly packets: number;
  readonly unreachable: { readonly text: string } | null;
}

function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const one of all) if (first.push(one) === count) break;
  return first;
}

function configurationLines(
  script: NodeScript,
  { coverage, changes }: ReplaySummary,
): { lines: ConfigurationLine[]; rest: number } {
  const byOrigin = new Map<string, CoveredItem[]>();
  for (const item of coverage?.items ?? []) byOrigin.set(item.origin, [...(byOrigin.get(item.origin) ?? []), item]);
  const changed = (script.changes ?? []).flatMap(({ commands, text }, at) => {
    const since = changes?.since.at(at) ?? `not reached: ${text}`;
    return [...commands].map((command) => ({ command, since }));
  });
  const total = script.commands.length + changed.length;
  const given = firstOf(script.commands, LINES_SHOWN).map((command) => ({ command, since: null as string | null }));
  const lines = [...given, ...changed].slice(0, LINES_SHOWN).map(({ command, since }) => ({
    file: command.at.file,
    line: command.at.line,
    text: command.text,
    since,
    items: (byOrigin.get(originOf(command)) ?? []).map(({ name, packets, unreachable }) => ({
      name,
      packets,
      unreachable: unreachable?.text ?? null,
    })),
  }));
  return { lines, rest: total - lines.length };
}
