/** Which of the modelled releases a trace is nearest to: that with the nodes that its packets visited, and with its words. */

import type { Release } from '../../releases/release.js';
import { DEFAULT_RELEASE, RELEASES } from '../../releases/releases.js';
import type { ImportedTrace } from './imported-trace.js';

const NODES: readonly (readonly [Release, ReadonlySet<string>])[] = RELEASES.map((release) => [
  release,
  new Set(release.plugins.flatMap(({ nodes = [] }) => nodes).map(({ name }) => name)),
]);

export function tracedRelease({ packets, isLater }: ImportedTrace): Release {
  const visited = new Set(packets.flatMap(({ trace: { records } }) => records.map(({ node }) => node ?? '')));
  const known = [...visited].filter((node) => NODES.some(([, nodes]) => nodes.has(node)));
  const missing = (nodes: ReadonlySet<string>): number => known.filter((node) => !nodes.has(node)).length;
  const least = Math.min(...NODES.map(([, nodes]) => missing(nodes)));
  const nearest = NODES.filter(([, nodes]) => missing(nodes) === least).map(([release]) => release);
  return (isLater ? nearest.at(-1) : nearest.at(0)) ?? DEFAULT_RELEASE;
}
