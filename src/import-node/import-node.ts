/**
 * The script of a node from what its show commands print: for nodes that are configured by API. Indices are as shown; what is missing is
 * said, with the command that would show it.
 */

import { createTables } from '../pipeline/engine/plugin.js';
import { parseScript } from '../config/parse-script.js';
import { beginsWith, splitAnswers } from '../config/state/split-answers.js';
import { ConfigError } from '../pipeline/command/config-error.js';
import { counted } from '../pipeline/command/suggest.js';
import { FLOW_HASH_FLOW_LABEL } from '../pipeline/fib/flow-hash.js';
import type { ShowAnswer } from '../pipeline/show-answers.js';
import { inWordsOf } from '../releases/equivalents.js';
import type { Release } from '../releases/release.js';
import { DEFAULT_RELEASE, RELEASES } from '../releases/releases.js';
import { ShownAcls } from './acls.js';
import { ShownBridges } from './bridges.js';
import { readFib, type ShownTable } from './fib.js';
import { makeInterfaces, setInterfaces } from './interface-commands.js';
import { ShownInterfaces } from './interfaces.js';
import { IP6_INTERFACE, ShownIp6Interfaces } from './ip6-interfaces.js';
import { natShows, ShownNat44 } from './nat44.js';
import { ShownNeighbours } from './neighbours.js';
import { RouteCommands } from './routes.js';
import { Findings, ShownAnswers, type ShownCommand } from './shown.js';
import { STARTUP_CONF, type ShownText } from './shown-files.js';
import { shownRelease } from './shown-release.js';
import { addressesOfRoutes } from './route-hints.js';

export interface ImportedNode {
  readonly release: Release;
  readonly script: string;
  /** What the script has: `6 interfaces`. */
  readonly found: readonly string[];
  readonly findings: Findings;
  /** Answers that tell of a state, as `--state` reads them; empty where there are none. */
  readonly state: string;
}

const CLOCK = 'show clock';

/** Commands whose answers are read, with the lines that they begin with. */
const SHOWN: readonly ShownCommand[] = [
  { command: 'show version', heading: /^vpp v\d\d\.\d\d/ },
  { command: CLOCK, heading: /^Time now \d/ },
  { command: 'show interface', heading: /^\s*Name\s+Idx\s+State/ },
  { command: 'show interface address', heading: /^\S+ \((?:up|dn)\):\s*$/ },
  { command: 'show hardware-interfaces', heading: /^\s*Name\s+Idx\s+Link\s+Hardware/ },
  { command: 'show ip fib', heading: /^ipv4-VRF:\d+, fib_index:\d+/ },
  { command: 'show ip6 fib', heading: /^ipv6-VRF:\d+, fib_index:\d+/ },
  IP6_INTERFACE,
  { command: 'show ip arp', heading: /^\s*Time\s+IP4\s+Flags/ },
  { command: 'show ip neighbors', heading: /^\s*Age\s+IP\s+Flags/ },
  { command: 'show ip6 neighbors', heading: /^\s*Time\s+Address\s+Flags/ },
  { command: 'show acl-plugin acl', heading: /^acl-index \d+ count/ },
  { command: 'show acl-plugin interface', heading: /^sw_if_index \d+:/ },
  { command: 'show nat44 addresses', heading: /^NAT44 pool addresses:/ },
  { command: 'show nat44 interfaces', heading: /^NAT44 interfaces:/ },
  { command: 'show nat44 interface address', heading: /^NAT44 pool address interfaces:/ },
  { command: 'show nat44 static mappings', heading: /^NAT44 static mappings:/ },
  { command: 'show nat44 hash tables', heading: /^Hash table / },
  { command: 'show nat timeouts', heading: /^udp timeout: \d+sec/ },
  { command: 'show nat mss-clamping', heading: /^mss-clamping / },
  { command: 'show bridge-domain', heading: /^\s*BD-ID\s+Index/ },
  { command: 'show l2fib', heading: /^\s*Mac-Address\s+BD-Idx/ },
  { command: 'show vxlan tunnel', heading: /^\[\d+\] instance \d+ src / },
  { command: 'show errors', heading: /^\s*Count\s+Node\s+Reason/ },
];

/** @throws {ConfigError} for answers that contradict each other, and where there are none */
export function importNode(texts: readonly ShownText[], given?: Release): ImportedNode {
  const stateShows = (given ? [given] : RELEASES).flatMap(({ plugins }) => plugins.flatMap(({ shows = [] }) => shows));
  const split = texts.flatMap(({ file, text, asks }) => splitAnswers(text, file, [...SHOWN, ...stateShows], asks));
  const findings = new Findings();
  const release = shownRelease(split, given, findings);
  findings.startup.push(...startupLines(texts, release));
  const modes = createTables(release).nat44.modes;
  const kinds = [...new Set(modes.map(({ words }) => words))];
  const commands = [...SHOWN, ...kinds.flatMap(natShows).map((command) => ({ command }))];
  const answers = new ShownAnswers(split, commands);
  const shown = new ShownInterfaces(answers, findings);
  if (shown.all.length === 0)
    throw new ConfigError(
      { file: texts[0].file, line: 1, column: 1 },
      'no answer of a show command that tells of interfaces: expected "show interface", "show interface addr" or "show hardware-interfaces"',
    );
  const fib = readFib(answers);
  readRewrites(fib, shown);
  const nats = kinds.map(
    (words) =>
      new ShownNat44(
        modes.filter((mode) => mode.words === words),
        answers,
        shown,
        fib,
        findings,
      ),
  );
  const natOwn = new Set(nats.flatMap((nat) => nat.ownAddresses()));
  if (!answers.has('show interface address')) addressesOfRoutes(fib, shown, natOwn, findings);
  const ip6Interfaces = new ShownIp6Interfaces(answers, shown, findings);
  const neighbours = new ShownNeighbours(answers, shown, fib, findings);
  const routes = new RouteCommands(fib, shown, neighbours, natOwn, hasFlowLabel(release), findings);
  const acls = new ShownAcls(answers, shown, findings);
  const bridges = new ShownBridges(answers, shown, findings);
  const ofRelease = (command: string): string => inWordsOf(release.commandList, command);
  const neighbourLines = neighbours.commands(
    (rest) => ofRelease(`set ip arp ${rest}`),
    (rest) => ofRelease(`set ip6 neighbor ${rest}`),
  );
  const routeLines = routes.routes();
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Tables.', [...routes.tables(), ...routes.flowHashes()]],
    ['Interfaces, in the order of their sw_if_index.', makeInterfaces(shown, routes.tableId, findings)],
    ['', [...setInterfaces(shown), ...ip6Interfaces.commands()]],
    ['Bridge domains.', bridges.commands()],
    ['Neighbours. Those that VPP learned are state.', neighbourLines],
    ['Routes.', routeLines],
    ['ACLs, in the order of their indices.', acls.commands()],
    ['NAT44.', nats.flatMap((nat) => nat.commands())],
  ];
  const used = nats.filter(({ isUsed }) => isUsed);
  sayWhatIsMissing(answers, shown, ip6Interfaces, used.length > 0 ? [] : kinds, release, findings);
  const head = [
    `# Made by vppcap import-node from ${[...new Set(texts.map(({ file }) => file.replace(/^.*\//, '')))].join(', ')}.`,
    ...(release === DEFAULT_RELEASE ? [] : [`# release: ${release.name}`]),
    ...findings.startup,
    ...nats.flatMap((nat) => nat.startup()),
    ...[...findings.missing].map(([command, what]) => `# not shown: ${what} ("${command}" would show it)`),
    ...findings.assumed.map((sentence) => `# ${sentence}`),
  ];
  const body = sections.flatMap(([title, lines]) =>
    lines.length === 0 ? [] : [...(title === '' ? [] : ['', `# ${title}`]), ...lines],
  );
  return {
    release,
    script: `${[...head, ...body].join('\n')}\n`,
    found: [
      counted(shown.all.length - 1, 'interface'),
      counted(neighbourLines.length, 'static neighbour'),
      counted(routeLines.length, 'route'),
      ...(acls.count === 0 ? [] : [counted(acls.count, 'ACL')]),
      ...(bridges.count === 0 ? [] : [counted(bridges.count, 'bridge domain')]),
      ...used.map((nat) => nat.describe()),
    ],
    findings,
    state: stateText(split, release),
  };
}

/** What the node's startup.conf says, as far as it is modelled. */
function startupLines(texts: readonly ShownText[], release: Release): string[] {
  const conf = texts.find(({ asks }) => asks === STARTUP_CONF);
  if (!conf) return [];
  return parseScript(conf.text, conf.file, { release, isLenient: true }).startup.map(({ text }) => text);
}

const hasFlowLabel = ({ behaviour }: Release): boolean => (behaviour.ip6FlowHash & FLOW_HASH_FLOW_LABEL) !== 0;

/** An adjacency has the tags of a sub-interface, and the MAC of its interface, should no other answer tell it. */
function readRewrites(fib: readonly ShownTable[], shown: ShownInterfaces): void {
  for (const { routes } of fib)
    for (const { line, paths } of routes)
      for (const path of paths) {
        if ((path.kind !== 'next-hop' && path.kind !== 'attached') || !path.macs) continue;
        const { own, tags } = path.macs;
        shown.tags.add(path.interfaceName, tags, line);
        const owner = shown.ownerOf(path.interfaceName);
        if (shown.macs.get(owner) === undefined) shown.macs.add(owner, own, line);
      }
}

function sayWhatIsMissing(
  answers: ShownAnswers,
  shown: ShownInterfaces,
  ip6Interfaces: ShownIp6Interfaces,
  kinds: readonly string[],
  release: Release,
  findings: Findings,
): void {
  const lacks = (what: string, command: string, ...others: readonly string[]): void => {
    if (!answers.has(command, ...others)) findings.lacks(command, what);
  };
  lacks('the numbers, states and MTUs of interfaces', 'show interface');
  lacks('addresses of interfaces', 'show interface address');
  const without = shown.all.filter(
    ({ name, swIfIndex }) =>
      swIfIndex !== 0 &&
      !name.startsWith('vxlan_tunnel') &&
      shown.parentOf(name) === null &&
      shown.macs.get(name) === undefined,
  );
  if (without.length > 0)
    findings.lacks('show hardware-interfaces', `the MAC of ${without.map(({ name }) => name).join(', ')}`);
  lacks('tables and routes', 'show ip fib');
  const hasIp6 = ({ name }: { readonly name: string }): boolean =>
    shown.addresses.get(name)?.some((address) => address.includes(':')) === true && !ip6Interfaces.has(name);
  const unseen = shown.all.filter(hasIp6).map(({ name }) => name);
  if (unseen.length > 0)
    findings.lacks(
      unseen.map((name) => `${IP6_INTERFACE.command} ${name}`).join('" and "'),
      `link-local addresses and router advertisements of ${unseen.join(', ')}`,
    );
  lacks('neighbours', inWordsOf(release.commandList, 'show ip arp'));
  lacks('ACLs', 'show acl-plugin acl');
  if (answers.has('show acl-plugin acl')) lacks('the order of ACLs on interfaces', 'show acl-plugin interface');
  if (kinds.length > 0 && !answers.has(...kinds.flatMap(natShows)))
    findings.lacks(kinds.map((words) => `show ${words} addresses`).join('" or "'), 'NAT44');
}

/** The answers that tell of a state, in a form that is read again. */
function stateText(answers: readonly ShowAnswer[], { plugins }: Release): string {
  const wanted = [CLOCK, ...plugins.flatMap(({ shows = [] }) => shows.map(({ command }) => command))];
  const told = answers.filter(({ command }) => wanted.some((words) => beginsWith(command, words)));
  if (!told.some(({ command }) => !beginsWith(command, CLOCK))) return '';
  return told.map(({ command, lines }) => [`### ${command}`, ...lines.map(({ text }) => text), ''].join('\n')).join('');
}
