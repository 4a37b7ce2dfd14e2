/** Input nodes of protocols that an IPv4 node has switched off: LLDP, MPLS. Each frame ends where VPP ends it. */

import { errorSet } from '../errors.js';
import { defineNode } from '../node.js';

const lldpErrors = errorSet('lldp-input', { DISABLED: 'lldp packets received on disabled interfaces' });
const mplsErrors = errorSet('mpls-input', {
  DECAPSULATED: 'MPLS input packets decapsulated',
  TTL_EXPIRED: 'MPLS ttl expired',
  NOT_ENABLED: 'MPLS not enabled',
});

/** Last octet of a label stack entry (RFC 3032). */
const MPLS_TTL = 3;

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
  next: { NOT_ENABLED: 'mpls-not-enabled', DROP: 'error-drop' },
  errors: [mplsErrors],
  causes: { TTL_EXPIRED: 'the MPLS label has TTL 0' },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(mplsErrors);
    return (b) => {
      errors.increment(error.DECAPSULATED);
      if (b.view.getUint8(b.at + MPLS_TTL) === 0) {
        b.error = error.TTL_EXPIRED;
        b.cause = cause.TTL_EXPIRED;
        return next.DROP;
      }
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
