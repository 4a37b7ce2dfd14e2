/** What the page of an audit says first, and its differences. */

import type { Finding, FoundDecision, ReportHead } from '../report/report-data.js';
import { verdictLine, type AuditReport, type ReportedGroup, type ReportedLine } from './report.js';

export function auditHead(report: AuditReport): ReportHead {
  const { received, sent, asExpected, missing, unexpected, changed, dropReasons, ways, assumptions, vectors } = report;
  const different = missing + unexpected + changed + dropReasons + ways;
  const isKnown = assumptions.length === 0 && vectors === 0;
  return {
    headline: sentence(verdictLine(report)),
    numbers: [
      { value: received, words: 'arrived', kind: 'plain' },
      { value: sent, words: 'sent by the node', kind: 'plain' },
      { value: asExpected, words: 'as expected', kind: 'good' },
      { value: different, words: 'differences', kind: different > 0 ? 'warning' : 'plain' },
      { value: assumptions.length, words: 'assumed, since packets show it', kind: 'plain' },
    ],
    remarks: [],
    warnings: [
      ...report.damage.map(({ message }) => `${message}; what comes before it was audited`),
      ...report.unjudged.map(
        ({ reason, count, firstFrame }) => `not judged: ${String(count)} (${firstFrame} first): ${reason}`,
      ),
      ...(isKnown
        ? []
        : [
            'The differences are what the audit found. Graph, flows, drops and sessions below are a replay of what arrived, frame by frame, without the sessions, neighbours and vectors that the audit had to assume: what needs them is dropped there, though the node sent it.',
          ]),
    ],
    assumed: assumptions.map(({ what, frame }) => `${what} (${frame})`),
    findings: { title: 'Differences by cause', sides: ['model', 'node'], groups: report.groups.map(findingOf) },
  };
}

function findingOf({ kind, words, count, node, decision, config, ways, examples }: ReportedGroup): Finding {
  const text = [node, decision].filter(Boolean).join(': ');
  return {
    title: `${String(count)} ${kind}: ${words}`,
    allowed: null,
    decisions: [
      ...(text === '' && config === null ? [] : [decisionOf('in the model', text, config)]),
      ...ways.map((way) => decisionOf('it passes by', 'another line', way)),
    ],
    examples: examples.map(({ frame, sent, interface: on, expected, actual, fields, detail }) => ({
      frame: [frame, sent === null ? null : `sent as ${sent}`, on === null ? null : `on ${on}`]
        .filter((part) => part !== null)
        .join(', '),
      packets: [expected, actual],
      fields: fields.map((one) => ({ field: one.field, values: [one.expected, one.actual] })),
      detail,
    })),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const decisionOf = (side: string, text: string, config: ReportedLine | null): FoundDecision => ({
  side,
  text,
  place: config === null ? '' : `${config.file}:${String(config.line)}`,
  command: config?.text ?? '',
});
