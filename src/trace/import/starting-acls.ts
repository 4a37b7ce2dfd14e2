/** ACLs of the starting configuration: as many as the trace numbers, with the rules that matched. */

import { formatAddress, maskOf, parseAddress } from '../../wire/address.js';
import { field, lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import type { ImportedTrace } from './imported-trace.js';
import type { InterfaceNames } from './interface-names.js';

/** Numbers beyond those of any node make no ACLs and rules up to there. */
const MOST_ACLS = 4096;
const MOST_RULES = 65_536;

/** Matches no packet. */
const FILLER = 'deny src 255.255.255.255/32 dst 255.255.255.255/32';
const ACTIONS = ['deny', 'permit', 'permit+reflect'] as const;
const ACTION_SESSION = 3;

interface TracedAcl {
  readonly rules: Map<number, Match>;
  readonly lines: Set<number>;
  /** Rules up to the last that matched. */
  length: number;
}

export function aclCommands({ packets }: ImportedTrace, names: InterfaceNames): string[] {
  const acls = new Map<number, TracedAcl>();
  /** ACL by 'INTERFACE input'; -1 for one of which nothing is known. */
  const applied = new Map<string, Set<number>>();
  let rules = 0;
  for (const { trace } of packets)
    for (const record of trace.records) {
      const line = lineOf(record, 'acl');
      const name = names.byIndex(field(line, 'swIfIndex')?.value ?? -1);
      if (line === undefined || name === null || record.node === null) continue;
      const place = `${name} ${record.node.includes('-in-') ? 'input' : 'output'}`;
      const numbers = applied.get(place) ?? new Set<number>();
      applied.set(place, numbers);
      const acl = field(line, 'aclIndex')?.value ?? -1;
      const rule = field(line, 'ruleIndex')?.value ?? -1;
      const action = field(line, 'action')?.value ?? -1;
      const traced = acls.get(acl) ?? { rules: new Map<number, Match>(), lines: new Set<number>(), length: 0 };
      const more = Math.max(0, rule + 1 - traced.length);
      const isRule = acl >= 0 && rule >= 0 && action >= 0 && action < ACTION_SESSION;
      if (!isRule || acl >= MOST_ACLS || rules + more > MOST_RULES) {
        numbers.add(-1);
        continue;
      }
      rules += more;
      traced.length += more;
      numbers.add(acl);
      acls.set(acl, traced);
      const match = matchOf(record, ACTIONS[action]);
      const known = traced.rules.get(rule);
      if (match !== null) traced.rules.set(rule, known ? join(known, match) : match);
      traced.lines.add(line.number);
    }
  if (applied.size === 0) return [];
  return commandsOf(acls, applied);
}

function commandsOf(acls: ReadonlyMap<number, TracedAcl>, applied: ReadonlyMap<string, ReadonlySet<number>>): string[] {
  const highest = Math.max(-1, ...acls.keys());
  const lines: string[] = [];
  for (let acl = 0; acl <= highest; acl++) {
    const traced = acls.get(acl);
    const rules = Array.from({ length: traced?.length ?? 1 }, (_, rule) => {
      const match = traced?.rules.get(rule);
      return match ? ruleText(match) : FILLER;
    });
    lines.push(`# ACL ${acl}${traced ? `, ${[...traced.lines].join(', ')}` : ': in no packet'}`);
    lines.push(`set acl-plugin acl tag traced-${acl} ${rules.join(', ')}`);
  }
  const needsUnknown = [...applied.values()].some((numbers) => ![...numbers].some((acl) => acl >= 0));
  if (needsUnknown)
    lines.push(
      `# placeholder: ACL ${highest + 1}, for interfaces on which only sessions were met or nothing matched`,
      `set acl-plugin acl tag unknown ${FILLER}`,
    );
  for (const [place, numbers] of applied) {
    const known = [...numbers].filter((acl) => acl >= 0).sort((a, b) => a - b);
    for (const acl of known.length > 0 ? known : [highest + 1])
      lines.push(`set acl-plugin interface ${place} acl ${acl}`);
  }
  return lines;
}

/** What packets have in common that a rule matched. */
interface Match {
  readonly action: string;
  readonly source: Prefix;
  readonly destination: Prefix;
  /** null where they differ. */
  readonly protocol: string | null;
  readonly sport: string | null;
  readonly dport: string | null;
}

/** The packet of a record, as narrow as can be; null where the text does not have it. */
function matchOf(record: NodeRecord, action: string): Match | null {
  const tuple = lineOf(record, 'acl-tuple');
  const text = (name: string): string | undefined => textOf(tuple, name);
  const [source, destination, protocol] = [text('source'), text('destination'), text('protocol')];
  if (source === undefined || destination === undefined || protocol === undefined || text('family') !== 'ip4')
    return null;
  const isFragment = text('fragment') !== undefined;
  const hasPorts = !isFragment && (protocol === '6' || protocol === '17' || protocol === '1');
  return {
    action,
    source: host(source),
    destination: host(destination),
    protocol,
    // A client's port is chosen at random; the server's is what rules are about.
    sport: hasPorts && protocol === '1' ? (text('sourcePort') ?? null) : null,
    dport: hasPorts ? (text('destinationPort') ?? null) : null,
  };
}

interface Prefix {
  readonly address: number;
  readonly length: number;
}

const host = (text: string): Prefix => ({ address: parseAddress(text) ?? 0, length: 32 });

/** The longest prefix that covers both. */
function cover(a: Prefix, b: Prefix): Prefix {
  let length = Math.min(a.length, b.length);
  while (length > 0 && (a.address & maskOf(length)) !== (b.address & maskOf(length))) length--;
  return { address: a.address & maskOf(length), length };
}

const join = (a: Match, b: Match): Match => {
  const protocol = a.protocol === b.protocol ? a.protocol : null;
  return {
    action: a.action,
    source: cover(a.source, b.source),
    destination: cover(a.destination, b.destination),
    protocol,
    sport: protocol !== null && a.sport === b.sport ? a.sport : null,
    dport: protocol !== null && a.dport === b.dport ? a.dport : null,
  };
};

function ruleText({ action, source, destination, protocol, sport, dport }: Match): string {
  // Contiv's reflexive rules are about everything, and a narrow one would make a session for nothing else.
  if (action === 'permit+reflect') return `${action} src 0.0.0.0/0 dst 0.0.0.0/0`;
  const prefix = ({ address, length }: Prefix): string => `${formatAddress(address)}/${length}`;
  const words = [`${action} src ${prefix(source)} dst ${prefix(destination)}`];
  if (protocol !== null) words.push(`proto ${protocol}`);
  if (sport !== null) words.push(`sport ${sport}`);
  if (dport !== null) words.push(`dport ${dport}`);
  return words.join(' ');
}
