/** IPv6 packets as its nodes print them. */

import { IP6_LINES, ip6Header } from '../trace/headers.js';
import { indented } from '../trace/text.js';
import { traceRecord } from '../trace/wording.js';

export const IP6_INPUT = traceRecord('format_ip6_input_trace', [], 64, IP6_LINES, ({ data }) =>
  ip6Header(data, 0, data.length),
);
export const IP6_FORWARD_NEXT = traceRecord('format_ip6_forward_next_trace', [], 64, IP6_LINES, ({ data }) =>
  indented(ip6Header(data, 0, data.length), 2),
);
