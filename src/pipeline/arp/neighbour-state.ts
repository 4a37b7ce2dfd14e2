/**
 * Neighbours as `show ip arp` of 19.08 and `show ip neighbors` of later releases list them:
 *
 *         Time           IP4       Flags      Ethernet              Interface
 *           2.2059    10.1.1.56      D    02:00:00:00:01:38 pg0
 */

import { parseAddress, parseMac } from '../../wire/address.js';
import { counted } from '../command/suggest.js';
import { contradicts, type ShowAnswer, type ShowReader, type StateReading } from '../show-answers.js';

const ENTRY = /^\s*\d*\.?\d+\s+(\d+\.\d+\.\d+\.\d+)\s+([A-Z]*)\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+(\S+)\s*$/;

function fillNeighbours(answers: readonly ShowAnswer[], { tables }: StateReading): string {
  let count = 0;
  for (const answer of answers)
    for (const line of answer.lines) {
      const entry = ENTRY.exec(line.text);
      if (!entry) continue;
      const [, addressText, flags, macText, name] = entry;
      count++;
      const address = parseAddress(addressText);
      const mac = parseMac(macText);
      const owner = tables.interfaces.byName(name);
      if (!owner) throw contradicts(answer, line, `the configuration has no interface "${name}"`);
      if (address === null || mac === null) throw contradicts(answer, line, 'no neighbour can be read here');
      const isStatic = flags.includes('S');
      if (isStatic && tables.ip4.neighbours.find(address, owner.swIfIndex)) continue;
      const origin = `${answer.file}:${String(line.line)}`;
      tables.ip4.setNeighbour({ address, swIfIndex: owner.swIfIndex, mac, isStatic, hasFibEntry: true, origin });
    }
  return counted(count, 'neighbour');
}

const HEADING = /^\s*(?:Time|Age)\s+IP4?\s+Flags\s+Ethernet\s+Interface/;

export const neighbourShows: readonly ShowReader[] = ['show ip arp', 'show ip neighbors'].map((command) => ({
  command,
  heading: HEADING,
  read: fillNeighbours,
}));
