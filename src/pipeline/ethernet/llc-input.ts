/**
 * llc-input, snap-input and osi-input (VPP 19.08 src/vnet/llc/node.c, src/vnet/snap/node.c, src/vnet/osi/node.c): 802.3
 * frames with an LLC header.
 */

import { isCutBefore, LLC_HEADER } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { LLC_INPUT, OSI_INPUT, SNAP_INPUT } from './ethernet-trace.js';
import { packetTrace } from '../trace/writers.js';

const llcErrors = errorSet('llc-input', { NONE: 'no error', UNKNOWN_PROTOCOL: 'unknown llc ssap/dsap' });
const osiErrors = errorSet('osi-input', { NONE: 'no error', UNKNOWN_PROTOCOL: 'unknown osi protocol' });
const snapErrors = errorSet('snap-input', { UNKNOWN_PROTOCOL: 'unknown oui/snap protocol' });

const DSAP_SNAP = 0xaa;
/** OSI layers 1 to 5, which share a node. */
const DSAP_OSI = [0x14, 0x20, 0x34, 0x54, 0xfe];
/** DSAP, SSAP and the first control octet. */
const LLC_BYTES = 3;
/** A control octet with both low bits set is one octet long, else two. */
const UNNUMBERED = 3;

export const llcInput = defineNode({
  name: 'llc-input',
  trace: packetTrace(LLC_INPUT),
  next: { DROP: 'error-drop', SNAP: 'snap-input', OSI: 'osi-input' },
  errors: [llcErrors],
  causes: {
    UNKNOWN_PROTOCOL: (b: PacketBuffer) => `an 802.3 frame: no node takes LLC DSAP 0x${b.causeArg0.toString(16)}`,
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(llcErrors);
    const { takesLldpAndOsi } = tables.composition.behaviour;
    return (b) => {
      if (isCutBefore(b, b.at + LLC_BYTES, LLC_HEADER)) return next.DROP;
      const dsap = b.view.getUint8(b.at);
      b.advance((b.view.getUint8(b.at + 2) & UNNUMBERED) === UNNUMBERED ? 3 : 4);
      b.error = error.NONE;
      if (dsap === DSAP_SNAP) return next.SNAP;
      if (takesLldpAndOsi && DSAP_OSI.includes(dsap)) return next.OSI;
      b.causeArg0 = dsap;
      return end(b, error.UNKNOWN_PROTOCOL, cause.UNKNOWN_PROTOCOL, next.DROP);
    };
  },
});

const OUI_ETHERNET = 0;
const SNAP_OUI_BYTES = 3;
const SNAP_HEADER_BYTES = 5;

export const snapInput = defineNode({
  name: 'snap-input',
  trace: packetTrace(SNAP_INPUT),
  next: { DROP: 'error-drop', ETHERNET_TYPE: 'ethernet-input-type' },
  errors: [snapErrors],
  causes: {
    UNKNOWN_PROTOCOL: (b: PacketBuffer) => `no node takes SNAP OUI 0x${b.causeArg0.toString(16).padStart(6, '0')}`,
  },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(snapErrors);
    return (b) => {
      if (isCutBefore(b, b.at + SNAP_OUI_BYTES, LLC_HEADER)) return next.DROP;
      const oui = b.view.getUint32(b.at) >>> 8;
      b.error = error.UNKNOWN_PROTOCOL; // "in case of error": VPP sets it for every frame
      b.advance(oui === OUI_ETHERNET ? SNAP_OUI_BYTES : SNAP_HEADER_BYTES);
      if (oui === OUI_ETHERNET) return next.ETHERNET_TYPE;
      b.cause = cause.UNKNOWN_PROTOCOL;
      b.causeArg0 = oui;
      return next.DROP;
    };
  },
});

/** Nothing in VPP registers for an OSI protocol (IS-IS, CLNP, …): each is unknown. */
export const osiInput = defineNode({
  name: 'osi-input',
  trace: packetTrace(OSI_INPUT),
  next: { DROP: 'error-drop' },
  errors: [osiErrors],
  causes: {
    UNKNOWN_PROTOCOL: (b: PacketBuffer) => `no node takes OSI protocol 0x${b.causeArg0.toString(16).padStart(2, '0')}`,
  },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(osiErrors);
    return (b) => {
      if (isCutBefore(b, b.at + 1, LLC_HEADER)) return next.DROP;
      b.causeArg0 = b.view.getUint8(b.at);
      return end(b, error.UNKNOWN_PROTOCOL, cause.UNKNOWN_PROTOCOL, next.DROP);
    };
  },
});
