/** The Contiv node with nothing around it: batches of frames go in at a pod's interface, what leaves is dropped. */

import { LINKTYPE_ETHERNET, type FrameBatch } from '../src/capture/frame-batch.js';
import { applyScript } from '../src/config/apply.js';
import { builtInScript } from '../src/config/locate.js';
import { parseScriptFile } from '../src/config/parse-script.js';
import { Dataplane } from '../src/dataplane/dataplane.js';
import { rewriteFlows } from '../src/pipeline/flow-cache/flow-rewrite.js';
import { flowCacheOf, FlowPasses } from '../src/dataplane/flow-passes.js';
import { Ingress } from '../src/dataplane/ingress.js';

/** How packets go: with the flow cache, node by node, or node by node with the path recorded. */
export type Way = 'flow cache' | 'node by node' | 'node by node, path recorded';

/** What runs a batch's frames through a node of its own. */
export function runnerOf(way: Way): (batch: FrameBatch) => void {
  const tables = applyScript(parseScriptFile(builtInScript()));
  const observer = { transmit: () => undefined, discard: () => undefined };
  const dataplane = new Dataplane(tables, observer, way === 'node by node, path recorded');
  const ingress = new Ingress(dataplane, null);
  const [reception] = ingress.open(['frames']);
  ingress.bind(reception, [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: 'tap2', timestampDigits: 6 }], null);
  const cache = flowCacheOf(dataplane, ingress);
  const keep = (batch: FrameBatch, first: number, end: number): void => {
    rewriteFlows(batch, first, end, cache.table.words);
  };
  const runner = way === 'flow cache' ? new FlowPasses(cache, dataplane, ingress, { keep }) : ingress;
  return (batch) => {
    runner.run(batch, 0, batch.count, reception);
  };
}
