/**
 * Multicast: ip4-mfib-forward-lookup and ip4-mfib-forward-rpf (VPP 19.08 src/vnet/mfib/mfib_forward.c). The model has no
 * multicast routes; the default entry (*,*) accepts from no interface.
 */

import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { defineNode, end, passOn } from '../engine/node.js';
import { ip4InputErrors } from './ip4-errors.js';
import { MFIB_LOOKUP, MFIB_RPF } from './ip4-trace.js';

/** Entries of multicast FIBs that VPP makes at its start, of IPv6 ones too, before that of the second IPv4 table. */
const ENTRIES_AT_START = 6;

/** A multicast FIB's default entry, which has no interfaces: the only one that the model's tables have. */
const defaultEntryOf = (fibIndex: number): number => (fibIndex === 0 ? 0 : ENTRIES_AT_START - 1 + fibIndex);

export const ip4MfibForwardLookup = defineNode({
  name: 'ip4-mfib-forward-lookup',
  trace: {
    layout: MFIB_LOOKUP,
    when: 'after',
    writer:
      ({ tables }) =>
      (b, records) => {
        const { fibIndex } = tables.interfaces.all[b.swIfIndexRx];
        records.write(MFIB_LOOKUP, defaultEntryOf(fibIndex), fibIndex);
      },
  },
  next: { NEXT: 'ip4-mfib-forward-rpf' },
  create: passOn,
});

export const ip4MfibForwardRpf = defineNode({
  name: 'ip4-mfib-forward-rpf',
  trace: {
    layout: MFIB_RPF,
    when: 'after',
    writer:
      ({ tables }) =>
      (b, records) => {
        records.write(MFIB_RPF, defaultEntryOf(tables.interfaces.all[b.swIfIndexRx].fibIndex), -1, 0);
      },
  },
  next: { DROP: 'ip4-drop' },
  errors: [ip4InputErrors],
  causes: { NO_ROUTE: (b) => `there is no multicast route for ${formatAddress(b.causeArg0)}` },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(ip4InputErrors);
    return (b) => {
      b.causeArg0 = ip4.destination(b.view, b.at);
      return end(b, error.RPF_FAILURE, cause.NO_ROUTE, next.DROP);
    };
  },
});
