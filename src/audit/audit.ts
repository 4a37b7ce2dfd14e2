/** Audits captures of both directions: `vppcap audit`. */

import type { FrameReader } from '../capture/frame-batch.js';
import { UsageError } from '../capture/user-error.js';
import { isPcapng } from '../capture/output/open-writer.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { openBatches } from '../capture/input/open-batches.js';
import { applyScript } from '../config/apply.js';
import { tablesWithAllInterfaces } from '../config/changes.js';
import type { NodeScript } from '../config/node-script.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { feedCaptures, watched } from '../dataplane/feed-captures.js';
import { receivingInterface } from '../dataplane/interface-assignment.js';
import type { VectorRule } from '../dataplane/vector-queue.js';
import { configLine } from '../explain/frame-explainer.js';
import { TableFolder, type TablesWish } from '../parquet/table-folder.js';
import type { FrameFilter } from '../filter/frame-filter.js';
import { pathConflict } from '../replay/separate-paths.js';
import { Auditor } from './auditor.js';
import type { Run } from './captured-frame.js';
import { DifferenceTable } from './difference-table.js';
import { CAUSES } from './findings/difference.js';
import { MarkedOutput } from './marked-output.js';
import type { AuditReport, ReportedLine } from './report.js';
import { HORIZON_SECONDS, SKEW_SECONDS } from './sent-frames.js';
import { VectorGuess } from './vector-guess.js';

export interface AuditCapture {
  readonly path: string;
  /** VPP interface on which all its frames were captured; null where if_name or each frame's MACs decide. */
  readonly interfaceName: string | null;
}

export interface AuditOptions {
  readonly captures: readonly AuditCapture[];
  readonly script: NodeScript;
  /** Which frames came together; where it is left out, vectors are tried where frames that come alone do not explain what was sent. */
  readonly vectors?: VectorRule;
  /** The captures are of all interfaces of the node, also of those that they have no frame of. */
  readonly isWholeNode?: boolean;
  /** Frames, as they are received, of which is told what differs; all run. */
  readonly filter?: FrameFilter;
  /** Where to write what is not as expected, a .pcapng; null for nowhere. */
  readonly output?: string | null;
  /** Where tables of what is not as expected go; null for nowhere. */
  readonly tables?: TablesWish | null;
  /** Name and version of the program, for the output. */
  readonly application?: string;
  /** Opens a capture that is no file. */
  readonly open?: (path: string) => Promise<FrameReader>;
}

/** Rejects with ConfigError, UsageError, OutputError, or CaptureError where nothing of a capture can be read. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { vectors = null } = options;
  const guess = new VectorGuess();
  let uncaptured: ReadonlySet<number> = new Set();
  let pass = await AuditPass.run(options, vectors, uncaptured);
  if (pass.canRepeat && pass.hasDifferences && options.isWholeNode !== true) {
    ({ uncaptured } = pass);
    if (uncaptured.size > 0) pass = await pass.repeat(options, vectors, uncaptured);
  }
  if (vectors === null && pass.canRepeat)
    for (let bursts = guess.next(pass.unexplained); bursts !== null; bursts = guess.next(pass.unexplained))
      pass = await pass.repeat(options, { bursts }, uncaptured);
  return pass.finish(guess.runs);
}

/** The captures, read once. */
class AuditPass {
  private constructor(
    private readonly script: NodeScript,
    private readonly auditor: Auditor,
    private readonly readers: readonly FrameReader[],
    private readonly output: MarkedOutput | null,
    private readonly table: DifferenceTable | null,
  ) {}

  static async run(
    options: AuditOptions,
    vectors: VectorRule | null,
    uncaptured: ReadonlySet<number>,
  ): Promise<AuditPass> {
    const { captures, script, open = openBatches, output: path = null, application, tables: wish } = options;
    const tables = applyScript(script);
    const announced = script.changes ? tablesWithAllInterfaces(script) : tables;
    requireUsable(captures, path, announced);
    const output = path === null ? null : new MarkedOutput(path, announced, script.file, application);
    const inputs = captures.map((capture) => capture.path);
    const table = wish ? new DifferenceTable(new TableFolder(wish, inputs, false, 'audit'), script) : null;
    const marks = [output, table].filter((mark) => mark !== null);
    const auditor = new Auditor(tables, {
      vectors,
      isGuess: options.vectors === undefined,
      mark: marks.length === 0 ? null : (marked) => marks.forEach((one) => one.mark(marked)),
      changes: scheduleOf(script.changes, tables),
      uncaptured,
      filter: options.filter ?? null,
    });
    for (const { interfaceName } of captures)
      if (interfaceName !== null)
        auditor.intake.captured.name(receivingInterface(tables.interfaces, interfaceName)?.swIfIndex ?? -1);
    const readers: FrameReader[] = [];
    try {
      for (const { path: file } of captures) readers.push(await open(file));
      const names = captures.map(({ interfaceName }) => interfaceName);
      auditor.model.dataplane.inputs.open(readers.map(({ name }) => name));
      const { intake } = auditor;
      const runner = table === null ? intake : watched(intake, table.folder.note.bind(table.folder));
      await feedCaptures(readers, names, intake.ingress, {}, runner);
      auditor.finish();
    } catch (error) {
      await output?.abort();
      await table?.folder.abort();
      throw error;
    } finally {
      for (const reader of readers) await reader.close();
    }
    return new AuditPass(script, auditor, readers, output, table);
  }

  /** False where a capture came through a pipe. */
  get canRepeat(): boolean {
    return this.readers.every(({ input }) => input?.totalBytes !== null);
  }

  get unexplained(): readonly Run[] {
    return this.auditor.findings.unexplained;
  }

  get hasDifferences(): boolean {
    return this.auditor.findings.hasDifferences;
  }

  /** Interfaces that the captures are not of, by sw_if_index. */
  get uncaptured(): ReadonlySet<number> {
    return this.auditor.intake.captured.missing;
  }

  /** The captures, read once more in place of this. */
  async repeat(...given: Parameters<typeof AuditPass.run>): Promise<AuditPass> {
    await this.output?.abort();
    await this.table?.folder.abort();
    return AuditPass.run(...given);
  }

  async finish(vectors: number): Promise<AuditReport> {
    const report = { ...reportOf(this.auditor, this.script, this.readers), vectors };
    const { missing, unexpected, changed, dropReasons, ways, received: frames } = report;
    this.table?.folder.addRun({ ...report, frames, findings: missing + unexpected + changed + dropReasons + ways });
    await this.table?.folder.close();
    await this.output?.close();
    return report;
  }
}

/** Throws UsageError. */
function requireUsable(captures: readonly AuditCapture[], output: string | null, { interfaces }: Tables): void {
  for (const { interfaceName, path } of captures)
    if (interfaceName !== null && !interfaces.byName(interfaceName))
      throw new UsageError(`${interfaceName}=${path}: the configuration has no interface ${interfaceName}`);
  if (output !== null && !isPcapng(output)) throw new UsageError(`${output}: only a .pcapng has room for comments`);
  const inputs = captures.map(({ path }) => ({ path, use: 'an input' }));
  const conflict = pathConflict(inputs, { output, drops: null, verdicts: null, trace: null }, []);
  if (conflict !== null) throw new UsageError(conflict);
}

function configOf(script: NodeScript, origin: string): ReportedLine | null {
  const found = configLine(script, origin);
  if (found === null) return null;
  const { file, line, text, since = null } = found;
  return { file, line, text, since };
}

function reportOf(auditor: Auditor, script: NodeScript, readers: readonly FrameReader[]): Omit<AuditReport, 'vectors'> {
  const { findings, assumptions, choices, intake, tables } = auditor;
  const { received, sent, expected } = findings;
  const groups = [...findings.groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ origin, ways: by, ...group }) => ({
      ...group,
      words: CAUSES[group.cause],
      config: configOf(script, origin),
      ways: by.filter((way) => way !== origin).flatMap((way) => configOf(script, way) ?? []),
    }));
  const isEmpty = received === 0 || (expected === 0 && groups.length === 0);
  const verdict = groups.length > 0 ? 'different' : 'as expected';
  const { loadedState: state } = tables;
  return {
    verdict: isEmpty ? 'nothing to judge' : verdict,
    captures: readers.map(({ name }) => name),
    release: script.release.name,
    received,
    sent,
    asExpected: expected,
    missing: findings.count('missing'),
    unexpected: findings.count('unexpected'),
    changed: findings.count('changed'),
    dropReasons: findings.count('drop-reason'),
    ways: findings.count('way'),
    visits: auditor.ways.judge.visits,
    groups,
    assumptions: assumptions.made.map((one) => ({ ...one })),
    choices: { read: choices.read, predicted: choices.predicted, generator: choices.known },
    state: state === undefined ? null : { read: [...state.read], assumed: [...state.assumed] },
    silent: intake.captured.silent,
    skewSeconds: auditor.sent.skewSeconds,
    clocks: auditor.sent.clocks.offsets(
      readers.map(({ name }) => name),
      SKEW_SECONDS,
      HORIZON_SECONDS,
    ),
    unjudged: findings.unjudged.list(),
    damage: readers.flatMap(({ name, damage }) =>
      damage === null ? [] : [{ capture: name, message: damage.message }],
    ),
  };
}
