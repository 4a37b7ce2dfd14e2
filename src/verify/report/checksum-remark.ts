/** Of a checksum or length that differs: which side's is right, and whether the other is one that offload left to a network card. */

import * as ip4 from '../../wire/ip4.js';
import { ABSENT, isOffloaded, l4State, PSEUDO_HEADER, RIGHT, UNKNOWN, WRONG, ZERO } from '../../wire/l4-checksum.js';
import { CONTEXT_QUOTED, Layer, type Layers } from '../../wire/decode.js';
import type { Packet } from '../packet/packet.js';

const WORDS = {
  [RIGHT]: 'is right',
  [ABSENT]: 'says that there is none',
  [UNKNOWN]: 'cannot be verified',
  [ZERO]: 'is 0',
  [PSEUDO_HEADER]: "is the pseudo header's sum",
  [WRONG]: 'is wrong',
} as Readonly<Record<number, string>>;

const BEFORE_CARD = 'captured before the network card filled it in';

/**
 * Half a sentence: "expected's is right, actual's is the pseudo header's sum: captured before the network card filled it in". Null
 * where nothing is known, or both are right for what their packets have.
 *
 * @param layer of the checksum, in the headers that both packets have
 */
export function checksumRemark(layers: Layers, layer: number, expected: Packet, actual: Packet): string | null {
  const [was, is] = [expected, actual].map((packet) => stateOf(layers, layer, packet));
  if (was === is && (was === UNKNOWN || was === RIGHT)) return null;
  const words = `expected's ${WORDS[was]}, actual's ${WORDS[is]}`;
  return isOffloaded(was) || isOffloaded(is) ? `${words}: ${BEFORE_CARD}` : words;
}

/** The same of an IP total length, as `describeFields` words them: a 0 is told. */
export const lengthRemark = (expected: string, actual: string): string | null =>
  expected === '0' || actual === '0' ? `0 looks like segmentation offload: ${BEFORE_CARD}` : null;

function stateOf(layers: Layers, layer: number, { view, at, end }: Packet): number {
  if ((layers.context[layer] & CONTEXT_QUOTED) !== 0) return UNKNOWN;
  if (layers.kind[layer] === (Layer.Ip4 as number)) return headerState(view, at + layers.at[layer], end);
  const below = layer - 1;
  if (below < 0 || layers.kind[below] !== (Layer.Ip4 as number)) return UNKNOWN;
  return l4State(view, at + layers.at[below], end);
}

function headerState(view: DataView, l3: number, end: number): number {
  // Headers with options are rare, and seldom wrong.
  if (ip4.versionIhl(view, l3) !== 0x45 || l3 + ip4.HEADER_BYTES > end) return UNKNOWN;
  if (ip4.hasGoodChecksum(view, l3)) return RIGHT;
  return ip4.checksum(view, l3) === 0 ? ZERO : WRONG;
}
