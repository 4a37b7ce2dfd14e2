/**
 * VLAN tag (IEEE 802.1Q clause 9.6), as it stands behind the EtherType that announces it.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-----+-+-----------------------+-------------------------------+
 *     | PCP |D|        VLAN id        |      EtherType behind it      |
 *     +-----+-+-----------------------+-------------------------------+
 */

export const TAG_BYTES = 4;

const CONTROL = 0;
const TYPE = 2;

/** Priority, drop eligibility and VLAN id in one 16-bit word. */
export const control = (frame: DataView, at: number): number => frame.getUint16(at + CONTROL);
export const setControl = (frame: DataView, at: number, value: number): void => frame.setUint16(at + CONTROL, value);

/** EtherType of what the tag is in front of. */
export const type = (frame: DataView, at: number): number => frame.getUint16(at + TYPE);
export const setType = (frame: DataView, at: number, value: number): void => frame.setUint16(at + TYPE, value);
