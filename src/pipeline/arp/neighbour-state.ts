/**
 * Neighbours as `show ip arp` and `show ip6 neighbors` of 19.08 and `show ip neighbors` of later releases, which has both families, list them:
 *
 *         Time           IP4       Flags      Ethernet              Interface
 *           2.2059    10.1.1.56      D    02:00:00:00:01:38 pg0
 */

import { formatAddress, formatMac, parseAddress, parseMac } from '../../wire/address.js';
import { formatIp6, ip6Number, parseIp6 } from '../../wire/ip6-address.js';
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

const ENTRY =
  /^\s*\d*\.?\d+\s+(\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f:]+(?:\.[\d.]+)?)\s+([A-Z]*)\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+(\S+)\s*$/;

function fillNeighbours(answers: readonly ShowAnswer[], { tables }: StateReading): string {
  let count = 0;
  for (const answer of answers)
    for (const line of answer.lines) {
      const entry = ENTRY.exec(line.text);
      if (!entry) continue;
      const [, addressText, flags, macText, name] = entry;
      count++;
      const isIp6 = addressText.includes(':');
      const words = isIp6 ? parseIp6(addressText) : null;
      const address = words === null ? parseAddress(addressText) : ip6Number(words);
      const mac = parseMac(macText);
      const owner = tables.interfaces.byName(name);
      if (!owner) throw contradicts(answer, line, `the configuration has no interface "${name}"`);
      if (address === null || mac === null) throw contradicts(answer, line, 'no neighbour can be read here');
      const isStatic = flags.includes('S');
      const family = isIp6 ? tables.ip6 : tables.ip4;
      if (isStatic && family.neighbours.find(address, owner.swIfIndex)) continue;
      const origin = `${answer.file}:${String(line.line)}`;
      family.setNeighbour({ address, swIfIndex: owner.swIfIndex, mac, isStatic, hasFibEntry: true, origin });
    }
  return counted(count, 'neighbour');
}

const HEADING = /^\s*(?:Time|Age)\s+(?:IP4?|Address)\s+Flags\s+(?:Ethernet|Link layer)\s+Interface/;

/** How a release lists them. */
interface NeighbourList {
  readonly command: string;
  readonly heading: string;
  /** Which it lists. */
  readonly families: readonly ('ip4' | 'ip6')[];
  /** Columns of the address, and of the interface where it is not the last word of a line. */
  readonly width: number;
  readonly interfaceWidth?: number;
}

const IP_ARP: NeighbourList = {
  command: 'show ip arp',
  heading: '    Time           IP4       Flags      Ethernet              Interface       ',
  families: ['ip4'],
  width: 16,
};
const IP6_NEIGHBORS: NeighbourList = {
  command: 'show ip6 neighbors',
  heading:
    '    Time                       Address                    Flags     Link layer                     Interface               ',
  families: ['ip6'],
  width: 45,
  interfaceWidth: 40,
};
const IP_NEIGHBORS: NeighbourList = {
  command: 'show ip neighbors',
  heading: '     Age                       IP                    Flags      Ethernet              Interface       ',
  families: ['ip4', 'ip6'],
  width: 40,
};

/** Centred as VPP's `%=16s` does it: an odd space goes before the text. */
function centred(text: string, width: number): string {
  const before = Math.ceil((width - text.length) / 2);
  return text.padStart(text.length + before).padEnd(width);
}

/** When a neighbour became known is no part of the model: 0. */
function write(
  { command, heading, families, width, interfaceWidth = 0 }: NeighbourList,
  tables: Tables,
): WrittenAnswer | null {
  const time = vppFixed(0, 4).padStart(12);
  const lines = families.flatMap((family) =>
    tables[family].neighbours.all().map(({ address, isStatic, mac, swIfIndex }) => {
      const text = family === 'ip6' ? formatIp6(address) : formatAddress(address);
      const { name } = tables.interfaces.all[swIfIndex];
      return (
        `${time}${centred(text, width)}${centred(isStatic ? 'S' : 'D', 6)}` +
        `${centred(formatMac(mac), 20)}${interfaceWidth === 0 ? name : centred(name, interfaceWidth)}`
      );
    }),
  );
  return lines.length === 0 ? null : { command, lines: () => [heading, ...lines], isSessions: false };
}

const showOf = (list: NeighbourList): ShowReader => ({
  command: list.command,
  heading: HEADING,
  read: fillNeighbours,
  write: (tables) => write(list, tables),
});

/** Of one family, in releases whose `show ip neighbors` has both. */
const readOf = (family: 'ip4' | 'ip6'): ShowReader => ({
  command: `show ${family} neighbors`,
  heading: HEADING,
  read: fillNeighbours,
});

export const neighbourShows: readonly ShowReader[] = [showOf(IP_ARP), showOf(IP6_NEIGHBORS)];
export const ipNeighborShows: readonly ShowReader[] = [showOf(IP_NEIGHBORS), readOf('ip4'), readOf('ip6')];
