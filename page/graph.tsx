/** The node graph: ways of packets from left to right, as wide as there are packets. */

import dagre from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';
import { data, number } from './model.js';

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly packets: number;
}

const NODE_HEIGHT = 40;
const LETTER_WIDTH = 7;
const PADDING = 16;
/** Longer names stand in two lines, so that the end of a usual way is in view. */
const LONG_NAME = 12;
const SMALLEST_SCALE = 0.75;
const PHONE_PIXELS = 640;
const WIDEST = 12;

/** Packets by node and by edge. */
function traffic(): { visits: number[]; edges: Edge[] } {
  const visits = data.graph.map(() => 0);
  const byEnds = new Map<string, { from: number; to: number; packets: number }>();
  for (const { nodes, frames } of data.paths) {
    for (const node of new Set(nodes)) visits[node] += frames;
    for (let at = 1; at < nodes.length; at++) {
      const [from, to] = [nodes[at - 1], nodes[at]];
      if (from === to) continue;
      const key = `${from} ${to}`;
      const edge = byEnds.get(key) ?? { from, to, packets: 0 };
      edge.packets += frames;
      byEnds.set(key, edge);
    }
  }
  return { visits, edges: [...byEnds.values()] };
}

function layout() {
  const { visits, edges } = traffic();
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 22, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  data.graph.forEach(({ name }, at) => {
    const letters = Math.max(...linesOf(name).map(({ length }) => length), number(visits[at]).length);
    graph.setNode(String(at), { width: letters * LETTER_WIDTH + PADDING, height: NODE_HEIGHT });
  });
  for (const { from, to } of edges) graph.setEdge(String(from), String(to));
  dagre.layout(graph);
  const most = Math.max(1, ...edges.map(({ packets }) => packets));
  const width = (packets: number): number => 1 + (WIDEST - 1) * Math.sqrt(packets / most);
  const { width: w = 0, height: h = 0 } = graph.graph();
  return {
    size: [w, h] as const,
    nodes: data.graph.map(({ name, kind }, at) => {
      const { x, y, width: boxWidth } = graph.node(String(at));
      return { at, name, kind, x, y, width: boxWidth, packets: visits[at] };
    }),
    edges: edges.map(({ from, to, packets }) => ({
      path: lineThrough(graph.edge(String(from), String(to)).points),
      isLoss: ['drop', 'punt'].includes(data.graph[to].kind),
      title: `${data.graph[from].name} → ${data.graph[to].name}: ${number(packets)} packets`,
      width: width(packets),
      packets,
    })),
  };
}

/** A name in one line, or in two that are about as long as each other. */
function linesOf(name: string): string[] {
  if (name.length <= LONG_NAME) return [name];
  const cuts = Array.from(name.matchAll(/[-/ ]/g), ({ index }) => index + 1);
  if (cuts.length === 0) return [name];
  const middle = name.length / 2;
  const cut = cuts.reduce((best, each) => (Math.abs(each - middle) < Math.abs(best - middle) ? each : best));
  return [name.slice(0, cut), name.slice(cut)];
}

/** Drawn smaller where that brings all of it into view, and as it is on a phone, where it does not fit anyhow. */
function scaleOf(width: number): number {
  const { clientWidth } = document.body;
  if (clientWidth < PHONE_PIXELS) return 1;
  return Math.min(1, Math.max(SMALLEST_SCALE, (0.93 * clientWidth) / width));
}

/** A smooth line through points. */
function lineThrough(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  let path = `M${first.x},${first.y}`;
  for (let at = 0; at < rest.length - 1; at++) {
    const [here, next] = [rest[at], rest[at + 1]];
    path += ` Q${here.x},${here.y} ${(here.x + next.x) / 2},${(here.y + next.y) / 2}`;
  }
  const last = rest[rest.length - 1] ?? first;
  return `${path} L${last.x},${last.y}`;
}

const countersOf = (name: string): string =>
  data.counters
    .filter(({ node }) => node === name)
    .map(({ reason, count }) => `\n${number(count)}  ${reason}`)
    .join('');

interface Props {
  readonly chosen: number | null;
  readonly choose: (node: number | null) => void;
}

export function NodeGraph({ chosen, choose }: Props) {
  const { size, nodes, edges } = useMemo(layout, []);
  const scale = useMemo(() => scaleOf(size[0]), [size]);
  const toggle = (at: number): void => choose(chosen === at ? null : at);
  return (
    <section aria-labelledby="graph-title">
      <h2 id="graph-title">Node graph</h2>
      <p class="hint">
        As wide as there are packets. Choose a node to see its flows; its counters show when the pointer rests on it.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="drawing of the graph">
        <svg
          width={size[0] * scale}
          height={size[1] * scale}
          viewBox={`0 0 ${size[0]} ${size[1]}`}
          class="graph"
          role="group"
        >
          {edges.map(({ path, isLoss, title, width }) => (
            <path d={path} class={isLoss ? 'edge loss' : 'edge'} stroke-width={width}>
              <title>{title}</title>
            </path>
          ))}
          {nodes.map(({ at, name, kind, x, y, width, packets }) => (
            <g
              class={`node ${kind}${chosen === at ? ' chosen' : ''}`}
              transform={`translate(${x - width / 2},${y - NODE_HEIGHT / 2})`}
              role="button"
              tabIndex={0}
              aria-pressed={chosen === at}
              onClick={() => toggle(at)}
              onKeyDown={(event: KeyboardEvent) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                toggle(at);
              }}
            >
              <title>{`${name}: ${number(packets)} packets${countersOf(name)}`}</title>
              <rect width={width} height={NODE_HEIGHT} rx={kind === 'interface' ? 15 : 4} />
              {linesOf(name).map((line, row, { length }) => (
                <text x={width / 2} y={(length === 1 ? 17 : 12) + 11 * row} text-anchor="middle">
                  {line}
                </text>
              ))}
              <text x={width / 2} y={35} text-anchor="middle" class="count">
                {number(packets)}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </section>
  );
}
