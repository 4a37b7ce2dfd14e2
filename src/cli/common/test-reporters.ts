/** The reporters that the command line asks for, and where they write. */

import { UsageError } from '../../capture/user-error.js';
import { relative, resolve, sep } from 'node:path';
import { OutputFile } from '../../capture/output/output-file.js';
import { nearest } from '../../pipeline/command/suggest.js';
import type { FoundCase } from '../../regression/case/find-cases.js';
import { REPORTERS } from '../../regression/reporters/registry.js';
import type { Reporter, ReporterDeclaration, ReportOutput } from '../../regression/reporters/reporter.js';
import type { CaseResult, SuiteStart, SuiteSummary } from '../../regression/result.js';
import { hasColors } from '../colors.js';
import { standardOutput } from '../print.js';

const DEFAULT_REPORTER = 'human';

export interface ReporterRequest {
  readonly name: string;
  /** null for standard output. */
  readonly file: string | null;
  readonly declaration: ReporterDeclaration;
}

/** A reporter at work, and what happens to its output at the end. */
export interface OpenedReporter {
  readonly reporter: Reporter;
  readonly close: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** `NAME` or `NAME=FILE` each. People get the default one as well while standard output is free, unless `isQuiet`. */
export async function parseReporters(given: readonly string[], isQuiet: boolean): Promise<ReporterRequest[]> {
  const requests: ReporterRequest[] = [];
  for (const text of given) requests.push(await parseReporter(text));
  const onOutput = requests.filter(({ file }) => file === null);
  const isFree = onOutput.every(({ declaration }) => declaration.sharesOutput);
  if (!isFree && onOutput.length > 1)
    throw new UsageError(
      `--reporter: ${onOutput.map(({ name }) => name).join(' and ')} would write to standard output both; NAME=FILE names a file`,
    );
  const files = requests.flatMap(({ file }) => (file === null ? [] : [resolve(file)]));
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice !== undefined) throw new UsageError(`--reporter: two reports would be written to ${relative('', twice)}`);
  if (isFree && !isQuiet && !requests.some(({ name, file }) => name === DEFAULT_REPORTER && file === null))
    requests.unshift(await parseReporter(DEFAULT_REPORTER));
  return requests;
}

async function parseReporter(text: string): Promise<ReporterRequest> {
  const equals = text.indexOf('=');
  const [name, file] = equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
  const names = Object.keys(REPORTERS);
  if (!Object.hasOwn(REPORTERS, name)) {
    const meant = nearest(name, names);
    const hint = meant === null ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new UsageError(`--reporter ${text}: unknown reporter "${name}"; ${hint}`);
  }
  if (file === '') throw new UsageError(`--reporter ${text}: no file named after =`);
  return { name, file: file === '-' ? null : file, declaration: await REPORTERS[name]() };
}

/** Opens the reports' files. Rejects with OutputError, or with UsageError for one in a case's folder; then none is left behind. */
export async function openReporters(
  requests: readonly ReporterRequest[],
  cases: readonly FoundCase[],
): Promise<OpenedReporter[]> {
  for (const { file, name } of requests) {
    const inCase = cases.find(({ folder }) => file !== null && isBelow(file, folder));
    if (inCase) throw new UsageError(`--reporter ${name}=${file ?? ''} lies in the folder of the case ${inCase.name}`);
  }
  const opened: OpenedReporter[] = [];
  try {
    for (const request of requests) opened.push(await openReporter(request));
    return opened;
  } catch (error) {
    for (const { abort } of opened) await abort();
    throw error;
  }
}

async function openReporter({ file, declaration }: ReporterRequest): Promise<OpenedReporter> {
  const root = process.cwd();
  if (file === null) {
    const output: ReportOutput = {
      write: (text) => void standardOutput().write(text),
      hasColors: hasColors(standardOutput),
      root,
    };
    const nothing = (): Promise<void> => Promise.resolve();
    return { reporter: await declaration.create(output), close: nothing, abort: nothing };
  }
  const target = OutputFile.open(file);
  const write = (text: string): void => target.writeText(text);
  return {
    reporter: await declaration.create({ write, hasColors: false, root }),
    close: () => target.close(),
    abort: () => target.abort(),
  };
}

/** Reports results that are all there. */
export async function tellReporters(
  requests: readonly ReporterRequest[],
  start: Omit<SuiteStart, 'cases'>,
  results: readonly CaseResult[],
  summary: SuiteSummary,
): Promise<void> {
  const opened = await openReporters(requests, []);
  try {
    for (const { reporter, close } of opened) {
      reporter.start?.({ ...start, cases: results.map(({ name }) => name) });
      for (const result of results) reporter.result(result);
      await reporter.end(summary);
      await close();
    }
  } catch (error) {
    for (const { abort } of opened) await abort();
    throw error;
  }
}

const isBelow = (path: string, folder: string): boolean => resolve(path).startsWith(resolve(folder) + sep);
