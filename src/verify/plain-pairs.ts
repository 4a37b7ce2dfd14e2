/** Pairs of packets that differ in the same bits whether or not what NAT has drawn is taken out of them. */

import * as ip4 from '../wire/ip4.js';
import type { Layers } from './layers.js';
import { isWhole, Key, type PacketColumns } from './packet-columns.js';
import type { PortBindings } from './port-bindings.js';

/** Whether neither has a port that was drawn, or both have one in their own header: the same one, which is bound to itself. */
// prettier-ignore
export function arePortsPlain(bindings: PortBindings, prefix: number, expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
  const ports = expected.portCount[i];
  if (expected.hasKey[i] !== (Key.Decisive as number) || actual.hasKey[j] !== (Key.Decisive as number)) return false;
  if (ports > 1 || ports !== actual.portCount[j]) return false;
  // Keys tell of ports within the prefix only.
  if (!isWhole(expected, i, prefix) || !isWhole(actual, j, prefix)) return false;
  if (ports === 0) return true;
  const [address, word] = [expected.boundAddress[i], expected.boundPort[i]];
  if (address !== actual.boundAddress[j] || word !== actual.boundPort[j]) return false;
  return bindings.isBoundToItself(address, word);
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
  if (expected.portCount[i] === 0) return true;
  const address = expected.boundAddress[i];
  return (
    isFrom(expected.view, expected.offset[i], layers, address) === isFrom(actual.view, actual.offset[j], layers, address)
  );
}

/** Whether a packet whose last header is of TCP or UDP has a source address: an end with a port is either its source or its destination. */
export const isFrom = (view: DataView, base: number, { at, count }: Layers, address: number): boolean =>
  ip4.source(view, base + at[count - 2]) === address;
