/** ARP messages as its nodes print them. */

import { ARP_LINES } from '../trace/arp-message.js';
import { arpHeader } from '../trace/headers.js';
import { headerRecord } from '../trace/wording.js';

export const ARP_INPUT = headerRecord(64, ARP_LINES, arpHeader);
