/** What would have to be otherwise for a dropped frame to pass, by the cause of the drop as its node names it. */

import type { Dataplane } from '../dataplane/dataplane.js';
import { CUT_SYMBOL } from '../pipeline/engine/cut-off.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { never, type Advice, type Remedies, type Remedy } from '../pipeline/remedy.js';
import { inWordsOf } from '../releases/equivalents.js';
import { releaseOf, type Release } from '../releases/release.js';

/** Any node may end a frame that the capture cut off. */
const OF_ALL_NODES: Remedies = {
  [CUT_SYMBOL]: 'the frame has to be captured whole: tcpdump -s 0, or a larger snaplen',
};

const NOT_MODELLED = never('vppcap does not model this, so what VPP would have done is not known');

export const remediesOf = ({ plugins }: Release): Remedies =>
  Object.assign({}, OF_ALL_NODES, ...plugins.map(({ remedies }) => remedies)) as Remedies;

/** The remedy of a declared cause; undefined where there is none. */
export const remedyOf = (remedies: Remedies, node: string, symbol: string): Remedy | undefined =>
  remedies[`${node} ${symbol}`] ?? remedies[symbol];

/** By the cause of a packet that ended; null where its node names none. */
export function adviceFor(b: PacketBuffer, { graph, tables }: Dataplane): Advice | null {
  const { causes, causeSymbols, causeNodes } = graph;
  const remedy = remedyOf(remediesOf(releaseOf(tables)), causeNodes[b.cause], causeSymbols[b.cause]);
  if (remedy === undefined) {
    const cause = causes[b.cause];
    return (typeof cause === 'string' ? cause : cause(b, tables)).startsWith('not modelled') ? NOT_MODELLED : null;
  }
  const advice = typeof remedy === 'function' ? remedy(b, tables) : remedy;
  return typeof advice === 'string' ? { toPass: inReleaseWords(advice, releaseOf(tables)) } : advice;
}

/** Plugins word commands for neighbours as 19.08 has them. */
const inReleaseWords = (advice: string, { commandList }: Release): string =>
  advice.replace(/set ip(?: arp|6 neighbor) .*/, (command) => inWordsOf(commandList, command));

/** What would make the packet pass, and why nothing would; null for what does not apply. */
export const adviceParts = (advice: Advice | null): { remedy: string | null; noRemedy: string | null } => ({
  remedy: advice !== null && 'toPass' in advice ? advice.toPass : null,
  noRemedy: advice !== null && 'never' in advice ? advice.never : null,
});
