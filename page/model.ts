/** The report's data, and what the reader has chosen of it. */

import { namerOf } from '../src/explain/named.js';
import type { Flow, ReportData } from '../src/report/report-data.js';

export type { Findings, Flow, FoundExample, ReportData, Story } from '../src/report/report-data.js';

export const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as ReportData;

/** With the names that the script gives to addresses. */
export const named = namerOf(data.names);

/** What flows are narrowed down to; null for all. */
export interface Choice {
  /** Index into the graph. */
  readonly node: number | null;
  /** Index into the causes. */
  readonly cause: number | null;
  /** Index into the configuration. */
  readonly line: number | null;
  /** Seconds from the first frame. */
  readonly span: readonly [from: number, to: number] | null;
  readonly words: string;
}

export const ALL: Choice = { node: null, cause: null, line: null, span: null, words: '' };

export const isAll = ({ node, cause, line, span, words }: Choice): boolean =>
  node === null && cause === null && line === null && span === null && words === '';

const textOf = new Map<Flow, string>();

/** All of a flow in which words are looked for. */
function wordsOf(flow: Flow): string {
  let text = textOf.get(flow);
  if (text === undefined) {
    const { protocol, client, server, translated, rx, tx, state, causes } = flow;
    const why = causes.map((at) => data.causes[at].cause);
    text = [protocol, client, server, translated, rx, tx, state, ...why].join(' ');
    text = named(text).toLowerCase();
    textOf.set(flow, text);
  }
  return text;
}

export function chosenFlows({ node, cause, line, span, words }: Choice): readonly Flow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return data.flows.filter(
    (flow) =>
      (node === null || flow.paths.some((path) => data.paths[path].nodes.includes(node))) &&
      (cause === null || flow.causes.includes(cause)) &&
      (line === null || usesLine(flow, line)) &&
      (span === null || (flow.last >= span[0] && flow.first <= span[1])) &&
      wanted.every((word) => wordsOf(flow).includes(word)),
  );
}

const usesLine = ({ stories, causes }: Flow, line: number): boolean =>
  stories.some((story) => data.stories[story].steps.some((step) => step.line === line)) ||
  causes.some((cause) => data.causes[cause].line === line);

export const number = (value: number): string => value.toLocaleString('en');

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const at = Math.min(units.length, Math.floor(Math.log10(value) / 3)) - 1;
  return `${(value / 1000 ** (at + 1)).toPrecision(3)} ${units[at]}`;
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 6 : 3)} s`;

export function placeOf(line: number): string {
  if (line < 0) return '';
  const { file, line: at, since } = data.configuration[line];
  return `${file.replace(/^.*[/\\]/, '')}:${at}${since === null ? '' : ` (${since})`}`;
}
