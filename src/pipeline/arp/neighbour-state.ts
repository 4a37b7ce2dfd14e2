/**
 * Neighbours as `show ip arp` of 19.08 and `show ip neighbors` of later releases list them:
 *
 *         Time           IP4       Flags      Ethernet              Interface
 *           2.2059    10.1.1.56      D    02:00:00:00:01:38 pg0
 */

import { formatAddress, formatMac, parseAddress, parseMac } from '../../wire/address.js';
import { counted } from '../command/suggest.js';
import type { Tables } from '../engine/tables.js';
import {
  contradicts,
  vppFixed,
  type ShowAnswer,
  type ShowReader,
  type StateReading,
  type WrittenAnswer,
} from '../show-answers.js';

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

/** How a release lists them. */
interface NeighbourList {
  readonly command: string;
  readonly heading: string;
  /** Columns of the address. */
  readonly width: number;
}

const IP_ARP: NeighbourList = {
  command: 'show ip arp',
  heading: '    Time           IP4       Flags      Ethernet              Interface       ',
  width: 16,
};
const IP_NEIGHBORS: NeighbourList = {
  command: 'show ip neighbors',
  heading: '     Age                       IP                    Flags      Ethernet              Interface       ',
  width: 40,
};

/** Centred as VPP's `%=16s` does it: an odd space goes before the text. */
function centred(text: string, width: number): string {
  const before = Math.ceil((width - text.length) / 2);
  return text.padStart(text.length + before).padEnd(width);
}

/** When a neighbour became known is no part of the model: 0. */
function write({ command, heading, width }: NeighbourList, { ip4, interfaces }: Tables): WrittenAnswer | null {
  const all = ip4.neighbours.all();
  if (all.length === 0) return null;
  const time = vppFixed(0, 4).padStart(12);
  const lines = all.map(
    ({ address, isStatic, mac, swIfIndex }) =>
      `${time}${centred(formatAddress(address), width)}${centred(isStatic ? 'S' : 'D', 6)}` +
      `${centred(formatMac(mac), 20)}${interfaces.all[swIfIndex].name}`,
  );
  return { command, lines: [heading, ...lines], isSessions: false };
}

const showOf = (list: NeighbourList): ShowReader => ({
  command: list.command,
  heading: HEADING,
  read: fillNeighbours,
  write: (tables) => write(list, tables),
});

export const neighbourShows: readonly ShowReader[] = [showOf(IP_ARP)];
export const ipNeighborShows: readonly ShowReader[] = [showOf(IP_NEIGHBORS)];
