/**
 * vxlan4-input (VPP 19.08 src/vnet/vxlan/decap.c): strips the outer headers of a packet that came through a tunnel and hands
 * the inner frame to the bridge, as if the tunnel's interface had received it.
 */

import { formatAddress } from '../../wire/address.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import * as udp from '../../wire/udp.js';
import * as vxlan from '../../wire/vxlan.js';
import { INNER_ETHERNET_HEADER, isCutBefore, VXLAN_HEADER } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { defineNode, end } from '../engine/node.js';
import { FLAG_NAT44_MISSED } from '../engine/packet-buffer.js';
import { l2Length, updateL2Length } from '../engine/l2-opaque.js';
import { VXLAN_RX } from './vxlan-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';

const vxlanInputErrors = errorSet('vxlan4-input', {
  DECAPSULATED: 'good packets decapsulated',
  NO_SUCH_TUNNEL: 'no such tunnel packets',
  BAD_FLAGS: 'packets with bad flags field in vxlan header',
});

const NO_TUNNEL = -1;

/** VPP's next index of l2-input; drops are 0. */
const NEXT_L2_INPUT = 1;

const decapTrace: NodeTrace = {
  role: 'decap',
  layout: VXLAN_RX,
  when: 'after',
  writer: ({ tables, nodeIndex }) => {
    const tunnelOf = tables.vxlan.tunnelOf;
    const l2Input = nodeIndex('l2-input');
    return (b, records) => {
      const isDecapsulated = records.next === l2Input;
      records.write(
        VXLAN_RX,
        isDecapsulated ? NEXT_L2_INPUT : 0,
        isDecapsulated ? tunnelOf[b.swIfIndexRx] : NO_TUNNEL,
        0,
        vxlan.vniWord(b.view, records.start) >>> 8,
      );
    };
  },
};

export const vxlan4Input = defineNode({
  name: 'vxlan4-input',
  trace: decapTrace,
  next: { DROP: 'error-drop', L2_INPUT: 'l2-input' },
  errors: [vxlanInputErrors],
  causes: {
    NO_SUCH_TUNNEL: (b) => `no VXLAN tunnel to ${formatAddress(b.causeArg0)} has VNI ${b.causeArg1 >>> 8}`,
    BAD_FLAGS: 'the flags of the VXLAN header are not 0x08: there is no valid VNI',
    TOO_SHORT: 'not modelled: a VXLAN packet that ends before the end of its inner Ethernet header',
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(vxlanInputErrors);
    const { fibIndexOf } = tables.interfaces;
    const { vxlan: tunnels } = tables;
    return (b) => {
      const { view, at } = b;
      const outer = at - udp.HEADER_BYTES - ip4.HEADER_BYTES;
      if (isCutBefore(b, at + vxlan.HEADER_BYTES, VXLAN_HEADER)) return next.DROP;
      b.advance(vxlan.HEADER_BYTES);
      if (vxlan.flags(view, at) !== vxlan.FLAG_I) return end(b, error.BAD_FLAGS, cause.BAD_FLAGS, next.DROP);
      const fibIndex = b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx];
      const remote = ip4.source(view, outer);
      const vniWord = vxlan.vniWord(view, at);
      const tunnel = tunnels.find(ip4.destination(view, outer), remote, vniWord, fibIndex);
      if (tunnel === NO_TUNNEL) {
        b.causeArg0 = remote;
        b.causeArg1 = vniWord;
        return end(b, error.NO_SUCH_TUNNEL, cause.NO_SUCH_TUNNEL, next.DROP);
      }
      errors.increment(error.DECAPSULATED);
      if (isCutBefore(b, b.at + ethernet.HEADER_BYTES, INNER_ETHERNET_HEADER)) return next.DROP;
      updateL2Length(b);
      // A tag that was cut off is taken for one tag or two: its length is missing all the same.
      if (isCutBefore(b, b.at + l2Length(b), INNER_ETHERNET_HEADER)) return next.DROP;
      if (b.length < l2Length(b)) {
        b.cause = cause.TOO_SHORT;
        return next.DROP;
      }
      b.swIfIndexRx = tunnels.all[tunnel].swIfIndex;
      b.flags &= ~FLAG_NAT44_MISSED; // that was about the outer packet
      return next.L2_INPUT;
    };
  },
});
