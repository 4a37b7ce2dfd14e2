/** What a diff reports, as plain data (schema/diff.schema.json), and in words. */

import { mostFrequent, NAME_INTERFACES } from '../dataplane/not-replayed.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { counted } from '../pipeline/command/suggest.js';
import { CHANGES, type ChangeKind, type FieldChange } from './change.js';
import type { Example } from './findings.js';

/** What decided on one side. */
export interface ReportedDecision {
  readonly node: string | null;
  readonly text: string;
  readonly config: { readonly file: string; readonly line: number; readonly text: string } | null;
}

/** Flows that change in one way, since both sides decided the same about them. */
export interface ReportedChange {
  readonly change: ChangeKind;
  /** The kind in words. */
  readonly words: string;
  /** Why that is intended; null where it is not. */
  readonly allowed: string | null;
  readonly flows: number;
  readonly frames: number;
  readonly before: ReportedDecision;
  readonly after: ReportedDecision;
  readonly examples: readonly Example[];
}

interface ReportedNode {
  readonly config: string;
  readonly release: string;
}

export interface DiffReport {
  readonly verdict: 'unchanged' | 'changed' | 'nothing to compare';
  readonly captures: readonly string[];
  readonly before: ReportedNode;
  readonly after: ReportedNode;
  readonly flows: number;
  readonly frames: number;
  readonly changedFlows: number;
  readonly changedFrames: number;
  readonly groups: readonly ReportedChange[];
  /** Ports that NAT44 draws otherwise and that stand for each other, one to one, at the end. */
  readonly boundPorts: number;
  /** Entries of --allow that no change needed. */
  readonly stale: readonly { readonly entry: number; readonly change: ChangeKind; readonly reason: string }[];
  /** Frames that neither node received. */
  readonly notReplayed: readonly { readonly reason: string; readonly count: number }[];
  readonly damage: readonly { readonly capture: string; readonly message: string }[];
}

const EXAMPLES_SHOWN = 3;

export function diffExitCode({ verdict, damage }: DiffReport): number {
  if (damage.length > 0 || verdict === 'nothing to compare') return EXIT_CAPTURE;
  return verdict === 'changed' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}

/** The verdict in one line, what changes, and what else there is to tell. */
export function diffLines(report: DiffReport): string[] {
  const { groups, boundPorts, stale, notReplayed } = report;
  return [
    verdictLine(report),
    ...groups.flatMap((group) => [headOf(group), ...changeLines(group).map((line) => `  ${line}`)]),
    ...(boundPorts > 0
      ? [`no change: ${counted(boundPorts, 'port')} of NAT44's pool, drawn otherwise and bound one to one`]
      : []),
    ...stale.map(
      ({ entry, change, reason }) =>
        `stale: entry ${entry} of the allowed changes (${CHANGES[change]}: ${reason}) fits nothing`,
    ),
    ...mostFrequent(notReplayed, ({ reason, count }) => `not compared: ${counted(count, 'frame')}: ${reason}`),
    ...(report.verdict === 'nothing to compare' && notReplayed.length > 0 ? [NAME_INTERFACES] : []),
  ];
}

export function verdictLine(report: DiffReport): string {
  const { verdict, flows, frames, changedFlows, changedFrames, groups } = report;
  if (verdict === 'nothing to compare') return 'nothing to compare: no frame arrived on either node';
  const all = `${counted(flows, 'flow')} (${counted(frames, 'frame')})`;
  if (changedFlows === 0) return `unchanged: ${all}`;
  const isAllowed = groups.every(({ allowed }) => allowed !== null);
  const rest = flows - changedFlows;
  const does = rest === 1 ? 'does' : 'do';
  return (
    `${isAllowed ? 'unchanged but for what is allowed' : 'changed'}: ${String(changedFlows)} of ${all}, ` +
    `${counted(changedFrames, 'frame')} of them; ${counted(rest, 'flow')} ${does} not change`
  );
}

/** `passes → dropped: 1 flow, 20 frames`, and why that is allowed */
export const headOf = ({ words, flows, frames, allowed }: ReportedChange): string =>
  `${words}: ${counted(flows, 'flow')}, ${counted(frames, 'frame')}${allowed === null ? '' : `, allowed: ${allowed}`}`;

/** What decided, and the first frames. */
export function changeLines({
  before,
  after,
  examples,
  frames,
}: Pick<ReportedChange, 'before' | 'after' | 'examples' | 'frames'>): string[] {
  const shown = examples.slice(0, EXAMPLES_SHOWN);
  return [
    ...decisionLines('before', before),
    ...decisionLines('after', after),
    ...shown.flatMap(exampleLines),
    ...(frames > shown.length ? [`and ${counted(frames - shown.length, 'more frame')}`] : []),
  ];
}

const decisionLines = (side: string, { node, text, config }: ReportedDecision): string[] => [
  `${side}: ${node === null ? '' : `${node}: `}${text}`,
  ...(config === null ? [] : [`  ${config.file}:${String(config.line)}: ${config.text}`]),
];

const exampleLines = ({ frame, packet, before, after, fields }: Example): string[] => [
  `${frame}: ${packet}`,
  `  before ${before}`,
  `  after ${after}`,
  ...fields.map(fieldLine),
];

const fieldLine = ({ field, before, after }: FieldChange): string => `  ${field} before: ${before} vs after: ${after}`;
