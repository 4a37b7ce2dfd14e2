/**
 * TCP state of endpoint-dependent sessions: when one may be deleted, and which timeout it has (VPP 19.08
 * src/plugins/nat/nat_inlines.h nat44_set_tcp_session_state_i2o and _o2i).
 */

import * as tcp from '../../../wire/tcp.js';
import type { Headers } from '../../nat-common/rewrite.js';
import { SESSION_OUTPUT_FEATURE, type Sessions } from '../../nat-common/state/sessions.js';
import type { EdSessions } from './ed-sessions.js';

/** NAT44_SES_*: which side's SYN and FIN were seen, and whether that FIN was acknowledged. */
const INSIDE = { syn: 16, fin: 1, finAck: 4 };
const OUTSIDE = { syn: 32, fin: 2, finAck: 8 };
const RST = 64;
/** FINs of both sides, both acknowledged: nothing else is left to come. */
const CLOSED = INSIDE.fin | INSIDE.finAck | OUTSIDE.fin | OUTSIDE.finAck;

/** States that segments without SYN, FIN and RST leave as they are: at most one side's SYN has been seen, and no end. */
const OPEN = [0, INSIDE.syn, OUTSIDE.syn];
export const isOpen = (sessions: Sessions, session: number): boolean => OPEN.includes(sessions.state(session));

/** nat44_is_ses_closed */
export const isClosed = (sessions: Sessions, session: number): boolean => sessions.state(session) === CLOSED;

/**
 * Follows a segment of a session: of the inside host (`isIn2out`) or the external one. True where the session is closed by it and must
 * be deleted; one that leaves by an output feature is kept for that to delete.
 */
export function trackSegment(ed: EdSessions, session: number, { view, l4 }: Headers, isIn2out: boolean): boolean {
  const { sessions } = ed.parts;
  const own = isIn2out ? INSIDE : OUTSIDE;
  const peer = isIn2out ? OUTSIDE : INSIDE;
  const ownFinSequence = isIn2out ? ed.i2oFinSequence : ed.o2iFinSequence;
  const peerFinSequence = isIn2out ? ed.o2iFinSequence : ed.i2oFinSequence;
  const flags = tcp.flags(view, l4);
  const before = sessions.state(session);
  let state = before;
  if (state === 0 && flags & tcp.RST) state = RST;
  if (state === RST && !(flags & tcp.RST)) state = 0;
  if (flags & tcp.ACK && state & INSIDE.syn && state & OUTSIDE.syn) state = 0;
  if (flags & tcp.SYN) state |= own.syn;
  if (flags & tcp.FIN) {
    ownFinSequence[session] = tcp.sequence(view, l4);
    state |= own.fin;
  }
  // Compared as plain numbers, not modulo 2^32, as in VPP.
  if (flags & tcp.ACK && state & peer.fin && tcp.acknowledgment(view, l4) > peerFinSequence[session])
    state |= peer.finAck;
  if (state !== before) {
    if (OPEN.includes(before)) ed.flowStamps.removed++;
    sessions.setState(session, state);
  }
  return state === CLOSED && !(isIn2out && (sessions.flags(session) & SESSION_OUTPUT_FEATURE) !== 0);
}
