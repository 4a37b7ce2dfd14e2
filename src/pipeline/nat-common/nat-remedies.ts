/** What would let a packet pass that NAT44 ended. */

import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { missedOf, natAddresses, needsWholeMapping } from './missed.js';
import { OFFLOAD, type Remedies, type Remedy } from '../remedy.js';

/** A static mapping for what NAT44 did not find; of NAT44's protocols the words that the command takes. */
const sessionOrMapping: Remedy = (b, { nat44 }) => {
  const missed = missedOf(b);
  const { address, port, protocol, opensConnection } = missed;
  const name = new Map([
    [ip4.PROTOCOL_TCP, 'tcp'],
    [ip4.PROTOCOL_UDP, 'udp'],
    [ip4.PROTOCOL_ICMP, 'icmp'],
  ]).get(protocol);
  const outside = formatAddress(address);
  const { words } = nat44.mode;
  const mapping =
    name === undefined || port === 0
      ? `${words} add static mapping local INSIDE external ${outside}`
      : `${words} add static mapping ${name} local INSIDE PORT external ${outside} ${port}`;
  if (needsWholeMapping(missed, nat44)) return `the address needs an address-only static mapping: ${mapping}`;
  if (opensConnection) return `the address and port need a static mapping: ${mapping}`;
  return `a packet from inside has to make the session first (replay the inside interface's capture too, from before the flow began), or a static mapping has to lead there: ${mapping}`;
};

export const natRemedies: Remedies = {
  NO_SESSION: sessionOrMapping,
  NO_TRANSLATION: (b, tables) =>
    natAddresses(tables.nat44).has(missedOf(b).address)
      ? sessionOrMapping(b, tables)
      : `it has to be to an address of NAT44's pool or of a mapping, or "${tables.nat44.mode.words} forwarding enable" has to let it pass untranslated`,
  OUT_OF_PORTS: (_, { nat44 }) =>
    `the pool needs another address (${nat44.mode.words} add address …), or sessions have to end`,
  MAX_SESSIONS: (_, { nat44: { mode } }) =>
    `sessions have to end, or the table has to be larger (${mode.isPlugin ? `${mode.words} plugin enable sessions …` : 'startup: translation hash buckets'})`,
  TOO_MANY_USERS: (_, { nat44 }) =>
    `all sessions of some inside host have to end, or there may be more hosts (${nat44.mode.words} plugin enable users …)`,
  USER_QUOTA: 'a session of that user has to end, or the quota has to be higher (startup: max translations per user)',
  NON_SYN: 'the flow has to begin with a SYN that this node sees',
  ERROR_WITHOUT_SESSION: 'the flow that the error is about has to have a session',
  UNSUPPORTED_PROTOCOL: 'its inside address needs an address-only static mapping',
  UNSUPPORTED_INNER: 'the error has to be about TCP, UDP or ICMP',
  UNKNOWN_WITHOUT_MAPPING: 'the address needs an address-only static mapping, or forwarding has to be enabled',
  BAD_ICMP_TYPE: 'it has to be an echo, or an ICMP error about a packet of a session',
  BAD_ICMP_CHECKSUM: (b) => (b.causeArg0 === 0 ? OFFLOAD : 'it has to arrive with a right ICMP checksum'),
  BAD_INNER_CHECKSUM: 'the IP header that it quotes has to have a right checksum',
  NO_TWICE_NAT_PORT: 'the twice-nat pool needs another address (nat44 add address … twice-nat)',
  NO_FREE_ADDRESS: 'the pool needs another address (nat44 add address …)',
  MAX_REASS: 'datagrams that are incomplete have to be completed first (nat virtual-reassembly … max-reassemblies)',
  MAX_FRAG: 'the first fragment has to come before so many others (nat virtual-reassembly … max-fragments)',
  DROP_FRAGMENT: 'the first fragment of the datagram has to pass',
};
