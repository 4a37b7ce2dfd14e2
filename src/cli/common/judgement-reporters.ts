/** What audit and diff found, by the reporters of `vppcap test`: each group of what differs is a case, the rest is one that passed. */

import { EXIT_CAPTURE } from '../../capture/exit-codes.js';
import { suiteOf } from '../../fleet/across-nodes.js';
import { blankResult, type CaseResult } from '../../regression/result.js';
import { parseReporters, tellReporters } from './test-reporters.js';

/** A group of differences. */
export interface JudgedGroup {
  /** One in a report. */
  readonly name: string;
  /** Its head, then what there is to tell. */
  readonly lines: readonly [string, ...string[]];
  /** The line of configuration behind it; null for none. */
  readonly place: { readonly file: string; readonly line: number } | null;
  /** Why it may be; null where it may not. */
  readonly allowed: string | null;
}

export interface Judged {
  readonly captures: readonly string[];
  readonly config: string;
  readonly groups: readonly JudgedGroup[];
  /** What is as it should be, and what else there is to tell. */
  readonly rest: { readonly name: string; readonly title: string; readonly notes: readonly string[] };
  readonly exitCode: number;
}

export interface JudgementReporters {
  /** Whether standard output has room for words. */
  readonly isOutputFree: boolean;
  /** Rejects with OutputError. */
  readonly tell: (judged: Judged) => Promise<void>;
}

/** Rejects with UsageError. @param given NAME or NAME=FILE each; @param command `vppcap diff` */
export async function judgementReporters(given: readonly string[], command: string): Promise<JudgementReporters> {
  const requests = await parseReporters(given, true);
  return {
    isOutputFree: requests.every(({ file }) => file !== null),
    tell: ({ captures, config, groups, rest, exitCode }) => {
      const results = [...groups.map((group) => groupResult(config, group)), restResult(config, rest, exitCode)];
      return tellReporters(requests, { command, folders: captures, shard: null }, results, suiteOf(results, exitCode));
    },
  };
}

const resultOf = (config: string, name: string): CaseResult => ({
  ...blankResult({ name, folder: config }),
  differences: [],
  status: 'passed',
  exitCode: 0,
});

function restResult(config: string, { name, title, notes }: Judged['rest'], exitCode: number): CaseResult {
  const passed = { ...resultOf(config, name), title, notes };
  if (exitCode !== EXIT_CAPTURE) return passed;
  return { ...passed, status: 'error', differences: [{ kind: 'error', message: title, file: config }], exitCode };
}

function groupResult(config: string, { name, lines, place, allowed }: JudgedGroup): CaseResult {
  const { file, line } = place ?? { file: config, line: 1 };
  const at = place === null ? '' : ` at ${file}:${String(line)}`;
  const passed = { ...resultOf(config, `${name}${at}`), title: lines[0] };
  if (allowed !== null) return { ...passed, notes: [`allowed: ${allowed}`] };
  const difference = { kind: 'packets' as const, message: lines.join('\n'), file, line };
  return { ...passed, status: 'failed', differences: [difference], exitCode: 1 };
}
