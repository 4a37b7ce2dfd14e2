/** What forwarding decides: a route, and the neighbour that a packet goes to. */

import type { FlowPart } from '../engine/flow-part.js';
import { stepKind } from '../engine/steps.js';

/** A destination was looked up: the load balance found, and the object of the bucket that the flow hash chose (dpo.ts). */
export const ROUTE = stepKind('route', ['fibIndex', 'loadBalance', 'dpoType', 'dpoIndex']);

/** The packet got an adjacency's Ethernet header. */
export const NEIGHBOUR = stepKind('neighbour', ['adjacency']);

/** A flow keeps the adjacency. What comes behind finds a packet with its new Ethernet header. */
export const REWRITTEN: FlowPart = {
  valueOf: ({ words }, at) => words[at + NEIGHBOUR.at.adjacency],
  follow: (_, ends) => {
    if (ends.isRewritten) return false;
    ends.isRewritten = true;
    return true;
  },
};
