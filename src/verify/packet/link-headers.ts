/** The link headers of frames before these are compared: what of them is only the capture's way of writing is made alike, or they are taken off. */

import {
  type FrameBatch,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
} from '../../capture/frame-batch.js';
import { addressFamily, etherTypeOf, isRawIp, linkHeaderBytes, MINIMUM_ETHERTYPE } from '../../capture/link-layer.js';
import { linkTypeName } from '../../capture/link-types.js';
import * as ethernet from '../../wire/ethernet.js';
import { CARRIED, Dissection } from './dissection.js';

/** The columns of a batch, of which frames may be changed; their link types are in another column. */
type Frames = Pick<FrameBatch, 'view' | 'offset' | 'capturedLength' | 'originalLength'>;

/** In place of an EtherType: a packet that begins with an LLC header, whose length IEEE 802.3 has there. */
const LLC = 0;

export class LinkHeaders {
  private readonly layers = new Dissection();

  /** @param areCompared false: they are taken off, with VLAN tags and whatever the link type is, where it is known what they carry */
  constructor(private readonly areCompared: boolean) {}

  /** Whether frames of a link type are compared as they are: ask once per interface, not per frame. */
  areLeft(linkType: number): boolean {
    return this.areCompared && !isRawIp(linkType) && !isLoopback(linkType);
  }

  /** Prepares frame i, whose link type is the capture's. */
  prepare(frames: Frames, linkType: Uint32Array, i: number): void {
    if (!this.areCompared) this.takeOff(frames, linkType, i);
    else if (isLoopback(linkType[i])) writeFamily(frames, linkType, i);
    else nameVersion(frames, linkType, i);
  }

  private takeOff({ view, offset, capturedLength, originalLength }: Frames, linkType: Uint32Array, i: number): void {
    const { layers } = this;
    layers.find(view, offset[i], offset[i] + capturedLength[i], originalLength[i], linkType[i]);
    const { outerType, outerAt } = layers;
    if (outerType < 0) return;
    offset[i] += outerAt;
    capturedLength[i] -= outerAt;
    originalLength[i] -= outerAt;
    linkType[i] = CARRIED + (outerType < MINIMUM_ETHERTYPE ? LLC : outerType);
  }
}

const isLoopback = (linkType: number): boolean => linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP;

/** The byte order of a family is that of the machine that captured. */
function writeFamily({ view, offset, capturedLength }: Frames, linkType: Uint32Array, i: number): void {
  if (capturedLength[i] < linkHeaderBytes(linkType[i])) return;
  view.setUint32(offset[i], addressFamily(view, offset[i]));
  linkType[i] = LINKTYPE_NULL;
}

/** Raw IP has several link types, of which two say which version it is. */
function nameVersion({ view, offset, capturedLength, originalLength }: Frames, linkType: Uint32Array, i: number): void {
  const type = etherTypeOf(view, offset[i], capturedLength[i], originalLength[i], linkType[i]);
  if (type === ethernet.TYPE_IP4) linkType[i] = LINKTYPE_IPV4;
  if (type === ethernet.TYPE_IP6) linkType[i] = LINKTYPE_IPV6;
}

const NAMES: Readonly<Record<number, string | undefined>> = {
  [LINKTYPE_NULL]: 'BSD loopback',
  [LINKTYPE_IPV4]: 'raw IPv4',
  [LINKTYPE_IPV6]: 'raw IPv6',
};

/** A link type in words, once a frame was prepared. */
export function linkText(linkType: number): string {
  if (linkType >= CARRIED) return `a packet of type 0x${(linkType - CARRIED).toString(16).padStart(4, '0')}`;
  return NAMES[linkType] ?? linkTypeName(linkType);
}
