/**
 * Back ends that come and go at a service that is there (VPP 19.08 src/plugins/nat/nat.c nat44_lb_static_mapping_add_del_local; VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed.c nat44_ed_add_del_lb_static_mapping_local).
 */

import type { Nat44 } from './nat44.js';
import type { NatResult } from './nat-interfaces.js';
import { packKey } from './session-key.js';
import type { MappingLocal } from './static-mappings.js';

export interface BackEndRequest {
  readonly externalAddress: number;
  readonly externalPort: number;
  /** NAT protocol. */
  readonly protocol: number;
  readonly local: Pick<MappingLocal, 'address' | 'port' | 'probability' | 'vrf'>;
}

/** A service keeps at least so many. */
const FEWEST = 2;

export function changeBackEnd(
  { mappings, fib, mode, mappingRemoved }: Nat44,
  { externalAddress, externalPort, protocol, local }: BackEndRequest,
  isDelete: boolean,
): NatResult {
  if (!mode.isEndpointDependent) return 'feature-disabled';
  const index = mappings.byExternal.get(externalAddress, packKey(externalPort, protocol, 0));
  if (index < 0) return 'missing';
  const mapping = mappings.pool.at(index);
  const { isLoadBalanced, isOut2inOnly, locals } = mapping;
  if (!isLoadBalanced) return 'invalid';
  const { address, port, vrf } = local;
  const known = locals.findIndex((one) => one.address === address && one.port === port && one.vrf === vrf);
  if (isDelete) {
    if (known < 0) return 'missing';
    if (locals.count <= FEWEST) return 'in-use';
    const gone = locals.at(known);
    if (!isOut2inOnly) mappings.byLocal.delete(address, packKey(port, protocol, gone.fibIndex));
    mappingRemoved.tell(mapping, gone);
    locals.remove(known);
  } else {
    if (known >= 0) return 'exists';
    const fibIndex = fib.indexOf(vrf);
    locals.add({ address, port, vrf, fibIndex, probability: local.probability & 0xff, prefix: 0 });
    if (!isOut2inOnly) mappings.byLocal.set(address, packKey(port, protocol, fibIndex), index);
  }
  let prefix = 0;
  for (const one of locals.values()) one.prefix = prefix = (prefix + one.probability) & 0xff;
  return 'ok';
}
