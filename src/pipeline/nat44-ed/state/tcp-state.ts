/**
 * TCP state of endpoint-dependent sessions: when one may be deleted, and which timeout it has (VPP 19.08
 * src/plugins/nat/nat_inlines.h nat44_set_tcp_session_state_i2o and _o2i).
 */

import * as tcp from '../../../wire/tcp.js';
import { SESSION_OUTPUT_FEATURE, type Sessions } from '../../nat-common/state/sessions.js';

/** NAT44_SES_* */
const I2O_FIN = 1;
const O2I_FIN = 2;
const I2O_FIN_ACK = 4;
const O2I_FIN_ACK = 8;
const I2O_SYN = 16;
const O2I_SYN = 32;
const RST = 64;
/** FINs of both sides, both acknowledged: nothing else is left to come. */
const CLOSED = I2O_FIN | O2I_FIN | I2O_FIN_ACK | O2I_FIN_ACK;

/** nat44_is_ses_closed */
export const isClosed = (sessions: Sessions, session: number): boolean => sessions.state(session) === CLOSED;

/** tcp_is_init: the segment opens a connection. */
export const opensConnection = (view: DataView, l4: number): boolean =>
  (tcp.flags(view, l4) & (tcp.SYN | tcp.ACK)) === tcp.SYN;

/**
 * Follows a segment of the inside host. True where the session is closed by it and must be deleted; one that leaves by
 * an output feature is kept for that to delete.
 */
export function followInside(sessions: Sessions, session: number, view: DataView, l4: number): boolean {
  const { i2oFinSequence, o2iFinSequence } = sessions;
  follow(sessions, session, view, l4, I2O_SYN, I2O_FIN, i2oFinSequence, O2I_FIN, O2I_FIN_ACK, o2iFinSequence);
  return isClosed(sessions, session) && (sessions.flags(session) & SESSION_OUTPUT_FEATURE) === 0;
}

/** Follows a segment of the external host; true where the session is closed by it. */
export function followOutside(sessions: Sessions, session: number, view: DataView, l4: number): boolean {
  const { i2oFinSequence, o2iFinSequence } = sessions;
  follow(sessions, session, view, l4, O2I_SYN, O2I_FIN, o2iFinSequence, I2O_FIN, I2O_FIN_ACK, i2oFinSequence);
  return isClosed(sessions, session);
}

function follow(
  sessions: Sessions,
  session: number,
  view: DataView,
  l4: number,
  ownSyn: number,
  ownFin: number,
  ownFinSequence: Uint32Array,
  peerFin: number,
  peerFinAck: number,
  peerFinSequence: Uint32Array,
): void {
  const flags = tcp.flags(view, l4);
  let state = sessions.state(session);
  if (state === 0 && flags & tcp.RST) state = RST;
  if (state === RST && !(flags & tcp.RST)) state = 0;
  if (flags & tcp.ACK && state & I2O_SYN && state & O2I_SYN) state = 0;
  if (flags & tcp.SYN) state |= ownSyn;
  if (flags & tcp.FIN) {
    ownFinSequence[session] = tcp.sequence(view, l4);
    state |= ownFin;
  }
  // Compared as plain numbers, not modulo 2^32, as in VPP.
  if (flags & tcp.ACK && state & peerFin && tcp.acknowledgment(view, l4) > peerFinSequence[session])
    state |= peerFinAck;
  sessions.setState(session, state);
}
