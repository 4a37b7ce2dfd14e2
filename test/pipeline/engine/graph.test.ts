import { expect } from 'chai';
import { createTables } from '../../../src/pipeline/engine/plugin.js';
import { errorSet, Errors } from '../../../src/pipeline/engine/errors.js';
import { Graph } from '../../../src/pipeline/engine/graph.js';
import { DONE, defineNode, type AnyNode } from '../../../src/pipeline/engine/node.js';
import { DEFAULT_RELEASE } from '../../../src/releases/releases.js';
import { FLAG_TRACED, PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';

const sink = { transmit: () => undefined, drop: () => undefined, punt: () => undefined };
const graphOf = (...nodes: AnyNode[]): Graph => {
  const localOutput = defineNode({ name: 'local0-output', next: {}, create: () => () => DONE });
  return new Graph(
    [localOutput, ...nodes],
    createTables({ name: 'none', plugins: [], arcs: {}, behaviour: DEFAULT_RELEASE.behaviour }),
    sink,
  );
};
const packet = (): PacketBuffer => {
  const b = new PacketBuffer(new Uint8Array(64), new DataView(new ArrayBuffer(64)));
  b.flags = FLAG_TRACED;
  return b;
};
const end = (name: string) => defineNode({ name, next: {}, create: () => () => DONE });

describe('pipeline/graph', () => {
  it('runs a packet through its nodes and records the traced ones', () => {
    const graph = graphOf(
      defineNode({
        name: 'a',
        next: { B: 'b' },
        create:
          ({ next }) =>
          () =>
            next.B,
      }),
      defineNode({
        name: 'b',
        traced: false,
        next: { C: 'c' },
        create:
          ({ next }) =>
          () =>
            next.C,
      }),
      end('c'),
    );
    graph.runRecorded(packet(), graph.nodeIndex('a'));
    const path = Array.from(graph.path.subarray(0, graph.pathLength), (node) => graph.names[node]);
    expect(path).to.deep.equal(['a', 'c']);
  });

  it('advances packets that a node makes first in, first out, as VPP dispatches pending frames', () => {
    const seen: string[] = [];
    const graph = graphOf(
      defineNode({
        name: 'split',
        next: { X: 'x' },
        create:
          ({ next, buffers, graph: access }) =>
          (b) => {
            const made = buffers.take(10, 0);
            made.frame = 1;
            access.enqueue(made, next.X);
            b.frame = 2;
            return next.X;
          },
      }),
      defineNode({
        name: 'x',
        next: { Y: 'y' },
        create:
          ({ next }) =>
          (b) => {
            seen.push(`x${b.frame}`);
            return next.Y;
          },
      }),
      defineNode({
        name: 'y',
        next: {},
        create: () => (b) => {
          seen.push(`y${b.frame}`);
          return DONE;
        },
      }),
    );
    graph.run(packet(), graph.nodeIndex('split'));
    expect(seen).to.deep.equal(['x1', 'x2', 'y1', 'y2']);
  });

  it('dispatches a node once for all packets that wait for it, behind the nodes that others wait for', () => {
    const seen: string[] = [];
    const graph = graphOf(
      defineNode({
        name: 'split',
        next: { X: 'x', Y: 'y' },
        create:
          ({ next, buffers, graph: access }) =>
          (b) => {
            for (const [frame, node] of [
              [1, next.X],
              [2, next.Y],
              [3, next.X],
            ]) {
              const made = buffers.take(10, 0);
              made.frame = frame;
              access.enqueue(made, node);
            }
            b.frame = 4;
            return next.Y;
          },
      }),
      ...['x', 'y'].map((name) =>
        defineNode({
          name,
          next: {},
          create:
            ({ graph: access }) =>
            (b) => {
              seen.push(`${name}${b.frame} at ${access.position}`);
              return DONE;
            },
        }),
      ),
    );
    graph.run(packet(), graph.nodeIndex('split'));
    expect(seen).to.deep.equal(['x1 at 0', 'x3 at 1', 'y2 at 0', 'y4 at 1']);
    expect(graph.position).to.equal(-1);
  });

  const broken = [
    { name: 'an unknown next node', nodes: [defineNode({ name: 'a', next: { B: 'b' }, create: () => () => DONE })] },
    { name: 'two nodes of one name', nodes: [end('a'), end('a')] },
  ];
  for (const { name, nodes } of broken)
    it(`refuses ${name} at start`, () => {
      expect(() => graphOf(...nodes)).to.throw(/no graph node is named b|two graph nodes are named/);
    });
});

describe('pipeline/errors', () => {
  it('gives 0 to the error of a buffer that nobody gave one', () => {
    expect(new Errors().names[0]).to.equal('null-node: blackholed packets');
  });

  it('gives the same id to a set asked for twice, and counts under it', () => {
    const errors = new Errors();
    const set = errorSet('ip4-input', { TTL: 'ip4 ttl <= 1' });
    errors.increment(errors.ids(set).TTL);
    errors.increment(errors.ids(set).TTL, 2);
    expect(errors.counters[errors.ids(set).TTL]).to.equal(3);
  });
});
