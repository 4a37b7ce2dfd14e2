/**
 * The ACL nodes for IPv6 (VPP 19.08 src/plugins/acl/dataplane_node.c), as far as a model that forwards IPv4 only can know:
 * IPv4 rules never match an IPv6 packet, so that it is denied wherever no IPv6 rule is applied.
 */

import type { AclDirection } from '../../tables/acl/acl-table.js';
import { defineNode, type AnyNode, type FeaturePlace } from '../node.js';
import { ACL_CAUSES } from './acl-causes.js';
import { aclErrors } from './acl-errors.js';

const aclIp6Node = (name: string, direction: AclDirection, feature: FeaturePlace): AnyNode => {
  const errorsOfNode = aclErrors(name);
  return defineNode({
    name,
    next: { DROP: 'error-drop' },
    errors: [errorsOfNode],
    causes: {
      DENIED_BY_DEFAULT: ACL_CAUSES.DENIED_BY_DEFAULT,
      IP6_RULES: 'not modelled: IPv6 rules of an ACL',
    },
    features: [feature],
    create: ({ next, cause, tables: { acl }, errors }) => {
      const error = errors.ids(errorsOfNode);
      const contexts = acl.contextColumn(direction);
      return (b) => {
        const lcIndex = contexts[direction === 'input' ? b.swIfIndexRx : b.swIfIndexTx];
        errors.increment(error.CHECKED);
        b.causeArg0 = lcIndex;
        if (acl.hasIp6Rules(lcIndex)) {
          b.cause = cause.IP6_RULES;
          return next.DROP;
        }
        b.error = error.DENY;
        b.cause = cause.DENIED_BY_DEFAULT;
        return next.DROP;
      };
    },
  });
};

export const aclIp6Nodes: readonly AnyNode[] = [
  aclIp6Node('acl-plugin-in-ip6-fa', 'input', { arc: 'ip6-unicast', runsBefore: ['ip6-flow-classify'] }),
  aclIp6Node('acl-plugin-in-ip6-l2', 'input', { arc: 'l2-input-ip6', runsBefore: ['l2-input-feat-arc-end'] }),
  aclIp6Node('acl-plugin-out-ip6-l2', 'output', { arc: 'l2-output-ip6', runsBefore: ['l2-output-feat-arc-end'] }),
];
