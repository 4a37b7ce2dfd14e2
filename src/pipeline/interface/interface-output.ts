/**
 * The way out (VPP 19.08 src/vnet/interface_output.c): `interface-output`, which sends a packet to the output node of its TX
 * interface, and the `<interface>-output` nodes. Transmission itself (`<interface>-tx`) leaves the graph.
 */

import type { DeviceClass, Interface } from '../engine/state/interface-table.js';
import { errorSet } from '../engine/errors.js';
import { SAME_FOR_A_FLOW } from '../engine/flow-part.js';
import { FROM_BVI, updateL2Length } from '../engine/l2-opaque.js';
import { DONE, defineNode, end, type AnyNode } from '../engine/node.js';
import { LEFT_BY } from './interface-steps.js';
import { DPDK_TX, INTERFACE_OUTPUT, PG_OUTPUT } from './interface-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import type { TraceLayout } from '../engine/trace/trace-records.js';
import { putBuffer, putPacket, tracedFlags } from '../trace/writers.js';

/** Sends on by sw_if_index[VLIB_TX]. VPP's node leaves no trace record. */
export const interfaceOutput = defineNode({
  name: 'interface-output',
  traced: false,
  next: {},
  create: ({ graph }) => {
    const { outputNodeOf } = graph;
    return (b) => outputNodeOf[b.swIfIndexTx];
  },
});

/**
 * `<loopback>-tx` (simulated_ethernet_interface_tx, VPP 19.08 src/vnet/ethernet/interface.c): what a loopback sends it also
 * receives. In a bridge domain that is l2-input, with a mark that the packet comes from the BVI. Leaves no trace record.
 */
export const loopbackTx = ({ name, swIfIndex }: Interface): AnyNode =>
  defineNode({
    name: `${name}-tx`,
    traced: false,
    next: { DROP: 'error-drop', L2_INPUT: 'l2-input' },
    causes: { NOT_BRIDGED: `not modelled: transmission on ${name}, which is not in a bridge domain` },
    create: ({ next, cause, tables }) => {
      const { domainOf } = tables.bridgeDomains;
      return (b) => {
        if (domainOf[swIfIndex] < 0) {
          b.cause = cause.NOT_BRIDGED;
          return next.DROP;
        }
        b.swIfIndexRx = swIfIndex;
        b.swIfIndexTx = FROM_BVI;
        updateL2Length(b);
        return next.L2_INPUT;
      };
    },
  });

/** Devices whose tx nodes leave a record, and its layout; of tap and af-packet devices a trace ends at the output node. */
const TX_LAYOUT: Readonly<Partial<Record<DeviceClass, TraceLayout>>> = { pg: PG_OUTPUT, dpdk: DPDK_TX };

/** `<interface>-tx` of an interface with a device: only traced packets come here, for their last record. */
export const deviceTx = ({ name, device, swIfIndex }: Interface): AnyNode => {
  const layout = TX_LAYOUT[device];
  const trace: NodeTrace | undefined = layout && {
    role: 'tx',
    layout,
    when: 'before',
    writer: () => (b, records) => {
      records.begin(layout);
      if (layout === DPDK_TX) records.put(swIfIndex);
      putBuffer(b, records);
      putPacket(b, records);
    },
  };
  const declaration = { name: `${name}-tx`, traced: false, next: {}, create: () => () => DONE };
  return defineNode(trace === undefined ? declaration : { ...declaration, trace });
};

const outputTrace: NodeTrace = {
  role: 'output',
  layout: INTERFACE_OUTPUT,
  when: 'before',
  writer: () => (b, records) => {
    records.write(INTERFACE_OUTPUT, b.swIfIndexTx, tracedFlags(b));
    putPacket(b, records);
  },
};

/** `<interface>-output`: drops where the interface is down, else transmits. */
export const outputNode = (owner: Interface): AnyNode => {
  const { name, device, swIfIndex } = owner;
  const errors = errorSet(`${name}-output`, { DOWN: 'interface is down' });
  return defineNode({
    name: `${name}-output`,
    flow: () => SAME_FOR_A_FLOW,
    trace: outputTrace,
    next: { DROP: 'error-drop', TX: device === 'loopback' ? `${name}-tx` : 'error-drop' },
    errors: [errors],
    causes: {
      DOWN: {
        text: () => `${owner.name} is down: the packet cannot leave (set interface state ${owner.name} up)`,
        origin: () => owner.stateOrigin,
      },
      NOT_MODELLED: () => `not modelled: transmission on ${owner.name}`,
    },
    create: ({ next, cause, errors: heap, graph, tables, steps, node }) => {
      const error = heap.ids(errors);
      const { isUpOf, transmittedOf } = tables.interfaces;
      const { sink } = graph;
      // A tunnel takes frames from a bridge (l2-output); IP packets routed to it would need an adjacency without MACs.
      const leavesNode = device !== 'loopback' && device !== 'vxlan' && device !== 'local';
      return (b) => {
        if (isUpOf[swIfIndex] === 0) return end(b, error.DOWN, cause.DOWN, next.DROP);
        if (!leavesNode) {
          if (device !== 'loopback') b.cause = cause.NOT_MODELLED;
          return next.TX;
        }
        transmittedOf[b.swIfIndexTx]++;
        if (b.swIfIndexTx !== swIfIndex) {
          if (steps.isOn) steps.words[steps.add(LEFT_BY, node, b) + LEFT_BY.at.swIfIndex] = b.swIfIndexTx;
          b.swIfIndexTx = swIfIndex; // the port is what it leaves by
        }
        sink.transmit(b);
        return DONE;
      };
    },
  });
};
