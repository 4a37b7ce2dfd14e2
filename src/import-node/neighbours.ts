/**
 * Neighbours: `show ip arp` and `show ip6 neighbors` of 19.08, `show ip neighbors` of later releases. Learned ones are state, which
 * `--state` reads.
 */

import type { ShownTable } from './fib.js';
import type { ShownInterfaces } from './interfaces.js';
import { Facts, type Findings, type ShownAnswers } from './shown.js';

export const NEIGHBOUR_COMMANDS = ['show ip arp', 'show ip neighbors', 'show ip6 neighbors'];

const ENTRY = /^\s*(\d*\.?\d+)\s+([0-9a-f.:]+)\s+([A-Z]*)\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+(\S+)\s*$/i;

interface ShownNeighbour {
  readonly mac: string;
  readonly isStatic: boolean;
  readonly hasFibEntry: boolean;
}

export class ShownNeighbours {
  /** By `pg0 10.1.1.22`. */
  private readonly all = new Facts<ShownNeighbour>(
    (key) => `the neighbour ${key}`,
    ({ mac, isStatic }) => `${mac}${isStatic ? ' (static)' : ''}`,
  );
  private readonly isShown: boolean;
  learned = 0;

  constructor(answers: ShownAnswers, shown: ShownInterfaces, fib: readonly ShownTable[], findings: Findings) {
    this.isShown = answers.has('show ip arp', 'show ip neighbors');
    for (const line of answers.linesOf(...NEIGHBOUR_COMMANDS)) {
      const entry = ENTRY.exec(line.text);
      if (!entry) continue;
      const [, , address, flags, mac, name] = entry;
      shown.requireName(name, line);
      this.all.add(
        `${name} ${address}`,
        { mac: mac.toLowerCase(), isStatic: flags.includes('S'), hasFibEntry: !flags.includes('N') },
        line,
      );
    }
    this.learned = this.all.entries().filter(([, { isStatic }]) => !isStatic).length;
    if (!this.isShown) this.readAdjacencies(fib, findings);
  }

  /** True where a route to the neighbour itself follows from its being known. */
  hasFibEntry = (interfaceName: string, address: string): boolean =>
    this.all.get(`${interfaceName} ${address}`)?.hasFibEntry ?? false;

  /** `interfaceName address mac` of those that a command made, in the order of the text. */
  commands(ip4: (rest: string) => string, ip6: (rest: string) => string): string[] {
    return this.all.entries().flatMap(([key, { mac, isStatic, hasFibEntry }]) => {
      const rest = `${key} ${mac} static${hasFibEntry ? '' : ' no-fib-entry'}`;
      return isStatic ? [key.includes(':') && !/ \d+\.\d+\.\d+\.\d+$/.test(key) ? ip6(rest) : ip4(rest)] : [];
    });
  }

  /** What routes are forwarded to says who is known, though not since when. */
  private readAdjacencies(fib: readonly ShownTable[], findings: Findings): void {
    for (const { routes } of fib)
      for (const { line, paths } of routes)
        for (const path of paths) {
          if (path.kind !== 'next-hop' || path.macs === null) continue;
          this.all.add(
            `${path.interfaceName} ${path.nextHop}`,
            { mac: path.macs.neighbour, isStatic: true, hasFibEntry: true },
            line,
          );
          findings.assume('neighbours are those that routes are forwarded to, and taken to be static');
        }
  }
}
