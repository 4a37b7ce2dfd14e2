/** The header of a record in a classic pcap (draft-ietf-opsawg-pcap), little-endian: seconds, fraction, captured and original length. */

export const RECORD_HEADER_BYTES = 16;
/** Seconds are 32 bits without sign: times before 1970 become 1970, times after February 2106 that month's 7th. */
const MAXIMUM_SECONDS = 0xffffffff;

/** What a record's fraction of a second says, of 6 or 9 decimal digits: micro- or nanoseconds. */
export const unitsOf = (nanoseconds: number, digits: number): number =>
  digits === 9 ? nanoseconds : (nanoseconds / 1000) | 0;

/** @param units micro- or nanoseconds within the second */
export function writeRecord(
  view: DataView,
  at: number,
  seconds: number,
  units: number,
  captured: number,
  original: number,
): void {
  const isInRange = seconds >= 0 && seconds <= MAXIMUM_SECONDS;
  view.setUint32(at, isInRange ? seconds : seconds < 0 ? 0 : MAXIMUM_SECONDS, true);
  view.setUint32(at + 4, isInRange ? units : 0, true);
  view.setUint32(at + 8, captured, true);
  view.setUint32(at + 12, original, true);
}
