/**
 * The drivers' input nodes, with which a trace begins. They do nothing that a frame could tell; without a trace, frames
 * start at ethernet-input.
 */

import { interfaceColumn, type DeviceClass, type Interface } from '../engine/interface-table.js';
import type { Tables } from '../engine/tables.js';
import { defineNode, type AnyNode, type GraphAccess } from '../engine/node.js';
import { AF_PACKET_INPUT, DPDK_RX, PG_INPUT, VIRTIO_INPUT } from './interface-trace.js';
import type { NodeTrace } from '../engine/node-trace.js';
import { putBuffer, putPacket } from '../trace/writers.js';

const INPUT_NODE_OF: Readonly<Partial<Record<DeviceClass, string>>> = {
  pg: 'pg-input',
  tap: 'virtio-input',
  dpdk: 'dpdk-input',
  'af-packet': 'af-packet-input',
};

const inputNode = (name: string, trace: NodeTrace): AnyNode =>
  defineNode({
    name,
    traced: false, // no part of a verdict's path
    trace,
    next: { ETHERNET: 'ethernet-input' },
    create:
      ({ next }) =>
      () =>
        next.ETHERNET,
  });

export const inputNodes: readonly AnyNode[] = [
  inputNode('pg-input', {
    role: 'device',
    layout: PG_INPUT,
    when: 'before',
    writer: () => (b, records) => {
      records.write(PG_INPUT, b.frame + 1, b.swIfIndexRx);
      putBuffer(b, records);
      putPacket(b, records);
    },
  }),
  inputNode('virtio-input', {
    role: 'device',
    layout: VIRTIO_INPUT,
    when: 'before',
    writer: () => (b, records) => {
      records.write(VIRTIO_INPUT, b.swIfIndexRx, b.length + b.cutBytes);
    },
  }),
  inputNode('dpdk-input', {
    role: 'device',
    layout: DPDK_RX,
    when: 'before',
    writer: () => (b, records) => {
      records.write(DPDK_RX, b.swIfIndexRx);
      putBuffer(b, records);
      putPacket(b, records);
    },
  }),
  inputNode('af-packet-input', {
    role: 'device',
    layout: AF_PACKET_INPUT,
    when: 'before',
    writer: () => (b, records) => {
      records.write(AF_PACKET_INPUT, b.swIfIndexRx, b.length + b.cutBytes);
    },
  }),
];

/** Where frames of an interface come into the graph, by sw_if_index; interfaces without a device receive nothing. */
export function inputNodeBySwIfIndex({ interfaces }: Tables, graph: Pick<GraphAccess, 'nodeIndex'>): Int32Array {
  const nodes = interfaceColumn(-1);
  const add = ({ device, swIfIndex }: Interface): void => {
    nodes[swIfIndex] = graph.nodeIndex(INPUT_NODE_OF[device] ?? 'pg-input');
  };
  interfaces.all.forEach(add);
  interfaces.created.listen(add);
  return nodes;
}
