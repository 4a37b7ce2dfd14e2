/**
 * What configuration does to sessions, and to the choice of pool addresses (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed.c
 * nat44_ed_del_address, nat_ed_static_mapping_del_sessions, nat44_ed_bind_if_addr_to_nat_addr and their like).
 */

import type { Interface } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import type { PoolAddress } from '../nat-common/pool/pool-address.js';
import { keyFib, keyPort, keyProtocol } from '../nat-common/state/session-key.js';
import { SESSION_LOAD_BALANCING, SESSION_STATIC_MAPPING } from '../nat-common/state/sessions.js';
import type { MappingLocal, StaticMapping } from '../nat-common/state/static-mappings.js';
import { ED_MODE } from './ed-mode.js';
import type { EdSessions } from './state/ed-sessions.js';
import type { OutsideAddresses } from './state/outside-addresses.js';

type InsideEnd = Pick<MappingLocal, 'address' | 'port' | 'fibIndex'>;

/** Has sessions and addresses follow what commands change, while this kind of NAT44 is enabled. */
export function followConfiguration(
  { nat44, interfaces, ip4 }: Tables,
  ed: EdSessions,
  outside: OutsideAddresses,
): void {
  const { sessions } = nat44;
  const isEnabled = (): boolean => nat44.isEnabled(ED_MODE);

  nat44.interfaces.roleChanged.listen((entry, isInside, isDelete) => {
    if (!isEnabled()) return;
    ed.perVrf.changeRole(entry.fibIndex, isDelete);
    if (isInside || isDelete) return;
    const bound = nat44.pool.addresses.find((one) => bindingOf(entry, one, interfaces.all) !== null);
    if (bound) bind(outside, bound, entry, interfaces.all);
  });

  nat44.addressAdded.listen((address) => {
    const entry = nat44.pool.find(address);
    if (!isEnabled() || !entry) return;
    const { interfaces: plain, outputFeatures } = nat44.interfaces;
    const owner = [...plain.values(), ...outputFeatures.values()]
      .filter(({ isOutside }) => isOutside)
      .map(({ swIfIndex }) => interfaces.all[swIfIndex])
      .find((one) => bindingOf(one, entry, interfaces.all) !== null);
    if (owner) bind(outside, entry, owner, interfaces.all);
  });

  nat44.addressRemoved.listen((address) => {
    if (!isEnabled()) return;
    ed.removeWhere(
      (session) =>
        (sessions.flags(session) & SESSION_STATIC_MAPPING) === 0 && sessions.out2inAddress(session) === address,
    );
  });

  nat44.mappingRemoved.listen((mapping, inside) => {
    if (!isEnabled()) return;
    if (mapping.isLoadBalanced) removeOfBackEnd(ed, inside);
    else removeOfMapping(ed, mapping, inside);
  });

  /** An interface's address is a pool address of its VRF, where the interface gives none to a pool by itself. */
  const addressOf = (swIfIndex: number, address: number): PoolAddress | undefined => {
    if (!isEnabled() || nat44.interfaceAddresses.isPooled(swIfIndex)) return undefined;
    const { fibIndex } = interfaces.all[swIfIndex];
    return nat44.pool.addresses.find((one) => one.fibIndex === fibIndex && one.address === address);
  };
  ip4.interfaceIp4.addressAdded.listen((swIfIndex, address) => {
    const entry = addressOf(swIfIndex, address);
    if (entry) bind(outside, entry, interfaces.all[swIfIndex], interfaces.all);
  });
  ip4.interfaceIp4.addressRemoved.listen((swIfIndex, address) => {
    const entry = addressOf(swIfIndex, address);
    const binding = entry && outside.bindings.get(entry);
    if (entry && binding) outside.bindings.set(entry, { ...binding, mask: null });
  });
}

/** Sessions of a back end, of whichever service. */
export function removeOfBackEnd(ed: EdSessions, { address, port }: InsideEnd): void {
  const { sessions } = ed;
  ed.removeWhere(
    (session) =>
      (sessions.flags(session) & SESSION_LOAD_BALANCING) !== 0 &&
      sessions.in2outAddress(session) === address &&
      keyPort(sessions.in2outWord(session)) === port,
  );
}

/** Sessions of a static mapping: all of an address-only one, else the first. */
function removeOfMapping(ed: EdSessions, mapping: StaticMapping, inside: InsideEnd): void {
  const { sessions } = ed;
  const { externalAddress, externalPort, protocol, isAddressOnly } = mapping;
  const isOfMapping = (session: number): boolean => {
    const word = sessions.in2outWord(session);
    const outsideWord = sessions.out2inWord(session);
    if (keyFib(word) !== inside.fibIndex || sessions.in2outAddress(session) !== inside.address) return false;
    if ((sessions.flags(session) & (SESSION_LOAD_BALANCING | SESSION_STATIC_MAPPING)) !== SESSION_STATIC_MAPPING)
      return false;
    return (
      isAddressOnly ||
      (sessions.out2inAddress(session) === externalAddress &&
        keyPort(outsideWord) === externalPort &&
        keyPort(word) === inside.port &&
        keyProtocol(word) === protocol)
    );
  };
  ed.removeWhere(isOfMapping, isAddressOnly ? Infinity : 1);
}

/** The prefix length of a pool address that the interface (or the one whose addresses it borrows) has; null where it has not. */
function bindingOf(
  { fibIndex, addresses, unnumberedTo }: Interface,
  { fibIndex: tenant, address }: PoolAddress,
  all: readonly Interface[],
): number | null {
  if (fibIndex !== tenant) return null;
  const own = unnumberedTo >= 0 ? all[unnumberedTo].addresses : addresses;
  return own.find((one) => one.address === address)?.prefixLength ?? null;
}

function bind(outside: OutsideAddresses, address: PoolAddress, owner: Interface, all: readonly Interface[]): void {
  const length = bindingOf(owner, address, all);
  if (length === null) return;
  const mask = length === 0 ? 0 : -1 << (32 - length);
  outside.bindings.set(address, { swIfIndex: owner.swIfIndex, mask });
}
