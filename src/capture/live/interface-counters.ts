/** What the system itself counts on an interface, next to which the frames that were recorded can be seen. */
import { readFileSync } from 'node:fs';

export interface InterfaceCounters {
  readonly received: number;
  readonly sent: number;
  /** Received frames that the driver or the system had no room for. */
  readonly dropped: number;
}

/** The counters as they are now; null where the system does not tell (anything but Linux, an interface that is none). */
export function readInterfaceCounters(device: string): InterfaceCounters | null {
  try {
    const read = (name: string): number =>
      Number(readFileSync(`/sys/class/net/${device}/statistics/${name}`, 'latin1').trim());
    return { received: read('rx_packets'), sent: read('tx_packets'), dropped: read('rx_dropped') };
  } catch {
    return null;
  }
}

/** What was counted from one reading to the other; null where one is missing. */
export const countedBetween = (
  before: InterfaceCounters | null,
  after: InterfaceCounters | null,
): InterfaceCounters | null =>
  before &&
  after && {
    received: after.received - before.received,
    sent: after.sent - before.sent,
    dropped: after.dropped - before.dropped,
  };
