/**
 * The dispatch loop, compiled for one graph: a switch with a call site per node. Called through an array, all nodes share
 * one megamorphic call site, which no node can be inlined into: about 12 % of a frame's time (bench/README.md, "dispatch").
 */

import { DONE, type NodeFunction } from './node.js';
import type { PacketBuffer } from './packet-buffer.js';

/** Runs a packet from a node to its end (DONE), or until another packet is pending; returns the node to go on at. */
export type Dispatcher = (b: PacketBuffer, node: number) => number;

/**
 * @param pending nodes that packets made on the way wait for; the loop ends as soon as there is one
 * @param visits its only element gets the number of nodes visited
 */
export function compileDispatcher(
  functions: readonly NodeFunction[],
  pending: readonly number[],
  visits: Int32Array,
): Dispatcher {
  const names = functions.map((_, index) => `node${index}`);
  const cases = names.map((name, index) => `case ${index}: node = ${name}(b); break;`);
  const source = `
    const [${names.join(', ')}] = functions;
    return (b, node) => {
      let count = 0;
      do {
        count++;
        switch (node) { ${cases.join('\n')} }
      } while (node !== ${DONE} && pending.length === 0);
      visits[0] = count;
      return node;
    };`;
  // The source is made of numbers only.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function('functions', 'pending', 'visits', source) as (...given: unknown[]) => Dispatcher;
  return make(functions, pending, visits);
}
