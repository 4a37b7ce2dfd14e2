/**
 * The drivers' input nodes, with which a trace begins. They do nothing that a frame could tell; without a trace, frames
 * start at ethernet-input.
 */

import { interfaceColumn, type DeviceClass, type Interface } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import { defineNode, passOn, type AnyNode, type GraphAccess } from '../engine/node.js';
import { AF_PACKET_INPUT, DPDK_RX, PG_INPUT, VIRTIO_INPUT } from './interface-trace.js';
import type { TraceWriter } from '../engine/trace/node-trace.js';
import type { TraceLayout } from '../engine/trace/trace-records.js';
import { putBuffer, putPacket } from '../trace/writers.js';

const INPUT_NODE_OF: Readonly<Partial<Record<DeviceClass, string>>> = {
  pg: 'pg-input',
  tap: 'virtio-input',
  virtio: 'virtio-input',
  dpdk: 'dpdk-input',
  'af-packet': 'af-packet-input',
};

const inputNode = (name: string, layout: TraceLayout, writer: (tables: Tables) => TraceWriter): AnyNode =>
  defineNode({
    name,
    traced: false, // no part of a verdict's path
    trace: { role: 'device', layout, when: 'before', writer: ({ tables }) => writer(tables) },
    next: { NEXT: 'ethernet-input' },
    create: passOn,
  });

/** Of a device that says no more than how long the frame is. */
const lengthOnly = (name: string, layout: TraceLayout): AnyNode =>
  inputNode(name, layout, ({ interfaces }) => (b, records) => {
    records.write(layout, interfaces.all[b.swIfIndexRx].hwIfIndex, b.length + b.cutBytes);
  });

export const inputNodes: readonly AnyNode[] = [
  inputNode('pg-input', PG_INPUT, () => (b, records) => {
    records.write(PG_INPUT, b.frame + 1, b.swIfIndexRx);
    putBuffer(b, records);
    putPacket(b, records);
  }),
  inputNode('dpdk-input', DPDK_RX, () => (b, records) => {
    records.write(DPDK_RX, b.swIfIndexRx);
    putBuffer(b, records);
    putPacket(b, records);
  }),
  lengthOnly('virtio-input', VIRTIO_INPUT),
  lengthOnly('af-packet-input', AF_PACKET_INPUT),
];

/** Where frames of an interface come into the graph, by sw_if_index. Records of other drivers are not modelled. */
export function inputNodeBySwIfIndex({ interfaces }: Tables, graph: Pick<GraphAccess, 'nodeIndex'>): Int32Array {
  const nodes = interfaceColumn(-1);
  const add = ({ device, swIfIndex }: Interface): void => {
    nodes[swIfIndex] = graph.nodeIndex(INPUT_NODE_OF[device] ?? 'ethernet-input');
  };
  interfaces.all.forEach(add);
  interfaces.created.listen(add);
  return nodes;
}
