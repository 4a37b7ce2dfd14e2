/** ip6-null (VPP 19.08 src/vnet/dpo/ip_null_dpo.c): routes that answer with an ICMPv6 error. */

import * as icmp6 from '../../wire/icmp6.js';
import * as ip6 from '../../wire/ip6.js';
import { formatNotedIp6, noteIp6 } from '../../wire/ip6-address.js';
import { defineNode } from '../engine/node.js';
import { IP6_NULL, NULL_SEND_PROHIBIT, NULL_SEND_UNREACH } from '../fib/dpo.js';
import { Throttle } from './throttle.js';
import { IP6_NULL_TRACE } from './ip6-trace.js';

/** An address pair is answered once in this time. */
const QUIET_SECONDS = 0.1;

export const ip6Null = defineNode({
  name: 'ip6-null',
  trace: {
    layout: IP6_NULL_TRACE,
    when: 'before',
    writer: () => (b, records) => {
      records.write(IP6_NULL_TRACE, b.adjIndexTx - IP6_NULL);
    },
  },
  next: { DROP: 'ip6-drop', ICMP_ERROR: 'ip6-icmp-error' },
  causes: {
    IP6_UNREACH: (b) => `a null-send-unreach route covers ${formatNotedIp6(b.causeArg0)}`,
    IP6_PROHIBIT: (b) => `a null-send-prohibit route covers ${formatNotedIp6(b.causeArg0)}`,
  },
  create: ({ next, cause, clock, tables }) => {
    const answered = new Throttle('ip6-null', QUIET_SECONDS, tables.saved);
    return (b) => {
      const action = b.adjIndexTx - IP6_NULL;
      const isProhibit = action === NULL_SEND_PROHIBIT;
      b.cause = isProhibit ? cause.IP6_PROHIBIT : cause.IP6_UNREACH;
      b.causeArg0 = noteIp6(b.bytes, b.at + ip6.DESTINATION);
      if (!isProhibit && action !== NULL_SEND_UNREACH) return next.DROP;
      if (answered.isQuietAbout(b, clock.now)) return next.DROP;
      b.setIcmpError(icmp6.DESTINATION_UNREACHABLE, isProhibit ? icmp6.CODE_PROHIBITED : icmp6.CODE_NO_ROUTE);
      return next.ICMP_ERROR;
    };
  },
});
