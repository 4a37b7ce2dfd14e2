/** ip4-null (VPP 19.08 src/vnet/dpo/ip_null_dpo.c): routes that answer with an ICMP error. */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { NULL_SEND_PROHIBIT, NULL_SEND_UNREACH } from '../fib/dpo.js';
import { defineNode } from '../engine/node.js';
import { savedRow } from '../engine/state/saved-states.js';
import { formatAddress } from '../../wire/address.js';
import { IP_NULL } from './ip4-trace.js';

/** An address pair is answered once in this time. VPP remembers pairs in a bitmap with random seeds; collisions aside. */
const QUIET_SECONDS = 0.1;

export const ip4Null = defineNode({
  name: 'ip4-null',
  trace: {
    layout: IP_NULL,
    when: 'before',
    writer: () => (b, records) => {
      records.write(IP_NULL, b.adjIndexTx);
    },
  },
  next: { DROP: 'ip4-drop', ICMP_ERROR: 'ip4-icmp-error' },
  causes: {
    UNREACH: (b) => `a null-send-unreach route covers ${formatAddress(b.causeArg0)}`,
    PROHIBIT: (b) => `a null-send-prohibit route covers ${formatAddress(b.causeArg0)}`,
  },
  create: ({ next, cause, clock, tables }) => {
    const answered = new Set<number>();
    let since = 0;
    tables.saved.add(
      savedRow(
        'ip4-null throttle',
        'since when, a number for each pair of addresses that was answered',
        () => [since, ...answered],
        ([from, ...pairs]) => {
          since = from;
          answered.clear();
          for (const pair of pairs) answered.add(pair);
        },
      ),
    );
    return (b) => {
      const { view, at } = b;
      if (clock.now - since > QUIET_SECONDS) {
        answered.clear();
        since = clock.now;
      }
      const isProhibit = b.adjIndexTx === NULL_SEND_PROHIBIT;
      b.cause = isProhibit ? cause.PROHIBIT : cause.UNREACH;
      b.causeArg0 = ip4.destination(view, at);
      const pair = (ip4.source(view, at) >>> 0) * 2 ** 20 + (Math.imul(ip4.destination(view, at), 0x9e3779b1) >>> 12);
      if (answered.has(pair) || (!isProhibit && b.adjIndexTx !== NULL_SEND_UNREACH)) return next.DROP;
      answered.add(pair);
      b.setIcmpError(
        icmp4.DESTINATION_UNREACHABLE,
        isProhibit ? icmp4.CODE_HOST_PROHIBITED : icmp4.CODE_HOST_UNREACHABLE,
      );
      return next.ICMP_ERROR;
    };
  },
});
