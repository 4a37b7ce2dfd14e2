/** How static mappings come and go (VPP 19.08 src/plugins/nat/nat.c snat_add_static_mapping and its load-balanced twin). */

import type { AddressPool } from '../pool/address-pool.js';
import { IndexPool } from './index-pool.js';
import type { NatResult } from './nat-interfaces.js';
import { packKey } from './session-key.js';
import type { MappingLocal, StaticMapping, StaticMappings } from './static-mappings.js';

/** A static or identity mapping as asked for. */
export interface MappingRequest {
  readonly localAddress: number;
  readonly localPort: number;
  readonly externalAddress: number;
  readonly externalPort: number;
  /** NAT protocol; ignored for an address-only mapping. */
  readonly protocol: number;
  /** Table id, or null for the inside VRF. */
  readonly vrf: number | null;
  readonly twiceNat: number;
  readonly isAddressOnly: boolean;
  readonly isOut2inOnly: boolean;
  readonly isIdentity: boolean;
  /** As in StaticMapping. */
  readonly poolAddress?: number | null;
  readonly origin: string;
}

/** A load-balanced mapping as asked for. */
export interface LbMappingRequest {
  readonly externalAddress: number;
  readonly externalPort: number;
  readonly protocol: number;
  readonly locals: readonly Pick<MappingLocal, 'address' | 'port' | 'probability' | 'vrf'>[];
  readonly twiceNat: number;
  readonly isOut2inOnly: boolean;
  readonly affinity: number;
  readonly origin: string;
}

/** What the configuration of mappings needs of the rest of NAT44. */
export interface MappingSurroundings {
  readonly mappings: StaticMappings;
  readonly pool: AddressPool;
  readonly isEndpointDependent: boolean;
  /** Ports of identity mappings, too, are reserved on a pool address, and a port in use is one that nobody has. */
  readonly isPlugin?: boolean;
  /** False: no ports are reserved, external addresses need not be the pool's, and all of them are local. */
  readonly reservesPorts?: boolean;
  /** The VRF of a mapping that names none. */
  readonly insideVrf?: number;
  readonly added?: (mapping: StaticMapping) => void;
  /** Told of a mapping's inside end that goes, for sessions that came of it. */
  readonly removed?: (mapping: StaticMapping, inside: Pick<MappingLocal, 'address' | 'port' | 'fibIndex'>) => void;
  /** FIB index of a table id; makes the table where it is new. */
  readonly fibIndexOf: (vrf: number) => number;
  /** Makes an address-only mapping's external address local, or takes that back. */
  readonly changeLocal: (address: number, isAdd: boolean) => void;
}

const externalWord = (
  { externalPort, protocol, isAddressOnly }: MappingRequest,
  { anyProtocol }: StaticMappings,
): number => (isAddressOnly ? packKey(0, anyProtocol, 0) : packKey(externalPort, protocol, 0));

/** snat_add_static_mapping with is_add, the external address known. */
export function addMapping(around: MappingSurroundings, request: MappingRequest): NatResult {
  const { mappings, pool } = around;
  const { localAddress, externalAddress, isAddressOnly, isOut2inOnly, isIdentity, twiceNat } = request;
  const vrf = request.vrf ?? around.insideVrf ?? 0;
  const known = mappings.byExternal.get(externalAddress, externalWord(request, mappings));
  if (known >= 0) return addIdentityVrf(around, mappings.pool.at(known), known, vrf);
  if (twiceNat !== 0 && isAddressOnly) return 'unsupported';
  const fibIndex = around.fibIndexOf(vrf);
  const localPort = isAddressOnly ? 0 : request.localPort;
  const externalPort = isAddressOnly ? 0 : request.externalPort;
  const protocol = isAddressOnly ? mappings.anyProtocol : request.protocol;
  const localWord = packKey(localPort, protocol, fibIndex);
  if (!isOut2inOnly && !isIdentity && mappings.byLocal.get(localAddress, localWord) >= 0) return 'exists';
  if (around.reservesPorts !== false && !isAddressOnly && !isOut2inOnly) {
    const address = pool.find(externalAddress);
    if (address?.isBusy(protocol, externalPort)) return around.isPlugin ? 'missing' : 'invalid';
    if (!address && (around.isPlugin || localAddress !== externalAddress)) return 'missing';
    address?.reserve(protocol, externalPort);
  }
  const mapping: StaticMapping = {
    localAddress,
    localPort,
    externalAddress,
    externalPort,
    protocol,
    // An identity mapping keeps its VRFs in `locals`; its own are left zero.
    vrf: isIdentity ? 0 : vrf,
    fibIndex: isIdentity ? 0 : fibIndex,
    twiceNat,
    isAddressOnly,
    isOut2inOnly,
    isIdentity,
    isLoadBalanced: false,
    affinity: 0,
    locals: new IndexPool<MappingLocal>(),
    poolAddress: request.poolAddress ?? null,
    origin: request.origin,
  };
  if (isIdentity) mapping.locals.add({ address: 0, port: 0, probability: 0, prefix: 0, vrf, fibIndex });
  const index = mappings.pool.add(mapping);
  if (!isOut2inOnly) mappings.byLocal.set(localAddress, localWord, index);
  mappings.byExternal.set(externalAddress, packKey(externalPort, protocol, 0), index);
  around.added?.(mapping);
  if (isMadeLocal(around, request)) around.changeLocal(externalAddress, true);
  return 'ok';
}

const isMadeLocal = (
  { reservesPorts }: MappingSurroundings,
  { isAddressOnly, localAddress, externalAddress }: MappingRequest,
): boolean => reservesPorts === false || (isAddressOnly && localAddress !== externalAddress);

/** An identity mapping may be added once per VRF. */
function addIdentityVrf(
  { mappings, fibIndexOf }: MappingSurroundings,
  known: StaticMapping,
  index: number,
  vrf: number,
): NatResult {
  if (!known.isIdentity || known.locals.values().some((local) => local.vrf === vrf)) return 'exists';
  const fibIndex = fibIndexOf(vrf);
  known.locals.add({ address: 0, port: 0, probability: 0, prefix: 0, vrf, fibIndex });
  mappings.byLocal.set(known.localAddress, packKey(known.localPort, known.protocol, fibIndex), index);
  return 'ok';
}

/** snat_add_static_mapping with is_add 0. No sessions can be in the way: configuration comes before traffic. */
export function deleteMapping(around: MappingSurroundings, request: MappingRequest): NatResult {
  const { mappings, pool } = around;
  const { isAddressOnly, isOut2inOnly, isIdentity, externalAddress, protocol } = request;
  const index = mappings.byExternal.get(externalAddress, externalWord(request, mappings));
  if (index < 0) return 'missing';
  const mapping = mappings.pool.at(index);
  let { fibIndex } = mapping;
  if (isIdentity) {
    const vrf = request.vrf ?? around.insideVrf ?? 0;
    const at = mapping.locals.findIndex((local) => local.vrf === vrf);
    if (at < 0) return 'missing';
    fibIndex = mapping.locals.at(at).fibIndex;
    mapping.locals.remove(at);
  }
  if (around.reservesPorts !== false && !isAddressOnly && !isOut2inOnly)
    pool.find(externalAddress)?.unreserve(protocol, request.externalPort);
  if (!isOut2inOnly) {
    mappings.byLocal.delete(mapping.localAddress, packKey(mapping.localPort, mapping.protocol, fibIndex));
  }
  around.removed?.(mapping, { address: mapping.localAddress, port: mapping.localPort, fibIndex });
  if (mapping.locals.count > 0) return 'ok';
  mappings.byExternal.delete(externalAddress, packKey(mapping.externalPort, mapping.protocol, 0));
  mappings.pool.remove(index);
  if (isMadeLocal(around, request)) around.changeLocal(externalAddress, false);
  return 'ok';
}

/** nat44_add_del_lb_static_mapping with is_add. */
export function addLbMapping(around: MappingSurroundings, request: LbMappingRequest): NatResult {
  const { mappings, pool } = around;
  const { externalAddress, externalPort, protocol, isOut2inOnly } = request;
  if (!around.isEndpointDependent) return 'feature-disabled';
  if (mappings.byExternal.get(externalAddress, packKey(externalPort, protocol, 0)) >= 0) return 'exists';
  if (request.locals.length < 2) return 'invalid';
  if (!isOut2inOnly) {
    const address = pool.find(externalAddress);
    if (address?.isBusy(protocol, externalPort)) return 'invalid';
    if (!address) return 'missing';
    if (around.reservesPorts !== false) address.reserve(protocol, externalPort);
  }
  const locals = new IndexPool<MappingLocal>();
  const index = mappings.pool.add({
    localAddress: 0,
    localPort: 0,
    externalAddress,
    externalPort,
    protocol,
    vrf: 0,
    fibIndex: 0,
    twiceNat: request.twiceNat,
    isAddressOnly: false,
    isOut2inOnly,
    isIdentity: false,
    isLoadBalanced: true,
    affinity: request.affinity,
    locals,
    poolAddress: null,
    origin: request.origin,
  });
  mappings.byExternal.set(externalAddress, packKey(externalPort, protocol, 0), index);
  let prefix = 0;
  for (const { address, port, probability, vrf } of request.locals) {
    const fibIndex = around.fibIndexOf(vrf);
    prefix = (prefix + (probability & 0xff)) & 0xff;
    locals.add({ address, port, probability: probability & 0xff, prefix, vrf, fibIndex });
    // VPP 26.06 files back ends in FIB 0, and looks for them in their own to delete them.
    const filedIn = around.reservesPorts === false ? 0 : fibIndex;
    if (!isOut2inOnly) mappings.byLocal.set(address, packKey(port, protocol, filedIn), index);
  }
  return 'ok';
}

/** nat44_add_del_lb_static_mapping with is_add 0. */
export function deleteLbMapping(around: MappingSurroundings, request: LbMappingRequest): NatResult {
  const { mappings, pool } = around;
  const { externalAddress, externalPort, protocol, isOut2inOnly } = request;
  if (!around.isEndpointDependent) return 'feature-disabled';
  const index = mappings.byExternal.get(externalAddress, packKey(externalPort, protocol, 0));
  if (index < 0) return 'missing';
  const mapping = mappings.pool.at(index);
  if (!mapping.isLoadBalanced) return 'invalid';
  if (around.reservesPorts !== false && !isOut2inOnly) pool.find(externalAddress)?.unreserve(protocol, externalPort);
  mappings.byExternal.delete(externalAddress, packKey(externalPort, protocol, 0));
  for (const local of mapping.locals.values()) {
    if (!isOut2inOnly) mappings.byLocal.delete(local.address, packKey(local.port, protocol, local.fibIndex));
    around.removed?.(mapping, local);
  }
  mappings.pool.remove(index);
  return 'ok';
}
