/**
 * Where the random stream of NAT44 stands, found from ports that it gave: nothing prints it, but it starts at 0 in every process, so the
 * draws that gave the ports of the sessions can be counted.
 */

import type { PortStream } from './port-stream.js';

/** A node of 16 million draws is looked through in a fifth of a second. */
const DRAWS_AT_MOST = 1 << 24;
/** So many draws before the last one are looked at, and so many of them must have given ports that sessions have. */
const WINDOW = 12;
const LEAST_IN_WINDOW = 3;

/** @returns by draw, from 1, the port that it gave; only draws whose port is one of `ports` are there, in order */
function* drawsOf(stream: PortStream, ports: ReadonlySet<number>): Generator<{ draw: number; port: number }> {
  const isWanted = new Uint8Array(1 << 16);
  for (const port of ports) isWanted[port] = 1;
  for (let draw = 1; draw <= DRAWS_AT_MOST; draw++) {
    const port = stream.randomPort();
    if (isWanted[port] === 1) yield { draw, port };
  }
}

export interface FoundDraw {
  /** The last draw that gave a session's port, counted from the process's start. */
  readonly draw: number;
  readonly port: number;
}

/**
 * The last draw behind the ports of sessions. A port comes again every 64,511 draws or so by chance; ports of sessions stand close
 * together where they were drawn, so the last place where they do is the one.
 * @param ports of dynamic translations and twice-nat, each drawn once
 * @returns null where no place stands out
 */
export function lastDraw(stream: PortStream, ports: ReadonlySet<number>): FoundDraw | null {
  const saved = stream.save();
  stream.restart();
  let last: FoundDraw | null = null;
  const recent: FoundDraw[] = [];
  const seen = new Set<number>();
  const least = Math.min(LEAST_IN_WINDOW, ports.size);
  for (const found of drawsOf(stream, ports)) {
    recent.push(found);
    while (recent[0].draw <= found.draw - WINDOW) recent.shift();
    const isDense = new Set(recent.map(({ port }) => port)).size >= Math.min(least, found.draw);
    const isNew = !seen.has(found.port);
    if (isDense && isNew) {
      for (const { port } of recent) seen.add(port);
      last = found;
    }
    if (seen.size === ports.size) break;
  }
  stream.restore(saved);
  return last;
}
