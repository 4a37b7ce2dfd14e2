/** A script as its reader thinks of it: interfaces with what is on them, routes, neighbours, ACLs, NAT, bridge domains. */

import { NodeViewBuilder, type NodeView, type ViewPart } from '../pipeline/command/node-view.js';
import type { Release } from '../releases/release.js';
import type { NodeScript } from './node-script.js';

export const viewParts = ({ plugins }: Release): ViewPart[] => plugins.flatMap(({ view }) => view ?? []);

/** What the commands of a script add up to. Commands on interfaces that do not exist are left out: applying reports them. */
export function viewOf({ file, notes, release, startup, commands }: NodeScript): NodeView {
  const builder = new NodeViewBuilder(file, notes, viewParts(release));
  for (const { row, body } of [...startup, ...commands]) row.show?.(body, builder);
  return builder.view;
}
