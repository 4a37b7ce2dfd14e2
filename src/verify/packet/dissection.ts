/** The headers of a packet of any link type, and its length without padding. */

import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
} from '../../capture/frame-batch.js';
import { etherTypeOf, linkHeaderBytes } from '../../capture/link-layer.js';
import * as arp from '../../wire/arp.js';
import { Layer, Layers } from '../../wire/decode.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';

/** What the names of fields begin with, by context. */
export const CONTEXT_PREFIX = ['', 'quoted.', 'inner.', 'inner.quoted.'] as const;

/** In place of a link type, with an EtherType added: a packet without link header and tags. The link types of captures have 16 bits. */
export const CARRIED = 0x10000;

/** Link headers that have fields. */
const LINK_LAYERS: Readonly<Record<number, Layer | undefined>> = {
  [LINKTYPE_NULL]: Layer.Null,
  [LINKTYPE_LOOP]: Layer.Null,
  [LINKTYPE_LINUX_SLL]: Layer.Sll,
  [LINKTYPE_LINUX_SLL2]: Layer.Sll2,
};

/**
 * The shortest payload of an Ethernet frame without tags (IEEE 802.3 clause 3.2.8). Captures of cooked devices have the padding of frames
 * received, too.
 */
const MINIMUM_PAYLOAD_BYTES = 46;

export class Dissection extends Layers {
  /** Length of the frame on the wire without the bytes that only fill it up to the shortest frame. */
  contentLength = 0;

  /**
   * Finds the headers of bytes [at, end) of a frame that had `originalLength` bytes. Never throws: it stops where the frame does.
   * @param linkType tcpdump.org/linktypes.html, or CARRIED and an EtherType
   */
  find(view: DataView, at: number, end: number, originalLength: number, linkType: number): void {
    this.begin(view, at, end);
    if (linkType === LINKTYPE_ETHERNET) this.ethernet(at, 0);
    else if (linkType >= CARRIED) this.network(linkType - CARRIED, at, 0);
    else this.link(at, linkType);
    this.contentLength = this.withoutPadding(originalLength);
  }

  private link(at: number, linkType: number): void {
    const headerBytes = linkHeaderBytes(linkType);
    if (headerBytes < 0 || !this.has(at + Math.max(headerBytes, 4))) return;
    const layer = LINK_LAYERS[linkType];
    if (layer !== undefined) this.add(layer, at, headerBytes, 0);
    const captured = this.end - at;
    this.network(etherTypeOf(this.view, at, captured, captured, linkType), at + headerBytes, 0);
  }

  private withoutPadding(originalLength: number): number {
    const { view, base, end, outerType, outerAt } = this;
    if (outerType < 0 || originalLength > MINIMUM_PAYLOAD_BYTES + outerAt) return originalLength;
    const l3 = base + outerAt;
    let length = originalLength;
    if (outerType === ethernet.TYPE_ARP && l3 + arp.MESSAGE_BYTES <= end) length = outerAt + arp.MESSAGE_BYTES;
    if (outerType === ethernet.TYPE_IP4 && l3 + ip4.HEADER_BYTES <= end) {
      const total = ip4.totalLength(view, l3);
      if (total >= ip4.HEADER_BYTES) length = outerAt + total;
    }
    if (outerType === ethernet.TYPE_IP6 && l3 + ip6.HEADER_BYTES <= end && ip6.version(view, l3) === 6)
      length = outerAt + ip6.HEADER_BYTES + ip6.payloadLength(view, l3);
    return Math.min(length, originalLength);
  }
}
