/** Between whom a packet goes, before and after a record: addresses and ports as the records around it show them. */

import { parseAddress } from '../../wire/address.js';
import { field, lineOf, textOf, type NodeRecord, type TraceLine } from '../parse/trace-record.js';
import { ip4Block, type Ip4Block } from './headers.js';

const [ICMP, TCP] = [1, 6] as const;
const ACK = 0x10;

/** Addresses are signed. */
export interface Ends {
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** TCP with ACK: another packet came before. */
  readonly isAnswer: boolean;
}

/** An address of the ACL plugin's tuple; 0 where it is not one of IPv4. */
export const addressOf = (tuple: TraceLine | undefined, name: string): number =>
  parseAddress(textOf(tuple, name) ?? '') ?? 0;

/** The ends that the nearest record before `at` shows. */
export const endsBefore = (records: readonly NodeRecord[], at: number): Ends | null =>
  first(records.slice(0, at).toReversed(), endsOf);

/** And the nearest behind it, as long as the packet is in no tunnel. */
export function endsAfter(records: readonly NodeRecord[], at: number): Ends | null {
  for (let i = at + 1; i < records.length; i++) {
    const ends = endsOf(records[i]);
    if (ends !== null) return withWholePort(ends, records.slice(i + 1));
    if (records[i].node === 'vxlan4-input') return null;
  }
  return null;
}

/** What the first record shows that shows any. */
const first = <T>(records: readonly NodeRecord[], read: (record: NodeRecord) => T | null): T | null =>
  records.map(read).find((found) => found !== null) ?? null;

/** A port at the end of its line may have lost digits: the next record of the same packet has it whole. */
function withWholePort(ends: Ends, later: readonly NodeRecord[]): Ends {
  const next = first(later, endsOf);
  const isSamePacket =
    next?.source === ends.source && next.destination === ends.destination && next.sourcePort === ends.sourcePort;
  const isLonger = String(next?.destinationPort).startsWith(String(ends.destinationPort));
  return next && isSamePacket && isLonger ? { ...ends, destinationPort: next.destinationPort } : ends;
}

/** Source and destination, where no ports have to be known. */
export type Addresses = Pick<Ends, 'source' | 'destination'>;

/** Those of the nearest record before `at` and the nearest behind it that shows any; null where one of them does not. */
export function addressesAround(
  records: readonly NodeRecord[],
  at: number,
): { before: Addresses; after: Addresses } | null {
  const before = first(records.slice(0, at).toReversed(), addressesOf);
  const after = first(records.slice(at + 1), addressesOf);
  return before && after && { before, after };
}

function addressesOf(record: NodeRecord): Addresses | null {
  const block = ip4Block(record);
  if (block === null) return endsOf(record);
  const { source, destination } = block;
  return source && destination && { source: source.value | 0, destination: destination.value | 0 };
}

/** Addresses and ports, as signed addresses; of nodes that print what they have, not what they had. */
function endsOf(record: NodeRecord): Ends | null {
  const tuple = lineOf(record, 'acl-tuple');
  const number = (name: string): number => field(tuple, name)?.value ?? 0;
  if (field(tuple, 'destinationPort') !== null)
    return {
      protocol: number('protocol'),
      source: addressOf(tuple, 'source'),
      destination: addressOf(tuple, 'destination'),
      sourcePort: number('sourcePort'),
      destinationPort: number('destinationPort'),
      isAnswer: (number('tcpFlags') & ACK) !== 0,
    };
  const block = ip4Block(record);
  return block === null ? null : endsOfBlock(block);
}

function endsOfBlock({ protocol, source, destination, l4 }: Ip4Block): Ends | null {
  const port = (at: number): number | undefined => l4.find((found) => found.at === at && found.bytes === 2)?.value;
  const [sourcePort, destinationPort] = [port(0), port(2)];
  if (protocol === null || protocol.value === ICMP || source === null || destination === null) return null;
  if (sourcePort === undefined || destinationPort === undefined) return null;
  return {
    protocol: protocol.value,
    source: source.value | 0,
    destination: destination.value | 0,
    sourcePort,
    destinationPort,
    isAnswer: protocol.value === TCP && ((l4.find(({ at }) => at === 13)?.value ?? 0) & ACK) !== 0,
  };
}

/** True where both are known and the packet goes between the same ends. */
export function isUntranslated(records: readonly NodeRecord[], at: number): boolean {
  const [before, after] = [endsBefore(records, at), endsAfter(records, at)];
  const names = ['source', 'destination', 'sourcePort', 'destinationPort'] as const;
  return before !== null && after !== null && names.every((name) => before[name] === after[name]);
}
