/** `# name: 10.1.1.3 client`: what addresses are called, for readers of captures; packets do not depend on it. */

import { anyAddress, anyWord, type AnyAddress } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { argument, sequence } from '../command/matcher.js';
import { formatAddress } from '../../wire/address.js';
import { formatIp6 } from '../../wire/ip6-address.js';

declare module '../engine/tables.js' {
  interface Tables {
    /** Names that the script gives, by the address as text. */
    readonly hostNames: Map<string, string>;
  }
}

const textOf = ({ address, isIp6 }: AnyAddress): string => (isIp6 ? formatIp6(address) : formatAddress(address));

export const nameDirective: CommandRow = command(
  'name:',
  sequence(argument('of', anyAddress), argument('name', anyWord('a name'))),
  {
    build: ({ of, name }) => ({ kind: 'host-name', of, name }),
    apply: ({ of, name }, { hostNames }) => void hostNames.set(textOf(of), name),
    show: ({ of, name }, { view }) => {
      view.options[`name of ${textOf(of)}`] = name;
    },
  },
);
