/** What NAT44 decides about a packet. */

import { stepKind } from '../engine/steps.js';

/**
 * A NAT node is done with a packet: it translated it, passed it on untranslated, or met a session or mapping and dropped it. A node
 * that only sends a packet on to its slow path or reassembly node notes nothing.
 *
 * `session` is the packet's, -1 for none; `mapping` the index of the static mapping that this packet met for itself, -1 for none. A
 * packet with neither passed untranslated, and a later one of its flow does so as long as there is neither; `isMissed` says that
 * NAT44 looked for them in vain (FLAG_NAT44_MISSED). Hairpinning translates a destination by a session that is another packet's:
 * `session` is -1 then.
 *
 * `protocol` and the words before and after (header-words.ts) are written only where `Steps.isDetailed`: the packet as it came to
 * the node and as it left.
 */
export const NAT44 = stepKind('nat44', [
  'session',
  'isNew',
  'mapping',
  'isMissed',
  'protocol',
  'source',
  'destination',
  'ports',
  'quotedSource',
  'quotedDestination',
  'quotedPorts',
  'quotedProtocol',
  'newSource',
  'newDestination',
  'newPorts',
  'newQuotedSource',
  'newQuotedDestination',
  'newQuotedPorts',
  'newQuotedProtocol',
]);

/**
 * A port or identifier was drawn for a new session, before its NAT44 step: `draws` numbers of the generator, of which the last was
 * number `lastDraw` of all that it gave.
 */
export const NAT44_PORT = stepKind('nat44-port', ['session', 'address', 'port', 'draws', 'lastDraw']);
