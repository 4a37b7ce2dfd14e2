/** Errors of the nodes of endpoint-dependent NAT44, in VPP's words (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed.h), and causes for people. */

import { formatAddress } from '../../wire/address.js';
import { errorSet } from '../engine/errors.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';

const COMMON = {
  UNSUPPORTED_PROTOCOL: 'unsupported protocol',
  OUT_OF_PORTS: 'out of ports',
  BAD_ICMP_TYPE: 'unsupported ICMP type',
  MAX_SESSIONS_EXCEEDED: 'maximum sessions exceeded',
  NON_SYN: 'non-SYN packet try to create session',
  TRNSL_FAILED: "couldn't translate packet",
};

export const in2outErrors = (owner: string) => errorSet(owner, COMMON);
export const out2inErrors = (owner: string) =>
  errorSet(owner, {
    ...COMMON,
    NO_TRANSLATION: 'no translation',
    TCP_CLOSED: 'drops due to TCP in transitory timeout',
    HASH_ADD_FAILED: 'hash table add failed',
  });

const TOO_SHORT = 'the ICMP error quotes too little of the packet that it is about to translate it';

export const ED_CAUSES = {
  ...NAT_CAUSES,
  SESSION_LIMIT: (b: PacketBuffer) =>
    `${formatAddress(b.causeArg0)} needs a new NAT44 session, and there are as many as "nat44 plugin enable sessions N" allows, none ` +
    'of which timed out',
  FLOW_TAKEN: (b: PacketBuffer) =>
    `the static mapping of ${formatAddress(b.causeArg0)} leads to a flow that another NAT44 session has`,
  QUOTES_TOO_LITTLE: TOO_SHORT,
  NOT_ITS_FLOW: 'the flow belongs to a NAT44 session that a later one took it from',
  STRAY_MAPPING: (b: PacketBuffer) =>
    `not modelled: VPP takes a NAT44 session for a static mapping of ${formatAddress(b.causeArg0)} port ${b.causeArg1}, since both are in ` +
    'one table, and what is in memory behind its mappings decides',
  OTHER_DIRECTION: (b: PacketBuffer) =>
    `the packet to ${formatAddress(b.causeArg0)} belongs to a NAT44 session of the other direction, and forwarding is disabled`,
} as const;
export type EdCause = keyof typeof ED_CAUSES;
