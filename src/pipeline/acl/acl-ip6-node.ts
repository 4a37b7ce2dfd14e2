/**
 * acl-plugin-in-ip6-fa (VPP 19.08 src/plugins/acl/dataplane_node.c), as far as a model that forwards IPv4 only can know:
 * IPv4 rules never match an IPv6 packet, so that it is denied wherever no IPv6 rule is applied.
 */

import { defineNode } from '../node.js';
import { ACL_CAUSES } from './acl-causes.js';
import { aclErrors } from './acl-errors.js';

const ip6Errors = aclErrors('acl-plugin-in-ip6-fa');

export const aclInIp6 = defineNode({
  name: 'acl-plugin-in-ip6-fa',
  next: { DROP: 'error-drop' },
  errors: [ip6Errors],
  causes: {
    DENIED_BY_DEFAULT: ACL_CAUSES.DENIED_BY_DEFAULT,
    IP6_RULES: 'not modelled: IPv6 rules of an ACL',
  },
  features: [{ arc: 'ip6-unicast', runsBefore: ['ip6-flow-classify'] }],
  create: ({ next, cause, tables: { acl }, errors }) => {
    const error = errors.ids(ip6Errors);
    const contexts = acl.contextColumn('input');
    return (b) => {
      const lcIndex = contexts[b.swIfIndexRx];
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
