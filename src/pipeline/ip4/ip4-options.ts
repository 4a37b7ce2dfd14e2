/** ip4-options (VPP 19.08 src/vnet/ip/ip4_options.c): punts packets with options, but for IGMP with router alert. */

import * as ip4 from '../../wire/ip4.js';
import { IP_OPTIONS, isCutBefore } from '../engine/cut-off.js';
import { defineNode } from '../engine/node.js';
import { IP4_OPTIONS } from './ip4-trace.js';

const OPTION_TYPE = 0x7f;
const ROUTER_ALERT = 20;
const ROUTER_ALERT_BYTES = 4;
const PROTOCOL_IGMP = 2;
/** What ip.fib_index is in a fresh buffer. No look-up has set it, so ip4-local seeks the source in the default table. */
const UNSET_FIB_INDEX = 0;

export const ip4Options = defineNode({
  name: 'ip4-options',
  trace: {
    role: 'options',
    layout: IP4_OPTIONS,
    when: 'before',
    writer: () => (b, records) => {
      records.begin(IP4_OPTIONS);
      records.putBytes(b.bytes, b.at + ip4.HEADER_BYTES, b.at + b.length);
    },
  },
  next: { PUNT: 'ip4-punt', LOCAL: 'ip4-local', DROP: 'error-drop' },
  create:
    ({ next, tables }) =>
    (b) => {
      const { view, at } = b;
      const { checksRouterAlert } = tables.composition.behaviour;
      if (isCutBefore(b, at + ip4.HEADER_BYTES + 2, IP_OPTIONS)) return next.DROP;
      const option = view.getUint8(at + ip4.HEADER_BYTES) & OPTION_TYPE;
      if (option !== ROUTER_ALERT || ip4.protocol(view, at) !== PROTOCOL_IGMP) return next.PUNT;
      if (checksRouterAlert && view.getUint8(at + ip4.HEADER_BYTES + 1) !== ROUTER_ALERT_BYTES) return next.PUNT;
      b.fibIndex = checksRouterAlert ? tables.interfaces.fibIndexOf[b.swIfIndexRx] : UNSET_FIB_INDEX;
      return next.LOCAL;
    },
});
