/** How a frame differs from what a wire carries: wrong checksums, and what offload leaves to the network card. */

import * as arrivals from '../dataplane/arrivals.js';
import { BEFORE_CARD } from '../wire/l4-checksum.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import { IP_PROTOCOL_NAMES } from '../pipeline/trace/names.js';

/** Sentences without their ends, about the Ethernet frame of which `length` bytes were captured; none for a sound one. */
export function arrivalWords(view: DataView, at: number, length: number, wireBytes: number): string[] {
  const l3 = ip4At(view, at, length);
  if (l3 < 0) return [];
  const found = arrivals.peculiarities(view, l3, at + length, wireBytes - (l3 - at));
  const its = `Its ${IP_PROTOCOL_NAMES.get(ip4.protocol(view, l3)) ?? ''} checksum is`;
  const sentences: [bit: number, words: string][] = [
    [
      arrivals.LARGE,
      `It is longer than ${arrivals.LARGEST_ORDINARY_BYTES} bytes: segments in one, as segmentation offload has them (TSO, GSO, GRO) ` +
        'before the network card parts them or after it joins them, unless the link has jumbo frames',
    ],
    [arrivals.ZERO_IP_LENGTH, `Its IP total length is 0: ${BEFORE_CARD.segmentation}`],
    [arrivals.ZERO_IP_CHECKSUM, `Its IP header checksum is 0: ${BEFORE_CARD.checksum}`],
    [arrivals.PSEUDO_HEADER_CHECKSUM, `${its} that of the pseudo header only: ${BEFORE_CARD.checksum}`],
    [arrivals.ZERO_CHECKSUM, `${its} 0: ${BEFORE_CARD.checksum}`],
    [arrivals.WRONG_CHECKSUM, `${its} wrong`],
  ];
  return sentences.flatMap(([bit, sentence]) => ((found & bit) !== 0 ? sentence : []));
}
