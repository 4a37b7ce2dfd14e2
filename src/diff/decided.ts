/** What of a node's decisions about a frame is behind a change: node, rule, session, route, and the line of the configuration. */

import { decisionsAbout, type SentenceOf } from '../explain/decisions.js';
import { causeOriginOf } from '../outcome/frame-end.js';
import type { ChangeKind } from './change.js';
import type { Side } from './side.js';

/** What decided on one side. */
export interface Decided {
  readonly node: string | null;
  readonly text: string;
  /** 'file:line' of the command, '' for none. */
  readonly origin: string;
  /** The same for all frames about which the same was decided. */
  readonly key: string;
}

/** The kinds of steps that may be behind a change, the first that differs is. */
const STEPS: Readonly<Partial<Record<ChangeKind, readonly string[]>>> = {
  interface: ['route', 'neighbour'],
  'next-hop': ['route', 'neighbour'],
  address: ['nat44'],
  port: ['nat44'],
  backend: ['nat44'],
  ttl: ['route'],
  size: ['mtu', 'neighbour', 'route'],
  bytes: ['nat44', 'route', 'neighbour'],
};

/** What a side decided about the frame, with the reason for its drop. */
export interface Story {
  readonly decisions: readonly SentenceOf[];
  /** null where it passes. */
  readonly cause: {
    readonly node: string | null;
    readonly text: string;
    readonly index: number;
    readonly origin: string;
  } | null;
}

/** Of the packet that a side sent as its `at`-th, or of the frame itself: what may be behind a change of a kind. */
export function storyOf(side: Side, at: number, kind: ChangeKind): Story {
  const { dataplane, steps, sentCount, leftOut, causeIndex } = side;
  if (leftOut !== null) return { decisions: [], cause: { node: null, text: leftOut, index: causeIndex, origin: '' } };
  const packet = at < sentCount ? side.sent[at].number : 0;
  const decisions = decisionsAbout(steps, packet, dataplane.frame.number, STEPS[kind]);
  if (kind === 'size') decisions.push(mtuOf(side));
  if (side.passes) return { decisions, cause: null };
  const { causeNodes, errors } = dataplane.graph;
  const node =
    causeNodes[causeIndex] === '' ? errors.names[dataplane.frame.error].split(':')[0] : causeNodes[causeIndex];
  return {
    decisions,
    cause: { node, text: side.cause, index: causeIndex, origin: causeOriginOf(dataplane.frame, dataplane) },
  };
}

/** Of the interface by which the first packet left. */
function mtuOf({ sent, tables }: Side): SentenceOf {
  const on = tables.interfaces.all[sent[0].swIfIndex];
  const text = `the MTU of ${on.name} is ${String(tables.ip4.adjacencies.mtuOf(on))} bytes`;
  return { node: 'ip4-rewrite', step: 'mtu', text, origin: on.mtuOrigin, data: {} };
}

/** What decided before and after. */
export function decidedOf(kind: ChangeKind, before: Story, after: Story): readonly [Decided, Decided] {
  const kinds = STEPS[kind];
  if (kinds !== undefined) return byStep(kinds, before, after);
  if (before.cause !== null && after.cause !== null) return [dropOf(before), dropOf(after)];
  if (after.cause !== null) return [passOf(before, after), dropOf(after)];
  if (before.cause !== null) return [dropOf(before), passOf(after, before)];
  return byStep(['nat44', 'route', 'neighbour'], before, after);
}

/** The decision that ends a frame, or the cause of its drop. */
function dropOf({ decisions, cause }: Story): Decided {
  const last = decisions.at(-1);
  if (last?.step === 'acl' && last.data['action'] === 'deny') return decided(last);
  if (cause === null) return nothing;
  if (cause.origin !== '') return { ...cause, key: `${cause.node ?? ''} ${String(cause.index)} ${cause.origin}` };
  const origin = last?.step === 'route' ? last.origin : '';
  const text = origin === '' || last === undefined ? cause.text : `${last.text}: ${cause.text}`;
  return { node: cause.node, text, origin, key: `${cause.node ?? ''} ${String(cause.index)} ${origin}` };
}

/** What lets a frame pass where the other node ends it. */
function passOf({ decisions }: Story, other: Story): Decided {
  const end = other.decisions.at(-1);
  const isAcl = end?.step === 'acl' && end.data['action'] === 'deny';
  const node = isAcl ? end.node : (other.cause?.node ?? null);
  const step = isAcl ? 'acl' : end?.step;
  const same = decisions.findLast((one) => one.node === node) ?? decisions.findLast((one) => one.step === step);
  if (same !== undefined) return decided(same);
  const left = byStep(['route', 'neighbour'], { decisions, cause: null }, { decisions: [], cause: null })[0];
  const isAbsent = isAcl || (node !== null && left.node === null);
  return isAbsent ? { ...left, text: `${node ?? ''} decides nothing about it; ${left.text}` } : left;
}

/** The last decisions of the first kind of step in which they differ. */
function byStep(kinds: readonly string[], before: Story, after: Story): readonly [Decided, Decided] {
  const pairs = kinds.map((kind) =>
    [before, after].map(({ decisions }) => decisions.findLast(({ step }) => step === kind)),
  );
  const [was, is] = pairs.find(([a, b]) => essence(a) !== essence(b)) ?? pairs[0];
  return [decided(was), decided(is)];
}

/** What a decision says, but for where it stands in the configuration. */
const essence = (one: SentenceOf | undefined): string =>
  one === undefined ? '' : JSON.stringify([one.node, one.text, { ...one.data, line: undefined, mapping: undefined }]);

const nothing: Decided = { node: null, text: 'nothing decided about it', origin: '', key: '' };

function decided(one: SentenceOf | undefined): Decided {
  if (one === undefined) return nothing;
  const { via } = one.data;
  const text = typeof via === 'string' && via !== '' ? `${one.text}, ${via}` : one.text;
  // The first packet of a session and those behind it are decided alike.
  const node = one.node.replace(/-slowpath$/, '');
  return { node: one.node, text, origin: one.origin, key: `${node} ${one.origin === '' ? one.step : one.origin}` };
}
