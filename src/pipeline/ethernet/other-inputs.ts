/** Input nodes of protocols that an IPv4 node has switched off: LLDP, MPLS. Each frame ends where VPP ends it. */

import { isCutBefore, MPLS_LABEL } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { deadEnd, defineNode, end } from '../engine/node.js';
import { LLDP_INPUT, MPLS_DROP, MPLS_INPUT } from './ethernet-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import { packetTrace } from '../trace/writers.js';

const lldpErrors = errorSet('lldp-input', { DISABLED: 'lldp packets received on disabled interfaces' });
const mplsErrors = errorSet('mpls-input', {
  DECAPSULATED: 'MPLS input packets decapsulated',
  TTL_EXPIRED: 'MPLS ttl expired',
  NOT_ENABLED: 'MPLS not enabled',
});

/** A label stack entry (RFC 3032); its last octet. */
const LABEL_BYTES = 4;
const MPLS_TTL = 3;

/** VPP 19.08 src/vnet/lldp/lldp_node.c: LLDP is off unless configured, and no command here configures it. */
export const lldpInput = deadEnd({
  name: 'lldp-input',
  trace: packetTrace(LLDP_INPUT),
  errors: lldpErrors,
  causes: { DISABLED: 'LLDP is not enabled on the receiving interface' },
});

/** VPP 19.08 src/vnet/mpls/mpls_input.c: MPLS is off on every interface. */
/** Next indices of mpls-input: mpls-not-enabled is a feature, which comes behind those that the node declares. */
const MPLS_NEXT_DROP = 0;
const MPLS_NEXT_NOT_ENABLED = 2;

const mplsTrace: NodeTrace = {
  layout: MPLS_INPUT,
  when: 'after',
  writer: ({ nodeIndex }) => {
    const notEnabled = nodeIndex('mpls-not-enabled');
    return (b, records) => {
      records.write(
        MPLS_INPUT,
        records.next === notEnabled ? MPLS_NEXT_NOT_ENABLED : MPLS_NEXT_DROP,
        b.view.getInt32(b.at),
      );
    };
  },
};

export const mplsInput = defineNode({
  name: 'mpls-input',
  trace: mplsTrace,
  next: { NOT_ENABLED: 'mpls-not-enabled', DROP: 'error-drop' },
  errors: [mplsErrors],
  causes: { TTL_EXPIRED: 'the MPLS label has TTL 0' },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(mplsErrors);
    return (b) => {
      errors.increment(error.DECAPSULATED);
      if (isCutBefore(b, b.at + LABEL_BYTES, MPLS_LABEL)) return next.DROP;
      if (b.view.getUint8(b.at + MPLS_TTL) === 0) return end(b, error.TTL_EXPIRED, cause.TTL_EXPIRED, next.DROP);
      b.error = error.NOT_ENABLED;
      return next.NOT_ENABLED;
    };
  },
});

export const mplsNotEnabled = deadEnd({
  name: 'mpls-not-enabled',
  trace: packetTrace(MPLS_DROP),
  causes: { NOT_ENABLED: 'MPLS is not enabled on the receiving interface' },
});
