/** How a frame differs from what a wire carries: wrong checksums, and what offload leaves to the network card. */

import { LARGEST_ORDINARY_BYTES } from '../dataplane/arrivals.js';
import { BEFORE_CARD } from '../wire/l4-checksum.js';
import { plainIp4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import { l4State, PSEUDO_HEADER, WRONG, ZERO } from '../wire/l4-checksum.js';
import { IP_PROTOCOL_NAMES } from '../pipeline/trace/names.js';

/** Sentences without their ends, about the Ethernet frame of which `length` bytes were captured; none for a sound one. */
export function arrivalWords(view: DataView, at: number, length: number, wireBytes: number): string[] {
  const l3 = plainIp4At(view, at, length);
  if (l3 < 0) return [];
  const protocol = ip4.protocol(view, l3);
  const words: string[] = [];
  if (wireBytes > LARGEST_ORDINARY_BYTES && protocol === ip4.PROTOCOL_TCP)
    words.push(
      `It is longer than ${LARGEST_ORDINARY_BYTES} bytes: segments in one, as segmentation offload has them (TSO, GSO, GRO) ` +
        'before the network card parts them or after it joins them, unless the link has jumbo frames',
    );
  if (ip4.totalLength(view, l3) === 0) words.push(`Its IP total length is 0: ${BEFORE_CARD.segmentation}`);
  if (ip4.checksum(view, l3) === 0 && !ip4.hasGoodChecksum(view, l3))
    words.push(`Its IP header checksum is 0: ${BEFORE_CARD.checksum}`);
  const its = `Its ${IP_PROTOCOL_NAMES.get(protocol) ?? ''} checksum is`;
  switch (l4State(view, l3, at + length)) {
    case PSEUDO_HEADER:
      words.push(`${its} that of the pseudo header only: ${BEFORE_CARD.checksum}`);
      break;
    case ZERO:
      words.push(`${its} 0: ${BEFORE_CARD.checksum}`);
      break;
    case WRONG:
      words.push(`${its} wrong`);
      break;
    default:
  }
  return words;
}
