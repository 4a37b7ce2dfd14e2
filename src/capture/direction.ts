/** Which way a frame went through the interface it was captured on, as far as a capture tells (pcapng epb_flags bits 0 and 1). */

export const DIRECTION_UNKNOWN = 0;
export const DIRECTION_INBOUND = 1;
export const DIRECTION_OUTBOUND = 2;
