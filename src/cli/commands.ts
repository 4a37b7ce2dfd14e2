/** All commands, each with the function that runs it, which is loaded when it is asked for. */

import { AUDIT } from './commands/audit.js';
import { CAPTURE, CONFIG, EXPLAIN, REPLAY, TRACE } from './commands/captures.js';
import { COMPLETION } from './commands/completion.js';
import { DIFF } from './commands/diff.js';
import { IMPORT_NODE } from './commands/import-node.js';
import { IMPORT, NEW_CASE, TEST, VERIFY, VERIFY_TRACE } from './commands/judgements.js';
import { MERGE } from './commands/merge.js';
import { QUERY } from './commands/query.js';
import { REPORT } from './commands/report.js';
import { SHRINK } from './commands/shrink.js';
import { WIRESHARK } from './commands/wireshark.js';
import type { CommandTable, Given } from './option-table.js';

/** Returns the exit code. */
type Run<T extends CommandTable> = (given: Given<T>) => number | Promise<number>;

export interface Command {
  readonly table: CommandTable;
  /** @param values what was read by the table */
  readonly run: (values: Readonly<Record<string, unknown>>) => Promise<number>;
}

const command = <T extends CommandTable>(table: T, load: () => Promise<Run<T>>): Command => ({
  table,
  run: async (values) => (await load())(values as Given<T>),
});

/** In the order of the help text. */
export const COMMANDS: readonly Command[] = [
  command(REPLAY, async () => (await import('./run/run-replay.js')).replayFiles),
  command(AUDIT, async () => (await import('./run/run-audit.js')).auditFiles),
  command(DIFF, async () => (await import('./run/run-diff.js')).diffFiles),
  command(REPORT, async () => (await import('./run/run-report.js')).reportFiles),
  command(VERIFY, async () => (await import('./run/run-verify.js')).verifyFiles),
  command(TRACE, async () => (await import('./run/run-trace.js')).traceFiles),
  command(VERIFY_TRACE, async () => (await import('./run/run-verify-trace.js')).verifyTraceFiles),
  command(TEST, async () => (await import('./run/run-test.js')).testSuite),
  command(MERGE, async () => (await import('./run/run-merge.js')).mergeFiles),
  command(QUERY, async () => (await import('./query/run-query.js')).queryTables),
  command(NEW_CASE, async () => (await import('./run/run-new-case.js')).draftCase),
  command(IMPORT, async () => (await import('./run/run-import.js')).importFiles),
  command(SHRINK, async () => (await import('./run/run-shrink.js')).shrinkFiles),
  command(IMPORT_NODE, async () => (await import('./run/run-import-node.js')).importNodeFiles),
  command(EXPLAIN, async () => (await import('./run/run-explain.js')).explainFiles),
  command(CONFIG, async () => (await import('./run/run-config.js')).showConfig),
  command(CAPTURE, async () => (await import('./run/run-capture.js')).captureFiles),
  command(WIRESHARK, async () => (await import('./wireshark/run-wireshark.js')).writeProfile),
  command(COMPLETION, async () => (await import('./completion-scripts.js')).printScript),
];
