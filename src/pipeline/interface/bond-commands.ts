/**
 * Bonds, as devices: what is captured on a member arrives on the bond, and what the bond sends leaves on it. By which member it leaves, and
 * LACP, are not modelled. VPP 26.06 src/vnet/bonding/cli.c, src/vnet/bonding/node.c
 */

import { requireInterface } from '../command/apply-command.js';
import { interfaceName, mac, u32 } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, choice, means, notModelled, sequence, word } from '../command/matcher.js';
import { create, freeNumber, made } from './create-commands.js';

const STEM = 'BondEthernet';
const mode = choice(
  ...['round-robin', 'active-backup', 'xor', 'broadcast', 'lacp'].map((text) => means(text, { text })),
);
const loadBalance = choice(...['l2', 'l23', 'l34'].map((text) => means(text, {})));

const createBond = anyOrder(
  sequence(word('mode'), mode),
  sequence(word('load-balance'), loadBalance),
  sequence(word('hw-addr'), argument('mac', mac)),
  sequence(word('id'), argument('id', u32('a bond id'))),
  means('numa-only', {}),
  notModelled('gso', 'generic segmentation offload'),
);

export const bondCommands: readonly CommandRow[] = [
  command('create bond', createBond, {
    build: ({ text, mac: address, id }, { interfaceNames }) => {
      required(text, '"mode MODE"');
      return made(`${STEM}${String(id ?? freeNumber(STEM, interfaceNames))}`, 'bond', address);
    },
    ...create,
  }),
  command(
    'bond add',
    sequence(
      argument('bond', interfaceName),
      argument('member', interfaceName),
      anyOrder(means('passive', {}), means('long-timeout', {})),
    ),
    {
      build: ({ bond, member }) => ({ kind: 'bond-add', bond, member }),
      apply: ({ bond, member }, tables, at) => {
        const { interfaces } = tables;
        const [to, from] = [requireInterface(tables, bond, at), requireInterface(tables, member, at)];
        if (to.device !== 'bond') throw new ConfigError(at.at, `${bond} is no bond`);
        if (from.bondedTo >= 0) throw new ConfigError(at.at, `${member} is a member of a bond already`);
        const hasMembers = interfaces.all.some(({ bondedTo }) => bondedTo === to.swIfIndex);
        from.bondedTo = to.swIfIndex;
        if (!hasMembers && !to.hasOwnMac) interfaces.setMac(to, from.mac);
        else interfaces.setMac(from, to.mac);
      },
      show: ({ bond, member }, { view }) => void (view.options[`member ${member}`] = bond),
    },
  ),
];
