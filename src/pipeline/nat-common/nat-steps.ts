/** What NAT44 decides about a packet. */

import { stepKind } from '../engine/steps.js';

/**
 * A NAT node met a session or a mapping, translated the packet, or found neither for an address that NAT44 has outside. `session` is
 * -1 for none, `mapping` the index of the static mapping that this packet met, -1 for none. `protocol` and the words before and after
 * (header-words.ts) are written only where `Steps.isDetailed`: the packet as it came to the node and as it left.
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
 * A port or identifier was drawn for a new session: `draw` is the number of the draw that gave it, counted from 1 since the generator
 * began (PortStream.draws), `tries` how many were drawn for it, those that were in use included. Comes before the session's NAT44 step.
 */
export const NAT44_PORT = stepKind('nat44-port', ['session', 'address', 'port', 'draw', 'tries']);
