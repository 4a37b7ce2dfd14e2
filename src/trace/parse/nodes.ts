/** Nodes of a packet trace: which lines each prints, and what it does to the packet as far as rebuilding frames goes. */

import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { INTERFACE_OUTPUT, TX_LINES } from '../../pipeline/interface/interface-trace.js';
import { FRAME_LINES } from '../../pipeline/trace/headers.js';
import type { LineTemplate } from '../../pipeline/trace/template.js';
import { linesOfLayout } from '../../pipeline/trace/wording.js';
import { RELEASES } from '../../releases/releases.js';
import { OTHER_DRIVER, OTHER_NODES, type KnownNode } from './other-nodes.js';

/** Those of all releases that are modelled, with the lines of each, and some others. */
const NODES: ReadonlyMap<string, KnownNode> = (() => {
  const nodes = new Map<string, KnownNode>();
  for (const { name, trace } of RELEASES.flatMap(({ plugins }) => plugins.flatMap(({ nodes: own = [] }) => own)))
    if (trace !== undefined) {
      const lines = [...(nodes.get(name)?.lines ?? []), ...linesOfLayout(trace.layout)];
      nodes.set(name, { role: trace.role ?? 'other', lines: [...new Set(lines)] });
    }
  return new Map([...nodes, ...Object.entries(OTHER_NODES)]);
})();

/** All lines that are understood; those that nodes share come first. */
export const LINES: readonly LineTemplate[] = [
  ...new Set([
    ...FRAME_LINES,
    ...[...NODES.values()].flatMap(({ lines }) => lines),
    ...TX_LINES,
    ...OTHER_DRIVER.lines,
  ]),
];

const OUTPUT: KnownNode = { role: 'output', lines: linesOfLayout(INTERFACE_OUTPUT) };
const TX: KnownNode = { role: 'tx', lines: TX_LINES };
const UNKNOWN: KnownNode = { role: 'other', lines: [] };
/** A driver's node is named so; a protocol's as well (all of VPP 19.08 and 26.06 that the table does not have). */
const DRIVERS = /-(?:input|rx)$/;
const PROTOCOLS = new RegExp(
  '^(?:' +
    '(?:ah|bfd-udp|bfd-udp-echo|esp|geneve|gre|gtpu|ipip|ipsec|lisp-gpe-ip|pvti|sctp|srp|tcp|udp|vrrp|vxlan|wg)[46]-.*|' +
    'ip[46]-.*|l2-.*|l2tp.*|lisp-.*|(?:.*-)?(?:arp|arping|bier|bift|cdp|cop|adl|crypto|hdlc|igmp|lacp|lldp|llc|mpls|nsh|osi|p2p-ethernet|ppp|' +
    'pppoe|pnat|policer|punt-socket|quic|session|snap|span-l2|srp|stats-collect|vxlan-flow|gtpu4-flow|epoll|nat-external|npt66)' +
    '(?:-.*)?)$',
);

/** The older name of a node: NAT44 became two plugins (21.06), ip4-local is ip4-receive (22.02). */
export const modelledName = (node: string): string =>
  node === 'ip4-receive' ? 'ip4-local' : node.replace(/^nat44-ei-/, 'nat44-');

/** True for a node that the table names, or that belongs to an interface or a driver. */
export const isKnownNode = (node: string): boolean => namedNode(node) !== null;

/** What is known of a node, by its name in the trace. */
const knownNode = (node: string): KnownNode => namedNode(node) ?? cutNode(node) ?? UNKNOWN;

export const linesOf = (node: string): readonly LineTemplate[] => knownNode(node).lines;

/** 'other' for a record whose heading is lost. */
export const roleOf = (node: string | null): NodeRole => (node === null ? 'other' : knownNode(node).role);

/** True where the node has lines of that name. */
export const hasLine = (node: string, name: string): boolean => linesOf(node).some((line) => line.name === name);

function namedNode(name: string): KnownNode | null {
  const node = modelledName(name);
  const known = NODES.get(name) ?? NODES.get(node);
  if (known !== undefined) return known;
  if (/^.+-output$/.test(node)) return OUTPUT;
  if (/^.+-tx$/.test(node)) return TX;
  return DRIVERS.test(node) && !PROTOCOLS.test(node) ? OTHER_DRIVER : null;
}

/** A name that lost its end: what the nodes have in common that it may have been. */
function cutNode(node: string): KnownNode | null {
  const all = nodesBeginning(node).map(([, known]) => known);
  return all.every(({ role }) => role === all[0].role) ? (all.at(0) ?? null) : null;
}

/** The interface whose output or tx node this is, or null. */
export function interfaceOfNode(node: string | null): string | null {
  const role = roleOf(node);
  return node !== null && (role === 'output' || role === 'tx') ? node.slice(0, node.lastIndexOf('-')) : null;
}

const hasLines = ({ lines }: KnownNode, names: readonly string[]): boolean =>
  names.every((name) => lines.some((line) => line.name === name));

/** The one node whose name begins so and that prints lines of these names; null where there are several. */
export function completedNode(name: string, lines: readonly string[]): string | null {
  const all = nodesBeginning(name).filter(([, node]) => hasLines(node, lines));
  return all.length === 1 ? all[0][0] : null;
}

/** True for what may be the name of a known node that lost its end. */
export const isCutName = (name: string): boolean => !isKnownNode(name) && nodesBeginning(name).length > 0;

/** Fewer letters say nothing. */
const SHORTEST_BEGINNING = 2;

/** The nodes of the table whose names begin so, and go on. */
const nodesBeginning = (name: string): [string, KnownNode][] =>
  name.length < SHORTEST_BEGINNING ? [] : [...NODES].filter(([node]) => node.startsWith(name) && node !== name);

/** The one node that prints this line, or null: it says whose record it is where the line with the node's name is lost. */
export function ownerOf(line: string): string | null {
  const owners = [...NODES].filter(([, node]) => hasLines(node, [line]));
  return owners.length === 1 ? owners[0][0] : null;
}
