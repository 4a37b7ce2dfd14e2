/** Input nodes of protocols that an IPv4 node has switched off: LLDP, MPLS, IPv6. Each frame ends where VPP ends it. */

import { errorSet } from '../errors.js';
import { defineNode } from '../node.js';

const lldpErrors = errorSet('lldp-input', { DISABLED: 'lldp packets received on disabled interfaces' });
const mplsErrors = errorSet('mpls-input', {
  DECAPSULATED: 'MPLS input packets decapsulated',
  NOT_ENABLED: 'MPLS not enabled',
});

/** VPP 19.08 src/vnet/lldp/lldp_node.c: LLDP is off unless configured, and no command here configures it. */
export const lldpInput = defineNode({
  name: 'lldp-input',
  next: { DROP: 'error-drop' },
  errors: [lldpErrors],
  causes: { DISABLED: 'LLDP is not enabled on the receiving interface' },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(lldpErrors);
    return (b) => {
      b.error = error.DISABLED;
      b.cause = cause.DISABLED;
      return next.DROP;
    };
  },
});

/** VPP 19.08 src/vnet/mpls/mpls_input.c: MPLS is off on every interface. */
export const mplsInput = defineNode({
  name: 'mpls-input',
  next: { NOT_ENABLED: 'mpls-not-enabled' },
  errors: [mplsErrors],
  create: ({ next, errors }) => {
    const error = errors.ids(mplsErrors);
    return (b) => {
      errors.increment(error.DECAPSULATED);
      b.error = error.NOT_ENABLED;
      return next.NOT_ENABLED;
    };
  },
});

export const mplsNotEnabled = defineNode({
  name: 'mpls-not-enabled',
  next: { DROP: 'error-drop' },
  causes: { NOT_ENABLED: 'MPLS is not enabled on the receiving interface' },
  create:
    ({ next, cause }) =>
    (b) => {
      b.cause = cause.NOT_ENABLED;
      return next.DROP;
    },
});

/** VPP 19.08 src/vnet/ip/ip6_input.c, as far as an interface without IPv6 addresses needs it. */
export const ip6Input = defineNode({
  name: 'ip6-input',
  next: { NOT_ENABLED: 'ip6-not-enabled' },
  create: ({ next, arcs }) => {
    const unicast = arcs.arcIndex('ip6-unicast');
    return (b) => arcs.start(unicast, b.swIfIndexRx, b, next.NOT_ENABLED);
  },
});

export const ip6NotEnabled = defineNode({
  name: 'ip6-not-enabled',
  next: { DROP: 'error-drop' },
  causes: { NOT_ENABLED: 'IPv6 is not enabled on the receiving interface' },
  create:
    ({ next, cause }) =>
    (b) => {
      b.cause = cause.NOT_ENABLED;
      return next.DROP;
    },
});
