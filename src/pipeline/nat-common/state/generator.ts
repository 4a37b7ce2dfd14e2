/**
 * Where the random stream of NAT44 stands, found from ports that it gave: nothing prints it, but it starts at 0 in every process, so the
 * draws that gave the ports of the sessions can be counted.
 */

import { PortStream, type PortPolicy } from './port-stream.js';

/** A node of 16 million draws is looked through in a fifth of a second. */
const DRAWS_AT_MOST = 1 << 24;
/** So many draws up to one are looked at. */
const WINDOW = 32;
const PORTS = 64_511;

/** How many of a window's draws must be ports of sessions for them not to be there by chance. */
function leastInWindow(ports: number): number {
  const byChance = (WINDOW * ports) / PORTS;
  return Math.min(ports, Math.ceil(byChance + 4 * Math.sqrt(byChance) + 3));
}

/** A draw that gave a session's port, counted from the process's start. */
export interface FoundDraw {
  readonly draw: number;
  readonly port: number;
}

/**
 * The last draw behind the ports of sessions. A port comes again every 64,511 draws or so by chance; ports of sessions stand close
 * together where they were drawn, so the last place where they do is the one.
 * @param ports of dynamic translations and twice-nat, each drawn once
 * @returns null where no place stands out
 */
export function lastDraw(policy: PortPolicy, ports: ReadonlySet<number>): FoundDraw | null {
  const stream = new PortStream();
  const isWanted = new Uint8Array(1 << 16);
  for (const port of ports) isWanted[port] = 1;
  const least = leastInWindow(ports.size);
  const recent: FoundDraw[] = [];
  const seen = new Set<number>();
  let last: FoundDraw | null = null;
  for (let draw = 1; draw <= DRAWS_AT_MOST && seen.size < ports.size; draw++) {
    const port = policy.port(stream);
    if (isWanted[port] === 0) continue;
    recent.push({ draw, port });
    while (recent[0].draw <= draw - WINDOW) recent.shift();
    if (seen.has(port) || recent.length < Math.min(least, draw)) continue;
    for (const one of recent) seen.add(one.port);
    last = { draw, port };
  }
  return last;
}
