/** Audits captures of both directions: `vppcap audit`. */

import type { FrameReader } from '../capture/frame-batch.js';
import { openBatches } from '../capture/input/open-batches.js';
import { applyScript } from '../config/apply.js';
import type { NodeScript } from '../config/node-script.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { configLine } from '../explain/decision-steps.js';
import { Auditor } from './auditor.js';
import { CAUSES } from './difference.js';
import type { Marked } from './findings.js';
import type { AuditReport } from './report.js';

export interface AuditCapture {
  readonly path: string;
  /** VPP interface on which all its frames were captured; null where if_name or each frame's MACs decide. */
  readonly interfaceName: string | null;
}

export interface AuditOptions {
  readonly captures: readonly AuditCapture[];
  readonly script: NodeScript;
  /** Opens a capture that is no file. */
  readonly open?: (path: string) => Promise<FrameReader>;
  /** Told each difference, when it is found. */
  readonly mark?: (marked: Marked) => void;
}

/** Rejects with ConfigError, or CaptureError where nothing of a capture can be read. */
export async function audit({ captures, script, open = openBatches, mark }: AuditOptions): Promise<AuditReport> {
  const auditor = new Auditor(applyScript(script), mark ?? null);
  const readers: FrameReader[] = [];
  try {
    for (const { path } of captures) readers.push(await open(path));
    const names = captures.map(({ interfaceName }) => interfaceName);
    auditor.dataplane.inputs.open(readers.map(({ name }) => name));
    await feedCaptures(readers, names, auditor.ingress, {}, auditor);
    auditor.finish();
    return reportOf(auditor, script, readers);
  } finally {
    for (const reader of readers) await reader.close();
  }
}

function configOf(script: NodeScript, origin: string): AuditReport['groups'][number]['config'] {
  const found = configLine(script, origin);
  return found === null ? null : { file: found.file, line: found.line, text: found.text };
}

function reportOf(auditor: Auditor, script: NodeScript, readers: readonly FrameReader[]): AuditReport {
  const { findings, assumptions, choices, tables } = auditor;
  const { received, sent, expected } = findings;
  const groups = [...findings.groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ origin, ...group }) => ({ ...group, words: CAUSES[group.cause], config: configOf(script, origin) }));
  const isEmpty = received === 0 || (sent === 0 && groups.length === 0);
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
    groups,
    assumptions: assumptions.made.map((one) => ({ ...one })),
    choices: { read: choices.read, predicted: choices.predicted, generator: choices.known },
    state: state === undefined ? null : { read: [...state.read], assumed: [...state.assumed] },
    unjudged: [...findings.reasons.values()].map((one) => ({ ...one })),
    damage: readers.flatMap(({ name, damage }) => (damage === null ? [] : [{ capture: name, message: damage.message }])),
  };
}
