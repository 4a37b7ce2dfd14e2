/** Addresses of the NAT44 pools by command. VPP 19.08 src/plugins/nat/nat44_cli.c */

import { formatAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { address, addressRange, interfaceName, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow } from '../command/command-row.js';
import { ConfigError, NotModelledError } from '../command/config-error.js';
import { anyOrder, argument, means, optional, sequence, word } from '../command/matcher.js';
import { removeFirst } from '../command/node-view.js';
import { check, ED_ONLY, isDelete, only, type NatWords, type Sentences } from './nat-command.js';

export interface PoolAddresses {
  readonly kind: 'nat44-address';
  readonly first: number;
  readonly last: number;
  readonly tenantVrf: number | null;
  readonly twiceNat: boolean;
  readonly isDelete: boolean;
}

export interface InterfaceAddresses {
  readonly kind: 'nat44-interface-address';
  readonly interfaceName: string;
  readonly twiceNat: boolean;
  readonly isDelete: boolean;
}

const twiceNat = means('twice-nat', { twiceNat: true });

const poolAddress = ({ hasServices }: NatWords) =>
  anyOrder(
    argument('range', addressRange),
    sequence(argument('first', address), optional(word('-'), argument('last', address))),
    sequence(word('tenant-vrf'), argument('tenantVrf', u32('a VRF id'))),
    only(hasServices, twiceNat),
    isDelete,
  );

const addressSentences = (address: string): Sentences => ({
  exists: `${address} is a NAT44 pool address already`,
  missing: `${address} is not a NAT44 pool address`,
  'in-use': `${address} is used in a static mapping`,
  'feature-disabled': `twice-nat addresses work ${ED_ONLY}`,
});

/** Addresses that one command may name; VPP itself warns of more than 1024. */
const LARGEST_RANGE = 65_536;

export const addressCommands = (words: NatWords): readonly CommandRow[] => [
  command(`${words.nat44} add address`, poolAddress(words), {
    build: (values): PoolAddresses => {
      const first = required(values.range?.first ?? values.first, 'the address');
      const last = values.range?.last ?? values.last ?? first;
      if (first >>> 0 > last >>> 0) throw new Refusal('the first address of the range is behind the last');
      return {
        kind: 'nat44-address',
        first,
        last,
        tenantVrf: values.tenantVrf ?? null,
        twiceNat: values.twiceNat ?? false,
        isDelete: values.isDelete ?? false,
      };
    },
    apply: ({ first, last, tenantVrf, twiceNat: isTwice, isDelete: goes }, { nat44 }, at) => {
      const count = (last >>> 0) - (first >>> 0) + 1;
      if (count < 1) throw new ConfigError(at.at, `the last address is lower than the first`);
      if (count > LARGEST_RANGE)
        throw new NotModelledError(at.at, `not modelled: a range of ${count} addresses; ${LARGEST_RANGE} at most`);
      for (let i = 0; i < count; i++) {
        const one = (first + i) | 0;
        const result = goes
          ? nat44.deleteAddress(one, isTwice)
          : nat44.addAddress(one, tenantVrf, isTwice, originOf(at));
        check(result, addressSentences(formatAddress(one)), at);
      }
    },
    show: ({ first, last, tenantVrf, twiceNat: isTwice, isDelete: goes }, { view: { nat } }) => {
      const range = first === last ? '' : ` - ${formatAddress(last)}`;
      const tenant = tenantVrf === null ? '' : ` tenant-vrf ${String(tenantVrf)}`;
      const text = `${formatAddress(first)}${range}${tenant}${isTwice ? ' twice-nat' : ''}`;
      removeFirst(nat.addresses, (other) => other === text);
      if (!goes) nat.addresses.push(text);
    },
  }),
  command(
    `${words.nat44} add interface address`,
    anyOrder(only(words.hasServices, twiceNat), isDelete, argument('interfaceName', interfaceName)),
    {
      build: (values): InterfaceAddresses => ({
        kind: 'nat44-interface-address',
        interfaceName: required(values.interfaceName, 'the interface'),
        twiceNat: values.twiceNat ?? false,
        isDelete: values.isDelete ?? false,
      }),
      apply: ({ interfaceName: name, twiceNat: isTwice, isDelete: goes }, tables, at) => {
        const { swIfIndex } = requireInterface(tables, name, at);
        const { interfaceAddresses } = tables.nat44;
        const result = goes
          ? interfaceAddresses.deleteFromPool(swIfIndex, isTwice)
          : interfaceAddresses.addToPool(swIfIndex, isTwice);
        const sentences = {
          exists: `the addresses of ${name} are in the NAT44 pool already`,
          missing: `the addresses of ${name} are not in the NAT44 pool`,
        };
        check(result, sentences, at);
      },
      show: ({ interfaceName: name, twiceNat: isTwice, isDelete: goes }, { view: { nat } }) => {
        const text = `addresses of ${name}${isTwice ? ' twice-nat' : ''}`;
        removeFirst(nat.addresses, (other) => other === text);
        if (!goes) nat.addresses.push(text);
      },
    },
  ),
];
