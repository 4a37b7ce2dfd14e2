/** Who made each NAT44 session, and with which draws of the port generator. Kept only while somebody explains a frame. */

import * as entry from '../outcome/decisions/decision-log.js';
import type { DecisionObserver } from '../outcome/decisions/decision-observer.js';
import type { Dataplane } from '../node/dataplane.js';

export interface SessionOrigin {
  /** The frame that made it: its number in its capture. */
  readonly number: number;
  readonly capture: number;
  /** Numbers drawn for it, and the count of all drawn by then. */
  readonly draws: number;
  readonly lastDraw: number;
}

export class NatHistory {
  private readonly sessions = new Map<number, SessionOrigin>();
  private drawn = 0;
  private drawnBefore = 0;

  constructor({ inputs, tables: { nat44 } }: Dataplane, observer: DecisionObserver) {
    const { ports } = nat44;
    const random = ports.random.bind(ports);
    ports.random = () => {
      this.drawn++;
      return random();
    };
    observer.listener = (log, at, b) => {
      if (log.words[at + entry.KIND] !== entry.NAT44) return;
      if (log.words[at + entry.NAT_IS_NEW] !== 0) {
        const draws = this.drawn - this.drawnBefore;
        const maker = { number: inputs.numberOf(b.frame), capture: inputs.capture };
        this.sessions.set(log.words[at + entry.NAT_SESSION], { ...maker, draws, lastDraw: this.drawn });
      }
      this.drawnBefore = this.drawn;
    };
  }

  of(session: number): SessionOrigin | null {
    return this.sessions.get(session) ?? null;
  }
}
