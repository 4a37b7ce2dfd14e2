/** Pairs of packets that differ in the same bits whether or not what NAT has drawn is taken out of them. */

import * as ip4 from '../../wire/ip4.js';
import type { Layers } from '../packet/layers.js';
import { isWhole, Key, type PacketColumns } from '../packet/packet-columns.js';
import type { PortBindings } from './port-bindings.js';

/** In place of the number of a binding: there is none to be counted; or ports have to be taken out. */
export const NO_PORT = -1;
export const NOT_PLAIN = -2;

/**
 * The binding of the port that both packets have in their own header, the same and bound to itself. NO_PORT where neither has any, or they
 * are not ports of the same address and protocol, so that one cannot stand for the other.
 */
// prettier-ignore
export function plainPort(bindings: PortBindings, prefix: number, expected: PacketColumns, i: number, actual: PacketColumns, j: number): number {
  const ports = expected.portCount[i];
  const ourPorts = actual.portCount[j];
  if (expected.hasKey[i] !== (Key.Decisive as number) || actual.hasKey[j] !== (Key.Decisive as number)) return NOT_PLAIN;
  // Keys tell of ports within the prefix only.
  if (ports > 1 || ourPorts > 1 || !isWhole(expected, i, prefix) || !isWhole(actual, j, prefix)) return NOT_PLAIN;
  if (ports === 0 || ports !== ourPorts) return NO_PORT;
  const address = expected.boundAddress[i];
  const word = expected.boundPort[i];
  if (address !== actual.boundAddress[j] || (word ^ actual.boundPort[j]) >> 16 !== 0) return NO_PORT;
  if (word !== actual.boundPort[j]) return NOT_PLAIN;
  const binding = bindings.ofItself(address, word);
  return binding < 0 ? NOT_PLAIN : binding;
}

/** Whether two packets have the same lengths and headers, and their port, if they have one, at the same end. Finds the headers. */
// prettier-ignore
export function haveSameHeaders(expected: PacketColumns, i: number, actual: PacketColumns, j: number, layers: Layers): boolean {
  if (expected.capturedLength[i] !== actual.capturedLength[j] || expected.linkType[i] !== actual.linkType[j]) return false;
  if (expected.originalLength[i] !== actual.originalLength[j]) return false;
  layers.findOf(expected, i);
  const { shape, contentLength } = layers;
  layers.findOf(actual, j);
  // Where an IP packet ends within its headers, these are filled up with padding.
  if (layers.shape !== shape || layers.contentLength !== contentLength || contentLength < layers.payloadAt) return false;
  if (expected.portCount[i] === 0 || actual.portCount[j] === 0) return true;
  const address = expected.boundAddress[i];
  return (
    isFrom(expected.view, expected.offset[i], layers, address) === isFrom(actual.view, actual.offset[j], layers, address)
  );
}

/** Whether a packet whose last header is of TCP or UDP has a source address: an end with a port is either its source or its destination. */
export const isFrom = (view: DataView, base: number, { at, count }: Layers, address: number): boolean =>
  ip4.source(view, base + at[count - 2]) === address;
