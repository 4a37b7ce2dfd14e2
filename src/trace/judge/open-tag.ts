/**
 * A VLAN's id at the end of a line that no other line confirms. It may have lost digits; but where the packet went on, and the
 * configuration takes none of the longer ids, it has lost none.
 */

import { NO_SUBINT, VLAN_ID, type VlanTables } from '../../pipeline/ethernet/vlan-tables.js';
import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import type { NodeRecord } from '../parse/trace-record.js';
import { isTaken } from '../rebuild/frame-length.js';
import { mayBeLonger } from '../rebuild/state-headers.js';
import type { RebuiltFrame } from '../rebuild/rebuilt-frame.js';

const TYPE = ethernet.HEADER_BYTES - 2;

/** The frame with the id that its last tag must have on a port; as it is where that is known, or cannot be told. */
export function withTagId(
  frame: RebuiltFrame,
  records: readonly NodeRecord[],
  port: number,
  vlans: VlanTables,
): RebuiltFrame {
  const at = [TYPE + 2, TYPE + 2 + vlan.TAG_BYTES].find(
    (place) => frame.statedOnce.has(place) && isTag(frame, place - 2),
  );
  const id = (frame.statedOnce.get(at ?? -1) ?? 0) & VLAN_ID;
  if (at === undefined || id === 0 || !isTaken(records)) return frame;
  const bytes = frame.bytes.slice();
  const view = new DataView(bytes.buffer);
  const takes = (tagId: number): boolean => {
    view.setUint16(at, tagId);
    return vlans.identifyTagged(port, view.getUint16(TYPE) === ethernet.TYPE_DOT1AD, view, TYPE + 2) !== NO_SUBINT;
  };
  if (longerIds(id).some(takes) || !takes(id)) return frame;
  const mask = frame.mask.slice();
  mask.set([VLAN_ID >> 8, VLAN_ID & 0xff], at);
  return { ...frame, bytes, mask };
}

function isTag({ bytes, mask }: RebuiltFrame, at: number): boolean {
  const type = (bytes[at] << 8) | bytes[at + 1];
  return mask[at] === 0xff && mask[at + 1] === 0xff && ethernet.isTakenTagType(type);
}

/** Ids whose text begins with that of another. */
function longerIds(id: number): number[] {
  if (!mayBeLonger(id)) return [];
  const next = Array.from({ length: 10 }, (_, digit) => id * 10 + digit).filter((longer) => longer <= VLAN_ID);
  return next.flatMap((longer) => [longer, ...longerIds(longer)]);
}
