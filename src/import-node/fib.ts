/**
 * Tables, routes and adjacencies as `show ip fib` and `show ip6 fib` print them (VPP 19.08 src/vnet/fib/ip4_fib.c,
 * src/vnet/dpo/load_balance.c):
 *
 *     ipv4-VRF:0, fib_index:0, flow hash:[src dst sport dport proto ] locks:[src:plugin-hi:2, ]
 *     10.1.1.22/32
 *       unicast-ip4-chain
 *       [@0]: dpo-load-balance: [proto:ip4 index:30 buckets:1 uRPF:38 to:[3:108]]
 *         [0] [@5]: ipv4 via 10.1.1.22 pg0: mtu:9000 02000000011602fe000000010800
 */

import type { ShownAnswers, ShownLine } from './shown.js';
import { isPrefix, type Family } from './prefixes.js';

/** Where packets of a route go: of what there is to forward to, what is modelled or that VPP has a command for. */
export type ShownPath =
  | {
      readonly kind: 'next-hop';
      readonly nextHop: string;
      readonly interfaceName: string;
      readonly macs: ShownMacs | null;
    }
  | { readonly kind: 'attached'; readonly interfaceName: string; readonly macs: ShownMacs | null }
  | { readonly kind: 'receive'; readonly address: string | undefined; readonly interfaceName: string | undefined }
  | { readonly kind: 'recursive'; readonly loadBalance: number }
  | { readonly kind: 'lookup'; readonly table: string }
  | { readonly kind: 'drop' | 'punt' | 'null-send-unreach' | 'null-send-prohibit' }
  | { readonly kind: 'other'; readonly text: string };

/** Of the next hop, and of the interface; with what is between them and the packet. */
export interface ShownMacs {
  readonly neighbour: string;
  readonly own: string;
  /** As `create sub-interfaces` has them: `dot1q 100`; empty where there are none. */
  readonly tags: string;
}

export interface ShownRoute {
  readonly prefix: string;
  readonly line: ShownLine;
  /** Its own, by which others go on through it. */
  readonly loadBalance: number;
  /** Nothing is forwarded by it: somebody only watches for it. */
  readonly isUnresolved: boolean;
  /** One a bucket. */
  readonly paths: readonly ShownPath[];
}

export interface ShownTable {
  readonly family: Family;
  /** `ipv4-VRF:0`, or what somebody named it. */
  readonly name: string;
  readonly fibIndex: number;
  /** `src dst sport dport proto` */
  readonly flowHash: string;
  readonly routes: ShownRoute[];
}

const TABLE = /^\s*(\S.*?), fib_index:(\d+), flow hash:\[([^\]]*)\]/;
const PREFIX = /^\s*([0-9a-f.:]+\/\d+)(?: fib:.*)?\s*$/i;
const LOAD_BALANCE = /^(\s*)(?:forwarding:.*)?\[@\d+\]: dpo-load-balance: \[proto:ip[46] index:(\d+)/;
const BUCKET = /^(\s*)\[(\d+)(?:-(\d+))?\] \[@\d+\]: (.*)$/;

type Growing = { -readonly [K in keyof ShownRoute]: ShownRoute[K] } & { paths: ShownPath[]; indent: number };

export function readFib(answers: ShownAnswers): ShownTable[] {
  return [...readTables(answers, 'show ip fib', 'ip4'), ...readTables(answers, 'show ip6 fib', 'ip6')];
}

/** The id of a table that nobody named. */
export function idOfName({ name }: ShownTable): number | undefined {
  const id = /-VRF:(\d+)$/.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Of a table or a route that is told twice, the later one. */
function readTables(answers: ShownAnswers, command: string, family: Family): ShownTable[] {
  const tables = new Map<number, ShownTable & { routes: ShownRoute[] }>();
  for (const answer of answers.to(command)) {
    const own = new Map<number, ShownTable>();
    for (const table of tablesOf(
      [...answers.linesOf(command)].filter((line) => line.answer === answer),
      family,
    ))
      own.set(table.fibIndex, table);
    for (const [fibIndex, table] of own) {
      const before = tables.get(fibIndex);
      const kept = before?.routes.filter(({ prefix }) => !table.routes.some((route) => route.prefix === prefix)) ?? [];
      // An answer to `show ip fib` as a whole has all there is; to one with a prefix, what belongs to it.
      tables.set(fibIndex, answer.command.includes('/') ? { ...table, routes: [...kept, ...table.routes] } : table);
    }
  }
  return [...tables.values()];
}

function tablesOf(lines: readonly ShownLine[], family: Family): ShownTable[] {
  const tables: ShownTable[] = [];
  let route: Growing | null = null;
  for (const line of lines) {
    const table = TABLE.exec(line.text);
    if (table) {
      const [, name, fibIndex, flowHash] = table;
      tables.push({ family, name, fibIndex: Number(fibIndex), flowHash: flowHash.trim(), routes: [] });
      route = null;
      continue;
    }
    const prefix = PREFIX.exec(line.text);
    if (prefix) {
      if (!isPrefix(prefix[1])) line.refuse(`${prefix[1]} is no prefix`);
      const into = tables.at(-1) ?? line.refuse('a route before the line that says of which table it is');
      route = { prefix: prefix[1], line, loadBalance: -1, isUnresolved: false, paths: [], indent: -1 };
      into.routes.push(route);
      continue;
    }
    if (route) readPathLine(route, line.text);
  }
  return tables;
}

function readPathLine(route: Growing, text: string): void {
  if (/^\s*UNRESOLVED\s*$/.test(text)) route.isUnresolved = true;
  const own = LOAD_BALANCE.exec(text);
  if (own && route.loadBalance < 0) {
    route.loadBalance = Number(own[2]);
    return;
  }
  const bucket = BUCKET.exec(text);
  if (!bucket || route.loadBalance < 0) return;
  const [, indent, first, last = first, object] = bucket;
  // Deeper ones are those of what a path goes on through.
  if (route.indent < 0) route.indent = indent.length;
  if (indent.length > route.indent) return;
  for (let i = Number(first); i <= Number(last); i++) route.paths.push(pathOf(object));
}

const FORMS: readonly (readonly [RegExp, (...fields: string[]) => ShownPath])[] = [
  [/^(?:dpo-drop|ip[46]-null action:discard)/, () => ({ kind: 'drop' })],
  [/^dpo-punt/, () => ({ kind: 'punt' })],
  [/^dpo-receive(?:: (\S+) on (\S+))?/, (address, interfaceName) => ({ kind: 'receive', address, interfaceName })],
  [/^dpo-load-balance: \[proto:ip[46] index:(\d+)/, (index) => ({ kind: 'recursive', loadBalance: Number(index) })],
  [/^ipv[46]-glean: (?:\[src:[^\]]*\] )?(\S+?):? (.*)$/, (interfaceName, rest) => ({ kind: 'attached', interfaceName, macs: macsOf(rest) })],
  [/^ipv[46] via (?:0\.0\.0\.0|::) (\S+?):? (.*)$/, (interfaceName, rest) => ({ kind: 'attached', interfaceName, macs: macsOf(rest) })],
  [/^ipv[46] via (\S+) (\S+?): (.*)$/, (nextHop, interfaceName, rest) => ({ kind: 'next-hop', nextHop, interfaceName, macs: macsOf(rest) })],
  [/^(?:arp|nd)-ipv[46]: via (\S+) (\S+)/, (nextHop, interfaceName) => ({ kind: 'next-hop', nextHop, interfaceName, macs: null })],
  [/^dst-address,unicast lookup in (\S.*)$/, (table) => ({ kind: 'lookup', table: table.trim() })],
  [/^ip[46]-null action:\S*unreach/, () => ({ kind: 'null-send-unreach' })],
  [/^ip[46]-null action:\S*prohibit/, () => ({ kind: 'null-send-prohibit' })],
]; // prettier-ignore

function pathOf(object: string): ShownPath {
  for (const [form, path] of FORMS) {
    const match = form.exec(object.trim());
    if (match) return path(...match.slice(1));
  }
  return { kind: 'other', text: object.trim() };
}

/** What an adjacency writes before packets is the last word of its line. VPP 19.08 src/vnet/ethernet/interface.c, ethernet_build_rewrite */
function macsOf(text: string): ShownMacs | null {
  const [, neighbour, own, rest] = /(?:^|\s)([0-9a-f]{12})([0-9a-f]{12})([0-9a-f]*)$/.exec(text) ?? [];
  if ((neighbour as string | undefined) === undefined) return null;
  return { neighbour: macOf(neighbour), own: macOf(own), tags: tagsOf(rest) };
}

function tagsOf(hex: string): string {
  const [, type, outer, inner] = /^(8100|88a8)[0-9a-f]([0-9a-f]{3})(?:8100[0-9a-f]([0-9a-f]{3}))?/.exec(hex) ?? [];
  const id = (digits: string): string => String(parseInt(digits, 16));
  if ((type as string | undefined) === undefined) return '';
  const within = (inner as string | undefined) === undefined ? '' : ` inner-dot1q ${id(inner)}`;
  return `${type === '8100' ? 'dot1q' : 'dot1ad'} ${id(outer)}${within}`;
}

const macOf = (digits: string): string => (digits.match(/../g) ?? []).join(':');
