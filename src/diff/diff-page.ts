/** What the page of a diff says first, and its changes. */

import type { Finding, FoundDecision, ReportHead } from '../report/report-data.js';
import { headOf, verdictLine, type DiffReport, type ReportedChange, type ReportedDecision } from './report.js';

export function diffHead(report: DiffReport): ReportHead {
  const { flows, frames, changedFlows, changedFrames, before, after, stale, notReplayed, damage } = report;
  return {
    headline: headlineOf(report),
    numbers: [
      { value: flows, words: 'flows', kind: 'plain' },
      { value: changedFlows, words: 'flows change', kind: changedFlows > 0 ? 'warning' : 'good' },
      { value: frames, words: 'frames', kind: 'plain' },
      { value: changedFrames, words: 'frames change', kind: changedFrames > 0 ? 'warning' : 'good' },
    ],
    remarks: [
      `Before: ${before.config}, VPP ${before.release}. After: ${after.config}, VPP ${after.release}. Below the changes, all is of the node after.`,
    ],
    warnings: [
      ...damage.map(({ message }) => `${message}; what comes before it was compared`),
      ...notReplayed.map(({ reason, count }) => `not compared: ${String(count)}: ${reason}`),
      ...stale.map(({ entry, reason }) => `entry ${String(entry)} of the allowed changes (${reason}) fits nothing`),
    ],
    assumed: [],
    findings: { title: 'Changes by what decided', sides: ['before', 'after'], groups: report.groups.map(findingOf) },
  };
}

function headlineOf(report: DiffReport): string {
  const { flows, frames, changedFlows, changedFrames, groups } = report;
  if (changedFlows === 0) return `${report.captures.join(', ')}: ${verdictLine(report)}.`;
  const isAllowed = groups.every(({ allowed }) => allowed !== null);
  const what = `${String(changedFlows)} of ${String(flows)} flows change, with ${String(changedFrames)} of ${String(frames)} frames`;
  return isAllowed ? `${what}, all of which is allowed.` : `${what}.`;
}

function findingOf(change: ReportedChange): Finding {
  return {
    title: headOf({ ...change, allowed: null }),
    allowed: change.allowed,
    decisions: [decisionOf('before', change.before), decisionOf('after', change.after)],
    examples: change.examples.map(({ frame, packet, before, after, fields }) => ({
      frame: `${frame}: ${packet}`,
      packets: [before, after],
      fields: fields.map((one) => ({ field: one.field, values: [one.before, one.after] })),
      detail: null,
    })),
  };
}

const decisionOf = (side: string, { node, text, config }: ReportedDecision): FoundDecision => ({
  side,
  text: [node, text].filter(Boolean).join(': '),
  place: config === null ? '' : `${config.file}:${String(config.line)}`,
  command: config?.text ?? '',
});
