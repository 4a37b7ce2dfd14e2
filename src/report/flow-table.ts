/** The flows of a replay as a table for the terminal, and as plain data. */

import type { OpenFlow } from '../explain/flow-book.js';
import { namerOf } from '../explain/named.js';
import type { ReportCollector } from './collector.js';
import type { FlowFacts } from './report-data.js';

export interface FlowRow extends FlowFacts {
  /** Capture time of its first and last packet, in seconds. */
  readonly first: number;
  readonly last: number;
  /** Why packets did not leave. */
  readonly causes: readonly string[];
}

export interface FlowTable {
  readonly flows: readonly FlowRow[];
  /** Flows that are not shown. */
  readonly otherFlows: { readonly flows: number; readonly packets: number };
  /** What the script calls addresses. */
  readonly names: Readonly<Record<string, string>>;
}

const total = ({ packets: [there, back] }: { readonly packets: readonly [number, number] }): number => there + back;

/** Those with drops first, then those with most packets. */
export const sortedFlows = (flows: readonly OpenFlow[]): OpenFlow[] =>
  [...flows].sort((a, b) => Number(b.dropped > 0) - Number(a.dropped > 0) || total(b) - total(a));

/** How many flows are left out behind the first `count`. */
export function otherFlows(
  all: readonly OpenFlow[],
  count: number,
  { book }: ReportCollector,
): FlowTable['otherFlows'] {
  const rest = all.slice(count);
  return {
    flows: rest.length + book.others.flows,
    packets: rest.reduce((sum, flow) => sum + total(flow), book.others.packets),
  };
}

export const flowFacts = ({ key, translated, rx, tx, packets, bytes, state, dropped }: OpenFlow): FlowFacts => ({
  ...{ protocol: key.protocol, client: key.source, server: key.destination, translated },
  ...{ rx, tx, packets, bytes, state, dropped },
});

/** @param most how many flows are shown */
export function flowTable(collected: ReportCollector, most: number): FlowTable {
  const all = sortedFlows(collected.book.flows);
  const flows = all.slice(0, most).map((flow): FlowRow => ({
    ...flowFacts(flow),
    ...{ first: flow.first, last: flow.last },
    causes: [...flow.causes].map((cause) => collected.groups[cause].cause),
  }));
  return { flows, otherFlows: otherFlows(all, most, collected), names: Object.fromEntries(collected.hostNames) };
}

const HEADING = ['protocol', 'client → server', 'leaves as', 'interfaces', 'packets', 'bytes', 'fate'];
const FATE = HEADING.length - 1;
const INDENT = '    ';

/** @param columns of the terminal: where it is too narrow for the table, each flow takes some lines */
export function flowTableLines({ flows, otherFlows: rest, names }: FlowTable, columns = Infinity): string[] {
  const named = namerOf(Object.entries(names));
  const rows = flows.map(({ protocol, client, server, translated, rx, tx, packets, bytes, ...flow }) => [
    protocol,
    named(`${client} → ${server}`),
    named(translated ?? ''),
    tx === null ? rx : `${rx} → ${tx}`,
    packets.join(' / '),
    bytes.join(' / '),
    named(fateOf(flow.dropped, total({ packets }), flow.causes)),
  ]);
  const widths = HEADING.map((name, column) => Math.max(...[name, ...rows.map((row) => row[column])].map(widthOf)));
  const tableWidth = widths.slice(0, FATE).reduce((sum, width) => sum + width + GAP.length, HEADING[FATE].length);
  const line = (cells: readonly string[]): string[] => {
    const all = cells.map((cell, column) => cell + ' '.repeat(widths[column] - widthOf(cell)));
    const whole = all.join(GAP).trimEnd();
    if (widthOf(whole) <= columns) return [whole];
    return [all.slice(0, FATE).join(GAP).trimEnd(), `${INDENT}${cells[FATE]}`];
  };
  const more = rest.flows > 0 ? `and ${rest.flows} more flows` : 'and flows beyond those that are kept';
  return [
    ...(tableWidth > columns ? rows.flatMap(flowLines) : [HEADING, ...rows].flatMap(line)),
    ...(rest.packets > 0 ? [`${more}, ${rest.packets} packets (--max shows more)`] : []),
  ];
}

const GAP = '  ';

const flowLines = ([protocol, ends, translated, interfaces, packets, bytes, fate]: readonly string[]): string[] => [
  `${protocol} ${ends}`,
  ...(translated === '' ? [] : [`${INDENT}leaves as ${translated}`]),
  `${INDENT}${interfaces}, ${packets} packets, ${bytes} bytes`,
  `${INDENT}${fate}`,
];

const widthOf = ({ length }: string): number => length;

function fateOf(dropped: number, packets: number, causes: readonly string[]): string {
  if (dropped === 0) return 'passes';
  const more = causes.length > 1 ? `, and ${causes.length - 1} more` : '';
  return `${dropped === packets ? 'dropped' : `${dropped} dropped`}: ${causes[0]}${more}`;
}
