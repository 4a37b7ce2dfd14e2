/** Replays a case's captures on its configuration, and keeps everything that can be judged. */

import { resolve } from 'node:path';
import { copyOf, type FrameBatch } from '../capture/frame-batch.js';
import { hasHostInterfaces } from '../capture/link-layer.js';
import { withCaptures } from '../capture/input/open-batches.js';
import { applyScript } from '../config/apply.js';
import { parseChangesFile, tablesWithAllInterfaces } from '../config/changes.js';
import { readStateFile } from '../config/state/load-state.js';
import { builtInScript } from '../config/locate.js';
import { natPoolOf, type NatPoolView } from '../pipeline/nat-common/state/nat-pool.js';
import type { NodeScript } from '../config/node-script.js';
import { parseScriptFile } from '../config/parse-script.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import { CoverageRecorder } from '../outcome/coverage/coverage-recorder.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { Dataplane, Disposition } from '../dataplane/dataplane.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { Ingress } from '../dataplane/ingress.js';
import { frameNamer } from '../capture/input-frames.js';
import { isMeant, type FrameFilter } from '../filter/frame-filter.js';
import { VerdictRecorder, type Verdict } from '../outcome/verdicts.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { containedPath, shownPath } from './case/case-paths.js';
import { CaseFileError, type RegressionCase } from './case/case.js';
import { decisionSteps } from '../explain/frame-explainer.js';
import { adviceFor, adviceParts } from '../explain/remedies.js';
import { FrameSteps } from '../outcome/frame-steps.js';
import type { NameOf } from './compare/frame-numbers.js';
import type { LeftOutFrame } from './compare/left-out.js';
import type { PacketRecord, ReceivedFrame } from './result.js';

export interface CaseReplay {
  readonly script: NodeScript;
  /** One per frame that was replayed, in time order. */
  readonly verdicts: readonly Verdict[];
  /** These frames as they were received; empty unless frames are kept. */
  readonly received: readonly PacketRecord[];
  /** What was decided about each of them. */
  readonly decided: readonly Pick<ReceivedFrame, 'decisions' | 'remedy'>[];
  /** Every packet that left, in order. */
  readonly sent: readonly PacketRecord[];
  /** `show errors` at the end: counters above 0 by 'node: reason'. */
  readonly counters: ReadonlyMap<string, number>;
  /** Frames that were not replayed, in time order. */
  readonly leftOut: readonly LeftOutFrame[];
  /** Frames that the filter, where there is one, does not mean, replayed or not: number in their capture, from 1. */
  readonly notMeant: readonly Pick<LeftOutFrame, 'capture' | 'number'>[];
  /** Frames that are not replayed may tell where others arrived (Ingress), so that no frame can be missing. */
  readonly needsAllFrames: boolean;
  readonly nameOf: NameOf;
  /** What keeps the replay from being judged, in a sentence each: captures that broke off, and why no frame at all was replayed. */
  readonly faults: readonly string[];
  /** Where the node's NAT draws ports. */
  readonly natPool: NatPoolView;
  /** What of the configuration was exercised; null unless asked for. */
  readonly coverage: Coverage | null;
}

/** The case's script, by the path that a user would name. Files that it reads in turn are held to what the case's own are held to. */
export function scriptOf(own: RegressionCase): NodeScript {
  const { configFile, release, description, folder, allowed, file, stateFiles, changesFile } = own;
  const { lenient: isLenient } = description;
  const script =
    configFile === null
      ? parseScriptFile(builtInScript(release?.name), { release, isLenient })
      : parseScriptFile(shownPath(configFile), {
          release,
          isLenient,
          checkFile: (path) => containedPath(folder, resolve(path), allowed, file),
        });
  return {
    ...script,
    ...(stateFiles.length === 0 ? {} : { state: stateFiles.map((name) => readStateFile(shownPath(name))) }),
    ...(changesFile === null ? {} : { changes: parseChangesFile(shownPath(changesFile), script) }),
  };
}

/**
 * Runs a case. Rejects with CaptureError or ConfigError for files that cannot be used, and with CaseFileError for a case
 * that names an interface its configuration does not have.
 */
export async function replayCase(
  regressionCase: RegressionCase,
  keepsFrames: boolean,
  wantsCoverage = false,
  filter: FrameFilter | null = null,
): Promise<CaseReplay> {
  const { captures, description } = regressionCase;
  const script = scriptOf(regressionCase);
  const tables = applyScript(script);
  requireInterfaces(regressionCase, script.changes ? tablesWithAllInterfaces(script) : tables);
  const paths = captures.map(({ file }) => shownPath(file));
  return withCaptures(paths, async (readers) => {
    const verdicts: Verdict[] = [];
    const [received, sent]: PacketRecord[][] = [[], []];
    const decided: Pick<ReceivedFrame, 'decisions' | 'remedy'>[] = [];
    const leftOut: LeftOutFrame[] = [];
    const notMeant: Pick<LeftOutFrame, 'capture' | 'number'>[] = [];
    const ask = (batch: FrameBatch, i: number): void => {
      const { capture } = dataplane.inputs;
      if (!isMeant(filter, batch, i)) notMeant.push({ capture, number: batch.firstNumber + i });
    };
    const recorder = new VerdictRecorder();
    const dataplane: Dataplane = new Dataplane(
      tables,
      {
        transmit: (b) => {
          recorder.transmit(b);
          sent.push({
            frame: sent.length + 1,
            interfaceName: tables.interfaces.all[b.swIfIndexTx].name,
            seconds: ingress.seconds,
            nanoseconds: ingress.nanoseconds,
            originalLength: b.length + b.cutBytes,
            bytes: b.bytes.slice(b.at, b.at + b.length),
          });
        },
        discard: (b, isPunt) => recorder.discard(b, dataplane, isPunt),
      },
      true,
    );
    const ingress: Ingress = new Ingress(dataplane, {
      leftOut: (batch, i, reason) => {
        const { capture, file } = dataplane.inputs;
        const { name: interfaceName, linkType } = readers[capture].interfaces[batch.interfaceIndex[i]];
        const number = batch.firstNumber + i;
        const kept = keepsFrames ? { packet: { ...copyOf(batch, i), frame: number, interfaceName, linkType } } : {};
        leftOut.push({ capture, file, number, reason, ...kept });
        ask(batch, i);
      },
      beforeFrame: (batch, i, rx) => {
        const interfaceName = tables.interfaces.all[rx].name;
        ask(batch, i);
        if (keepsFrames) received.push({ ...copyOf(batch, i), frame: batch.firstNumber + i, interfaceName });
      },
      afterFrame: () => {
        verdicts.push(recorder.take(dataplane));
        if (steps === null) return;
        const { remedy } = adviceParts(
          dataplane.disposition === Disposition.Transmitted ? null : adviceFor(dataplane.frame, dataplane),
        );
        decided.push({ decisions: decisionSteps(steps, script), remedy });
      },
    });
    const steps = keepsFrames ? FrameSteps.of(dataplane) : null;
    ingress.changes = scheduleOf(script.changes, tables);
    if (description.fixChecksums) ingress.arrivals.fix();
    const coverage = wantsCoverage && !script.changes ? new CoverageRecorder(dataplane) : null;
    const names = captures.map(({ interfaceName }) => interfaceName);
    await feedCaptures(readers, names, ingress);
    const { errors } = dataplane.graph;
    const files = readers.map(({ name }) => name);
    return {
      script,
      verdicts,
      received,
      decided,
      sent,
      counters: errors.shown(),
      leftOut,
      notMeant,
      needsAllFrames: readers.some(({ interfaces }) => interfaces.some(({ linkType }) => hasHostInterfaces(linkType))),
      nameOf: frameNamer(files),
      coverage: coverage?.result(script) ?? null,
      faults: [
        ...readers.flatMap(({ damage }) => (damage ? [damage.message] : [])),
        ...(verdicts.length > 0 ? [] : [ingress.left.sentence(files)]),
      ],
      natPool: natPoolOf(tables.nat44),
    };
  });
}

export function requireInterfaces(
  { file, captures, expected, description }: RegressionCase,
  { interfaces }: Tables,
): void {
  const mapped = Object.keys(description.compare.map).map((interfaceName) => ({ interfaceName }));
  for (const { interfaceName } of [...captures, ...expected, ...mapped])
    if (interfaceName !== null && !interfaces.byName(interfaceName))
      throw new CaseFileError(`${file}: the configuration has no interface ${interfaceName}`);
}
