/** What was decided about a frame, each decision as a sentence with the line of the configuration behind it. */

import { aclName, ACTION_DENY, ACTION_PERMIT_REFLECT, ACTION_SESSION } from '../pipeline/acl/match/acl-rules.js';
import type { SetNeighbor } from '../pipeline/arp/commands.js';
import type { PoolAddresses } from '../pipeline/nat-common/address-commands.js';
import { FibSource } from '../pipeline/fib/fib-entry.js';
import { DPO_DROP, DPO_RECEIVE } from '../pipeline/fib/dpo.js';
import type { Dataplane } from '../node/dataplane.js';
import * as entry from '../outcome/decisions/decision-log.js';
import type { DecisionLog } from '../outcome/decisions/decision-log.js';
import { headerChanges, outsideEnd, sessionProtocol, type Change } from '../outcome/decisions/header-words.js';
import { formatAddress } from '../wire/address.js';
import { PROTOCOL_ICMP } from '../wire/ip4.js';
import type { ConfigLine, ConfigLines } from './config-lines.js';
import type { NatHistory, SessionOrigin } from './nat-history.js';

export interface Step {
  readonly node: string;
  readonly text: string;
  readonly config: ConfigLine | null;
}

/** Steps of the frame that ran last. */
export function decisionSteps(dataplane: Dataplane, log: DecisionLog, lines: ConfigLines, history: NatHistory): Step[] {
  const steps: Step[] = [];
  const { words } = log;
  for (const at of log.about(dataplane.frame, null)) {
    const node = dataplane.graph.names[words[at + entry.NODE]];
    const made = stepOf(words, at, dataplane, lines, history);
    if (made !== null) steps.push({ node, ...made });
  }
  return steps;
}

type StepText = Omit<Step, 'node'>;

function stepOf(
  words: Int32Array,
  at: number,
  dataplane: Dataplane,
  lines: ConfigLines,
  history: NatHistory,
): StepText | null {
  switch (words[at + entry.KIND]) {
    case entry.ACL:
      return aclStep(words, at, dataplane, lines);
    case entry.NAT44:
      return natStep(words, at, dataplane, lines, history);
    case entry.ROUTE:
      return routeStep(words, at, dataplane, lines);
    case entry.NEIGHBOUR:
      return neighbourStep(words, at, dataplane, lines);
    default:
      return null;
  }
}

function aclStep(
  words: Int32Array,
  at: number,
  { inputs, tables: { acl, interfaces } }: Dataplane,
  lines: ConfigLines,
): StepText {
  const name = interfaces.all[words[at + entry.ACL_INTERFACE]].name;
  const session = words[at + entry.ACL_SESSION];
  const action = words[at + entry.ACL_ACTION];
  const aclIndex = words[at + entry.ACL_INDEX];
  const ruleIndex = words[at + entry.ACL_RULE];
  const list = acl.acls.at(aclIndex);
  const isKnown = aclIndex >= 0 && list !== undefined;
  const rule = isKnown ? `rule ${ruleIndex} of ${aclName(list)} (${list.rules[ruleIndex].text})` : '';
  const config = isKnown ? lines.at(list.origin) : null;
  if (action === ACTION_SESSION) {
    const maker = inputs.name(words[at + entry.ACL_MADE_BY], words[at + entry.ACL_MADE_BY_CAPTURE]);
    const by = isKnown ? `, which ${maker} made by ${rule}` : '';
    return { text: `on ${name} it passes by ACL session ${session}${by}, without a look at the rules`, config };
  }
  if (!isKnown) return { text: `on ${name} no rule of the ACLs matches, so it is denied`, config: null };
  if (action === ACTION_DENY) return { text: `on ${name} ${rule} denies it`, config };
  const reflects = action === ACTION_PERMIT_REFLECT ? ` and makes ACL session ${session} for its answers` : '';
  return { text: `on ${name} ${rule} permits it${reflects}`, config };
}

function natStep(
  words: Int32Array,
  at: number,
  { inputs, tables: { nat44 } }: Dataplane,
  lines: ConfigLines,
  history: NatHistory,
): StepText {
  const session = words[at + entry.NAT_SESSION];
  const mapping = words[at + entry.NAT_MAPPING];
  const protocol = words[at + entry.NAT_PROTOCOL];
  const isNew = words[at + entry.NAT_IS_NEW] !== 0;
  const changes = headerChanges(words, at + entry.NAT_BEFORE, at + entry.NAT_AFTER, protocol);
  if (changes.length === 0 && session < 0 && mapping < 0) {
    const end = outsideEnd(words, at + entry.NAT_BEFORE, protocol);
    return { text: `NAT44 has no session or mapping for ${end} and passes the packet on untranslated`, config: null };
  }
  const what = changes.length > 0 ? `NAT44 translates ${changesText(changes)}` : 'NAT44 leaves it as it is';
  const config = mapping >= 0 ? lines.at(nat44.mappings.pool.at(mapping).origin) : null;
  const parts = [what];
  const made = history.of(session);
  if (session >= 0 && isNew) parts.push(`with session ${session}, which it makes`);
  else if (session >= 0)
    parts.push(`by session ${session}${made === null ? '' : `, which ${inputs.name(made.number, made.capture)} made`}`);
  if (mapping >= 0) parts.push('by a static mapping');
  const isDynamic = mapping < 0 && session >= 0 && changes.length > 0 && made !== null && made.draws > 0;
  const isQuery = sessionProtocol(words, at + entry.NAT_BEFORE, protocol) === PROTOCOL_ICMP;
  const drawnWhat = isQuery ? 'identifier' : 'port';
  const drawn = isDynamic ? `; ${isNew ? 'its' : 'the'} ${drawnWhat} ${isNew ? 'is' : 'was'} ${drawWords(made)}` : '';
  return {
    text: parts.join(', ') + drawn,
    config: config ?? (isDynamic ? poolLine(words, at, lines) : null),
  };
}

/** 'the source 10.1.1.3:41084 to 192.168.16.1:16253', with what changes in the packet that an ICMP error quotes. */
function changesText(changes: readonly Change[]): string {
  const [own, quoted] = [false, true].map((isQuoted) =>
    changes
      .filter((change) => change.isQuoted === isQuoted)
      .map(({ what, before, after }) => `the ${what} ${before} to ${after}`)
      .join(' and '),
  );
  if (quoted === '') return own;
  return `${own}${own === '' ? '' : ', and '}in the packet that it quotes ${quoted}`;
}

const drawWords = ({ draws, lastDraw }: SessionOrigin): string =>
  draws === 1
    ? `draw ${lastDraw} of NAT44's generator`
    : `draw ${lastDraw} of NAT44's generator, after ${draws - 1} that it could not use`;

/** The command that put the outside address into the pool. */
function poolLine(words: Int32Array, at: number, lines: ConfigLines): ConfigLine | null {
  const ends = [0, 1].flatMap((i) => [words[at + entry.NAT_BEFORE + i] >>> 0, words[at + entry.NAT_AFTER + i] >>> 0]);
  return lines.find<PoolAddresses>('nat44-address', ({ first, last }) =>
    ends.some((end) => end >= first >>> 0 && end <= last >>> 0),
  );
}

function routeStep(words: Int32Array, at: number, { tables: { ip4 } }: Dataplane, lines: ConfigLines): StepText | null {
  const found = ip4.fib.entryOfLoadBalance[words[at + entry.ROUTE_LOAD_BALANCE]] as
    (typeof ip4.fib.entryOfLoadBalance)[number] | undefined;
  if (found === undefined) return null;
  const [best] = found.sources;
  const type = words[at + entry.ROUTE_DPO_TYPE];
  const where =
    type === DPO_DROP
      ? ' ends in a drop'
      : type === DPO_RECEIVE
        ? ' makes it one for the node itself'
        : ' covers its destination';
  const kind =
    best.source === FibSource.ADJ
      ? 'the neighbour entry'
      : best.source === FibSource.INTERFACE
        ? 'the interface route'
        : 'the route';
  return {
    text: `${kind} ${found.prefix} in table ${ip4.tableIdOf(found.fibIndex)}${where}`,
    config: lines.at(best.origin),
  };
}

function neighbourStep(
  words: Int32Array,
  at: number,
  { tables: { ip4, interfaces } }: Dataplane,
  lines: ConfigLines,
): StepText {
  const adjacency = words[at + entry.NEIGHBOUR_ADJACENCY];
  const { adjacencies } = ip4;
  const nextHop = adjacencies.nextHop[adjacency];
  const name = interfaces.all[adjacencies.swIfIndex[adjacency]].name;
  const config = lines.find<SetNeighbor>(
    'neighbor',
    ({ address, interfaceName }) => address === nextHop && interfaceName === name,
  );
  return { text: `it goes to ${formatAddress(nextHop)} on ${name}`, config };
}
