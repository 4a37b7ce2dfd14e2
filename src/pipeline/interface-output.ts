/**
 * The way out (VPP 19.08 src/vnet/interface_output.c): `interface-output`, which sends a packet to the output node of its TX
 * interface, and the `<interface>-output` nodes. Transmission itself (`<interface>-tx`) leaves the graph.
 */

import type { Interface } from '../tables/interface-table.js';
import type { Tables } from '../tables/tables.js';
import { errorSet } from './errors.js';
import { DONE, defineNode, type AnyNode } from './node.js';

/** Sends on by sw_if_index[VLIB_TX]. VPP's node leaves no trace record. */
const interfaceOutput = defineNode({
  name: 'interface-output',
  traced: false,
  next: {},
  create: ({ graph }) => {
    const { outputNodeOf } = graph;
    return (b) => outputNodeOf[b.swIfIndexTx];
  },
});

/** `<interface>-output`: drops where the interface is down, else transmits. */
const outputNodeOf = ({ name, device, swIfIndex }: Interface): AnyNode => {
  const errors = errorSet(`${name}-output`, { DOWN: 'interface is down' });
  return defineNode({
    name: `${name}-output`,
    next: { DROP: 'error-drop' },
    errors: [errors],
    causes: {
      DOWN: `${name} is down: the packet cannot leave (set interface state ${name} up)`,
      LOOPBACK: `not modelled: transmission on ${name}`,
    },
    create: ({ next, cause, errors: heap, graph, tables }) => {
      const error = heap.ids(errors);
      const isUp = tables.interfaces.all[swIfIndex].isUp;
      // What a loopback or tunnel transmits comes back in through L2 bridging, which is another milestone's subject.
      const leavesNode = device !== 'loopback' && device !== 'vxlan' && device !== 'local';
      return (b) => {
        if (!isUp) {
          b.error = error.DOWN;
          b.cause = cause.DOWN;
          return next.DROP;
        }
        if (!leavesNode) {
          b.cause = cause.LOOPBACK;
          return next.DROP;
        }
        graph.transmit(b);
        return DONE;
      };
    },
  });
};

/** interface-output and the output nodes of a configuration's interfaces. */
export const interfaceNodes = ({ interfaces }: Tables): AnyNode[] => [
  interfaceOutput,
  ...interfaces.all.map(outputNodeOf),
];
