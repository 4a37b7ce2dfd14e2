/** ARP messages as its nodes print them. */

import { ARP_LINES, arpHeader } from '../trace/headers.js';
import { traceRecord } from '../trace/wording.js';

export const ARP_INPUT = traceRecord('format_ethernet_arp_input_trace', [], 64, ARP_LINES, ({ data }) =>
  arpHeader(data, 0, data.length),
);
