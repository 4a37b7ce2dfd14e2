/**
 * Multicast: ip4-mfib-forward-lookup and ip4-mfib-forward-rpf (VPP 19.08 src/vnet/mfib/mfib_forward.c). The model has no
 * multicast routes; the default entry (*,*) accepts from no interface.
 */

import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { defineNode } from '../node.js';
import { ip4InputErrors } from './ip4-errors.js';

export const ip4MfibForwardLookup = defineNode({
  name: 'ip4-mfib-forward-lookup',
  next: { RPF: 'ip4-mfib-forward-rpf' },
  create:
    ({ next }) =>
    () =>
      next.RPF,
});

export const ip4MfibForwardRpf = defineNode({
  name: 'ip4-mfib-forward-rpf',
  next: { DROP: 'ip4-drop' },
  errors: [ip4InputErrors],
  causes: { NO_ROUTE: (b) => `there is no multicast route for ${formatAddress(b.causeArg0)}` },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(ip4InputErrors);
    return (b) => {
      b.error = error.RPF_FAILURE;
      b.cause = cause.NO_ROUTE;
      b.causeArg0 = ip4.destination(b.view, b.at);
      return next.DROP;
    };
  },
});
