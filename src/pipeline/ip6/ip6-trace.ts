/** IPv6 packets as its nodes print them. */

import { IP6_LINES, ip6Header } from '../trace/headers.js';
import { headerRecord } from '../trace/wording.js';

export const IP6_INPUT = headerRecord(64, IP6_LINES, ip6Header);
