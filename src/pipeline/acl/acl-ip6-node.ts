/**
 * The ACL nodes for IPv6 (VPP 19.08 src/plugins/acl/dataplane_node.c), as far as a model that forwards IPv4 only can know:
 * IPv4 rules never match an IPv6 packet, so that it is denied wherever no IPv6 rule is applied.
 */

import type { AclDirection } from './acl-table.js';
import { defineNode, end, type AnyNode } from '../engine/node.js';
import { ACL_CAUSES } from './acl-causes.js';
import { aclErrors } from './acl-errors.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import { ACL_FA, nextIndexOf, packetFlags } from './acl-trace.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';

const LITTLE_ENDIAN = true;

/** The record of a packet that no rule matched: extension headers are not looked behind. */
const ip6Trace = (direction: AclDirection): NodeTrace => ({
  layout: ACL_FA,
  when: 'after',
  writer: (context) => (b, records) => {
    const { view, at } = b;
    const isInput = direction === 'input';
    const swIfIndex = isInput ? b.swIfIndexRx : b.swIfIndexTx;
    const lcIndex = context.tables.acl.lcIndexOf[direction][swIfIndex];
    const protocol = ip6.nextHeader(view, at);
    const hasPorts = protocol === PROTOCOL_UDP || protocol === PROTOCOL_TCP;
    const l4 = at + ip6.HEADER_BYTES;
    records.write(ACL_FA, nextIndexOf(context, records), swIfIndex, lcIndex, -1, -1, 0, 0);
    for (let word = 0; word < 8; word++) records.put(view.getInt32(at + ip6.SOURCE + word * 4, LITTLE_ENDIAN));
    records.put(hasPorts ? view.getUint16(l4) | (view.getUint16(l4 + 2) << 16) : 0);
    records.put(protocol | ((isInput ? 1 : 0) << 8) | ((hasPorts ? 0 : 2) << 8) | (swIfIndex << 16));
    records.put(Math.max(lcIndex, 0));
    records.put(packetFlags(protocol === PROTOCOL_TCP ? 1 : 0, 1, 0, 1));
  },
});

const aclIp6Node = (name: string, direction: AclDirection): AnyNode => {
  const errorsOfNode = aclErrors(name);
  return defineNode({
    name,
    trace: ip6Trace(direction),
    next: { DROP: 'error-drop' },
    errors: [errorsOfNode],
    causes: {
      DENIED_BY_DEFAULT: ACL_CAUSES.DENIED_BY_DEFAULT,
      IP6_RULES: 'not modelled: IPv6 rules of an ACL',
    },
    create: ({ next, cause, tables: { acl }, errors }) => {
      const error = errors.ids(errorsOfNode);
      const contexts = acl.lcIndexOf[direction];
      return (b) => {
        const lcIndex = contexts[direction === 'input' ? b.swIfIndexRx : b.swIfIndexTx];
        errors.increment(error.CHECKED);
        b.causeArg0 = lcIndex;
        if (acl.hasIp6Rules(lcIndex)) {
          b.cause = cause.IP6_RULES;
          return next.DROP;
        }
        return end(b, error.DENY, cause.DENIED_BY_DEFAULT, next.DROP);
      };
    },
  });
};

export const aclIp6Nodes: readonly AnyNode[] = [
  aclIp6Node('acl-plugin-in-ip6-fa', 'input'),
  aclIp6Node('acl-plugin-in-ip6-l2', 'input'),
  aclIp6Node('acl-plugin-out-ip6-l2', 'output'),
];
