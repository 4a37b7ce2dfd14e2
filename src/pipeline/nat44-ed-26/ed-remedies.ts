/** What would let a packet pass that endpoint-dependent NAT44 ended, besides what all kinds of NAT44 have in common. */

import { never, type Remedies } from '../remedy.js';

export const edRemedies: Remedies = {
  SESSION_LIMIT: 'sessions have to end, or there may be more of them (nat44 plugin enable sessions …)',
  FLOW_TAKEN: 'the session that has the flow has to end, or the mapping has to lead elsewhere',
  QUOTES_TOO_LITTLE: 'the ICMP error has to quote the whole TCP, UDP or ICMP header',
  NOT_ITS_FLOW: never('VPP ended the session with this packet; the next one of its flow gets a session of its own'),
  OTHER_DIRECTION:
    'it has to come in on an inside interface, or "nat44 forwarding enable" has to let it go by the flow of the other direction',
};
