/** Addresses and ports of a flow's packets on their way through NAT44, as its sessions say. */

import { keyPort } from '../nat-common/state/session-key.js';
import type { Sessions } from '../nat-common/state/sessions.js';

export class FlowEnds {
  source = 0;
  destination = 0;
  /** Source port << 16 | destination port. */
  ports = 0;

  /** As packets arrive. */
  start(source: number, destination: number, ports: number): void {
    this.source = source;
    this.destination = destination;
    this.ports = ports;
  }

  /** From inside to outside: the source becomes what the session has outside. */
  translateSource(sessions: Sessions, session: number): void {
    this.source = sessions.out2inAddress(session);
    this.ports = (this.ports & 0xffff) | (keyPort(sessions.out2inWord(session)) << 16);
  }

  /** From outside to inside: the destination becomes what the session has inside. */
  translateDestination(sessions: Sessions, session: number): void {
    this.destination = sessions.in2outAddress(session);
    this.ports = (this.ports & ~0xffff) | keyPort(sessions.in2outWord(session));
  }
}
