/**
 * Where packets end: error-drop and error-punt (VPP 19.08 src/vnet/interface_output.c), which only record, then drop and
 * punt (src/vlib/drop.c), which count the error that the packet carries.
 */

import { DONE, defineNode, type AnyNode } from '../node.js';

const forwarding = (name: string, next: string): AnyNode =>
  defineNode({
    name,
    next: { NEXT: next },
    create:
      ({ next: { NEXT } }) =>
      () =>
        NEXT,
  });

const drop = defineNode({
  name: 'drop',
  next: {},
  create:
    ({ errors, graph }) =>
    (b) => {
      errors.increment(b.error);
      graph.drop(b);
      return DONE;
    },
});

const punt = defineNode({
  name: 'punt',
  next: {},
  create:
    ({ errors, graph }) =>
    (b) => {
      errors.increment(b.error);
      graph.punt(b);
      return DONE;
    },
});

/** ip4-drop and ip4-punt (VPP 19.08 src/vnet/ip/ip4_punt_drop.c) have arcs of their own, on which nothing is modelled. */
export const terminalNodes: AnyNode[] = [
  drop,
  punt,
  forwarding('error-drop', 'drop'),
  forwarding('error-punt', 'punt'),
  forwarding('ip4-drop', 'error-drop'),
  forwarding('ip4-punt', 'error-punt'),
];
