/** TCP options as 20.01 and later list them (VPP 26.06 src/vnet/tcp/tcp_format.c format_tcp_options, tcp_packet.h tcp_options_parse). */

const HEADER_BYTES = 20;
const SYN = 2;

const [END, NO_OPERATION, MSS, WINDOW_SCALE, SACK_PERMITTED, TIMESTAMP] = [0, 1, 2, 3, 4, 8];
const MSS_BYTES = 4;
const WINDOW_SCALE_BYTES = 3;
const SACK_PERMITTED_BYTES = 2;

/** Where VPP gives its formatter an address of itself before the value: what it prints is that address. */
const ADDRESS = 0;

/** The lines below those of a TCP header; without options an empty one, with VPP's blanks. */
export function tcpOptionLines(bytes: Uint8Array, at: number, length: number): string[] {
  const headerBytes = (bytes[at + 12] >>> 4) * 4;
  if (headerBytes > length) return ['  options: truncated'];
  const words = optionWords(bytes, at, headerBytes);
  if (words === null) return ['  options: parsing failed'];
  return words === '' ? ['  '] : ['  options:', `    ${words}`];
}

/** The options that VPP shows, those of a SYN; null where it cannot make them out. */
function optionWords(bytes: Uint8Array, at: number, headerBytes: number): string | null {
  const isSyn = (bytes[at + 13] & SYN) !== 0;
  let mss: number | null = null;
  let [hasScale, hasTimestamp, hasSack] = [false, false, false];
  let left = (headerBytes - HEADER_BYTES) & 0xff;
  // Of a header that says it is too short VPP reads on behind the record: the record's last octet stands for what is there.
  const octet = (i: number): number => bytes[Math.min(i, bytes.length - 1)];
  for (let from = at + HEADER_BYTES, size; left > 0; left -= size, from += size) {
    const kind = octet(from);
    if (kind === END) break;
    size = kind === NO_OPERATION ? 1 : octet(from + 1);
    if (kind === NO_OPERATION) continue;
    if (left < 2 || size < 2 || size > left) return null;
    if (!isSyn) continue;
    if (kind === MSS && size === MSS_BYTES) mss = (bytes[from + 2] << 8) | bytes[from + 3];
    hasScale ||= kind === WINDOW_SCALE && size === WINDOW_SCALE_BYTES;
    hasTimestamp ||= kind === TIMESTAMP;
    hasSack ||= kind === SACK_PERMITTED && size === SACK_PERMITTED_BYTES;
  }
  return [
    ...(mss === null ? [] : [`mss ${mss}`]),
    ...(hasScale ? [`window scale ${ADDRESS}`] : []),
    ...(hasTimestamp ? [`timestamp ${ADDRESS}, echo/reflected timestamp`] : []),
    ...(hasSack ? ['sack permitted'] : []),
  ].join(', ');
}
