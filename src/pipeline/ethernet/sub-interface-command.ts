/** `create sub-interfaces`. VPP 19.08 src/vnet/interface_cli.c create_sub_interfaces */

import { originOf, refuseTaken, requireInterface } from '../command/apply-command.js';
import { interfaceName, number, readNumber, sides, u32 } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { argument, choice, means, optional, sequence, word } from '../command/matcher.js';
import type { ArgumentType } from '../command/matcher.js';
import type { VlanMatch } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import { NO_SUBINT } from './vlan-tables.js';

export interface CreateSubInterface {
  readonly kind: 'create-sub-interface';
  readonly port: string;
  readonly id: number;
  readonly match: VlanMatch;
}

const VLAN_ID_MAX = 0xfff;
const vlanId = number('a VLAN id', 0, VLAN_ID_MAX);
const subId = u32('the number of a sub-interface');

interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** `FIRST-LAST` */
const idRange: ArgumentType<IdRange> = {
  expects: 'a range of numbers (FIRST-LAST)',
  read: (text) => {
    const parts = sides(text, '-');
    const [first, last] = parts ? parts.map((part) => readNumber(part, 0, VLAN_ID_MAX)) : [null, null];
    return first === null || last === null || first > last ? null : { first, last };
  },
};

const tags = choice(
  sequence(
    argument('outerId', vlanId),
    optional(word('inner-dot1q'), choice(means('any', { anyInner: true }), argument('innerId', vlanId))),
  ),
  sequence(means('any', { anyOuter: true }), optional(word('inner-dot1q'), word('any'))),
);

const subInterfaces = sequence(
  argument('port', interfaceName),
  choice(
    sequence(
      argument('id', subId),
      choice(
        means('default', { isDefault: true }),
        means('untagged', { isUntagged: true }),
        sequence(
          choice(means('dot1q', { isDot1ad: false }), means('dot1ad', { isDot1ad: true })),
          tags,
          optional(means('exact-match', { isExact: true })),
        ),
      ),
    ),
    argument('range', idRange),
    argument('id', subId),
  ),
);

const oneTag = (outerId: number): VlanMatch => ({ tags: 1, isDot1ad: false, outerId, innerId: null, isExact: true });
const DEFAULT: VlanMatch = { tags: 0, isDot1ad: false, outerId: 0, innerId: null, isExact: false };

/** What of the pattern's words may be there. */
interface Given {
  readonly port: string;
  readonly id?: number | undefined;
  readonly range?: IdRange | undefined;
  readonly isDefault?: boolean | undefined;
  readonly isUntagged?: boolean | undefined;
  readonly isDot1ad?: boolean | undefined;
  readonly outerId?: number | undefined;
  readonly innerId?: number | undefined;
  readonly anyInner?: boolean | undefined;
  readonly anyOuter?: boolean | undefined;
  readonly isExact?: boolean | undefined;
}

function build(given: Given): CreateSubInterface[] {
  const { port, id = 0, range, isDot1ad, outerId, innerId, anyInner, isExact = false } = given;
  const made = (of: number, match: VlanMatch): CreateSubInterface => ({
    kind: 'create-sub-interface',
    port,
    id: of,
    match,
  });
  if (given.anyOuter === true) throw new Refusal('VPP answers "not implemented yet" to "any" for the outer tag');
  if (given.isUntagged === true)
    throw new Refusal('VPP answers "vlan is already in use": frames without a tag are those of the port itself');
  if (range) {
    // The template's VLAN follows the number only where there are several.
    const { first, last } = range;
    return Array.from({ length: last - first + 1 }, (_, n) => made(first + n, oneTag(first === last ? 0 : first + n)));
  }
  if (given.isDefault === true) return [made(id, DEFAULT)];
  if (isDot1ad === undefined) {
    if (id > VLAN_ID_MAX)
      throw new Refusal(
        `${id} is no VLAN id (0-${VLAN_ID_MAX}); "${id} dot1q N exact-match" names one beside the number`,
      );
    return [made(id, oneTag(id))];
  }
  const hasTwo = anyInner === true || innerId !== undefined;
  return [made(id, { tags: hasTwo ? 2 : 1, isDot1ad, outerId: outerId ?? 0, innerId: innerId ?? null, isExact })];
}

const nameOf = ({ port, id }: CreateSubInterface): string => `${port}.${id}`;

/** Devices that sub-interfaces may be of. */
const CARRIERS: ReadonlySet<string> = new Set(['dpdk', 'pg', 'tap', 'af-packet']);

const ownerName = ({ interfaces }: Tables, swIfIndex: number): string => {
  const { name, origin } = interfaces.all[swIfIndex];
  return `${name}, made at ${origin}`;
};

export const subInterfaceCommand: CommandRow<CreateSubInterface> = command('create sub-interfaces', subInterfaces, {
  build: (values: Given) => build(values),
  apply: (body, tables, at) => {
    const { interfaces, vlans, composition } = tables;
    const port = requireInterface(tables, body.port, at);
    const refuse = (why: string): never => {
      throw new ConfigError(at.at, why);
    };
    if (port.sub !== null) refuse(`${port.name} is a sub-interface: VPP makes them of devices only`);
    if (!CARRIERS.has(port.device)) refuse(`not modelled: sub-interfaces of a ${port.device} interface`);
    const { match } = body;
    if (composition.behaviour.refusesExactAny && match.tags === 2 && match.innerId === null && match.isExact)
      refuse('inner-dot1q any exact-match is unsupported');
    if (interfaces.byName(nameOf(body))) return; // VPP goes on without a word
    refuseTaken(tables, nameOf(body), at);
    const sub = { ...match, port: port.swIfIndex, id: body.id };
    const owner = vlans.owner(sub);
    if (owner !== NO_SUBINT) refuse(`vlan is already in use: by ${ownerName(tables, owner)}`);
    interfaces.createSub(sub, originOf(at));
  },
  show: (body, builder) => {
    const { view } = builder;
    if (view.interfaces.some(({ name }) => name === nameOf(body))) return;
    const port = view.interfaces.find(({ name }) => name === body.port);
    if (port) builder.addInterface(nameOf(body), 'sub-interface', port.mac);
  },
  makes: nameOf,
});
