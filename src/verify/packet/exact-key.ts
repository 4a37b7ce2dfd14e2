/** The exact key of a packet: its key with the ports that may be bound, in its lane. */

import type { PortSlots } from '../ports/port-slots.js';

/** Key of a packet with its ports, in its lane. */
export function exactKey(
  keyHigh: number,
  keyLow: number,
  lane: number,
  { count }: PortSlots,
  ports: Int32Array,
): number {
  let key = keyInLane(keyHigh, keyLow, lane);
  for (let slot = 0; slot < count; slot++) key = withPort(key, ports[slot]);
  return key;
}

export const keyInLane = (keyHigh: number, keyLow: number, lane: number): number =>
  Math.imul(keyHigh ^ lane, 0x9e3779b1) ^ keyLow;

export function withPort(key: number, port: number): number {
  const mixed = Math.imul(key ^ (key >>> 15) ^ port, 0x85ebca6b);
  return mixed ^ (mixed >>> 16);
}
