/**
 * Static mappings by external address, as VPP 26.06 finds them: in the table of flows, where the key of a mapping has no local end. A
 * flow whose one end is 0.0.0.0:0, which hairpinning to a load-balanced mapping makes, is taken for a mapping, and its session's index
 * for the mapping's (src/plugins/nat/nat44-ed/nat44_ed.c nat44_ed_sm_lookup).
 */

import { NAT_UNKNOWN, natProtocolOf, packKey } from '../../nat-common/state/session-key.js';
import type { StaticMapping, StaticMappings } from '../../nat-common/state/static-mappings.js';
import { portsWord, protocolWord, type EdFlows } from './ed-flows.js';

export const NO_MAPPING = -1;

export class ExternalMappings {
  constructor(
    private readonly mappings: StaticMappings,
    private readonly flows: EdFlows,
  ) {}

  /** nat44_ed_sm_o2i_lookup; NO_MAPPING for none. */
  exact(address: number, port: number, ipProtocol: number): number {
    const protocol = natProtocolOf(ipProtocol);
    const index =
      protocol === NAT_UNKNOWN ? NO_MAPPING : this.mappings.byExternal.get(address, packKey(port, protocol, 0));
    return index >= 0 ? index : this.flows.find(0, address, portsWord(0, port), protocolWord(ipProtocol, 0));
  }

  /** nat44_ed_sm_match: else the mapping of the address alone. */
  index(address: number, port: number, ipProtocol: number): number {
    const index = this.exact(address, port, ipProtocol);
    return index >= 0 ? index : this.mappings.wholeByExternal(address);
  }

  /** The mapping of an index; undefined where there is none, and VPP reads what is in memory. */
  at(index: number): StaticMapping | undefined {
    return this.mappings.pool.find(index);
  }
}
