/** What changes for the traffic of captures between two nodes, two configurations or two releases: `vppcap diff`. */

import type { FrameReader } from '../capture/frame-batch.js';
import { UsageError } from '../capture/user-error.js';
import { openBatches } from '../capture/input/open-batches.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { feedCaptures, watched } from '../dataplane/feed-captures.js';
import { configLine } from '../explain/frame-explainer.js';
import type { FrameFilter } from '../filter/frame-filter.js';
import { TableFolder, type TablesWish } from '../parquet/table-folder.js';
import type { ReplayCapture } from '../replay/replay.js';
import type { ReplayProgress } from '../replay/replay-summary.js';
import { Allowances, type AllowedChange } from './allowances.js';
import { CHANGE_KINDS, CHANGES } from './change.js';
import { fillTable } from './change-table.js';
import type { Decided } from './decided.js';
import type { ChangeGroup } from './findings.js';
import type { DiffReport, ReportedDecision } from './report.js';
import { TwoNodes } from './two-nodes.js';

export interface DiffOptions {
  readonly captures: readonly ReplayCapture[];
  readonly before: NodeScript;
  readonly after: NodeScript;
  readonly allowed?: readonly AllowedChange[];
  /** Frames, as they are received, whose changes are told; the others run, too. */
  readonly filter?: FrameFilter;
  /** Where tables of what changes go; null for nowhere. */
  readonly tables?: TablesWish | null;
  /** Called once before the first frame with how to ask how far it has come. */
  readonly watch?: (progress: () => ReplayProgress) => void;
}

/** Rejects with ConfigError, UsageError, or CaptureError where nothing of a capture can be read. */
export async function diff(options: DiffOptions): Promise<DiffReport> {
  const { captures, before, after, allowed = [], watch, tables: wish } = options;
  const readers: FrameReader[] = [];
  const inputs = captures.map(({ path }) => path);
  const tables = wish ? new TableFolder(wish, inputs, false, 'diff') : null;
  try {
    for (const { path, open } of captures) readers.push(await (open ? open() : openBatches(path)));
    const nodes = nodesOf(before, after, captures, allowed);
    if (options.filter) {
      nodes.findings.filter = options.filter;
      nodes.runAll();
    }
    watch?.(() => progressOf(nodes, readers));
    if (tables !== null)
      fillTable(
        tables,
        nodes,
        (decided) => decisionIn(before, decided),
        (decided) => decisionIn(after, decided),
      );
    await runBoth(nodes, readers, captures, tables);
    const report = reportOf(nodes, options, readers);
    tables?.addRun({ ...report, release: after.release.name, findings: report.changedFlows });
    await tables?.close();
    return report;
  } catch (error) {
    await tables?.abort();
    throw error;
  } finally {
    for (const reader of readers) await reader.close();
  }
}

/** Throws ConfigError, and UsageError for a capture of an interface that one of them does not have. */
export function nodesOf(
  before: NodeScript,
  after: NodeScript,
  captures: readonly ReplayCapture[],
  allowed: readonly AllowedChange[] = [],
): TwoNodes {
  const [was, is] = [applyScript(before), applyScript(after)];
  for (const { interfaceName, path } of captures)
    for (const [{ interfaces }, { file }] of [[was, before] as const, [is, after] as const])
      if (interfaceName !== null && !interfaces.byName(interfaceName))
        throw new UsageError(`${interfaceName}=${path}: ${file} has no interface ${interfaceName}`);
  const commandAt = (origin: string): string => (configLine(before, origin) ?? configLine(after, origin))?.text ?? '';
  return new TwoNodes(was, is, new Allowances(allowed, commandAt));
}

/** Runs all frames through both. */
export async function runBoth(
  nodes: TwoNodes,
  readers: readonly FrameReader[],
  captures: readonly Pick<ReplayCapture, 'interfaceName'>[],
  tables: TableFolder | null = null,
): Promise<void> {
  const names = captures.map(({ interfaceName }) => interfaceName);
  nodes.open(readers, names);
  const runner = tables === null ? nodes : watched(nodes, tables.note.bind(tables));
  await feedCaptures(readers, names, nodes.before.ingress, {}, runner);
}

function progressOf({ findings }: TwoNodes, readers: readonly FrameReader[]): ReplayProgress {
  const sizes = readers.map(({ input }) => input?.totalBytes ?? null);
  return {
    frames: findings.frames,
    bytesRead: readers.reduce((sum, { input }) => sum + (input?.bytesRead ?? 0), 0),
    totalBytes: sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
  };
}

function reportOf(nodes: TwoNodes, options: DiffOptions, readers: readonly FrameReader[]): DiffReport {
  const { findings } = nodes;
  const { before, after, allowed = [] } = options;
  const rank = ({ allowance, kind }: ChangeGroup): number =>
    CHANGE_KINDS.indexOf(kind) + (allowance === null ? 0 : CHANGE_KINDS.length);
  const groups = [...findings.groups].sort((a, b) => rank(a) - rank(b) || b.flows.size - a.flows.size);
  const isChanged = groups.some(({ allowance }) => allowance === null);
  return {
    verdict: findings.frames === 0 ? 'nothing to compare' : isChanged ? 'changed' : 'unchanged',
    captures: readers.map(({ name }) => name),
    before: { config: before.file, release: before.release.name },
    after: { config: after.file, release: after.release.name },
    flows: findings.flows.count,
    frames: findings.frames,
    changedFlows: findings.changedFlows.size,
    changedFrames: findings.changedFrames,
    groups: groups.map((group) => ({
      change: group.kind,
      words: CHANGES[group.kind],
      allowed: group.allowance?.reason ?? null,
      flows: group.flows.size,
      frames: group.frames,
      before: decisionIn(before, group.before),
      after: decisionIn(after, group.after),
      examples: group.examples,
    })),
    boundPorts: findings.bindings.size,
    stale: allowed
      .filter(({ isUsed }) => !isUsed)
      .map(({ number, change, reason }) => ({ entry: number, change, reason })),
    notReplayed: Array.from(findings.notReplayed, ([reason, count]) => ({ reason, count })),
    damage: readers.flatMap(({ name, damage }) =>
      damage === null ? [] : [{ capture: name, message: damage.message }],
    ),
  };
}

function decisionIn(script: NodeScript, { node, text, origin }: Decided): ReportedDecision {
  const found = configLine(script, origin);
  return { node, text, config: found === null ? null : { file: found.file, line: found.line, text: found.text } };
}
